"""What was said and decided about each item, from draft to circulated."""
