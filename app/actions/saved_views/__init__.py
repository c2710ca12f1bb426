"""Filters of the overview that a person keeps under a name."""
