"""Leaving small numbers out of reports, and all that would give them away."""
