"""Which earlier actions come to a meeting."""
