"""Passing a case on to another panel: stepped down to less oversight, or transferred."""
