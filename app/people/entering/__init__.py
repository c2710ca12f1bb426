"""Signing in and out, setting a password, one's own account."""
