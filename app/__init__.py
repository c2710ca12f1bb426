"""Homeward: the panels about missing and exploited children, from an episode to a figure."""
