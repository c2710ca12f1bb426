"""The list of children and the page of one child."""
