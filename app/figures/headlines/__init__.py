"""The six numbers that a manager looks at first, with the period before beside them. The figures count them."""
