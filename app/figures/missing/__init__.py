"""Episodes, children, repeats, returns within 24 hours."""
