"""Terms of reference: what a standing panel overrides of its kind's defaults, and from when."""
