"""Whose turn it is with minutes that wait: the person named, or who holds the seat."""
