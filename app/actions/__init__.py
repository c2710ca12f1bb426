"""Who does what by when, and whether it was done."""
