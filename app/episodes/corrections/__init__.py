"""Correcting what was recorded: the whole record in one form, with the reason, and what it said before, by whom."""
