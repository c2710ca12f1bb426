"""Swapping a case that the rule proposes for one that it just did not list."""
