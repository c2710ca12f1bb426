"""Agencies, people, sign-in and sessions."""
