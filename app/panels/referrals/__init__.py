"""Referrals: received, corrected, decided, and what they led to. The daily briefing has its own folder."""
