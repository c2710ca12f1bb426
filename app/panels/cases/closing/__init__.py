"""Closing a case: what is still open is told first; and reopening one that was closed by mistake."""
