"""Recalls: what the last closed case of a child on a panel left behind."""
