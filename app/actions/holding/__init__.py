"""Whom an action is with now: its owner, who holds or covers its post, or its agency's people."""
