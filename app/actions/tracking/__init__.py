"""How what was agreed or recommended turned out: the six categories, judged at review, and their totals."""
