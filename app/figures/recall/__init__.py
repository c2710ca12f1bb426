"""How many children come back to a panel after their case was closed."""
