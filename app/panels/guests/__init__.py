"""Guests: people without a seat who are asked to one item of a meeting and see that item alone."""
