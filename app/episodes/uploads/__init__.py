"""Files brought on the page: uploaded, checked while the person waits, confirmed or dropped."""
