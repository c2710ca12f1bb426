"""The daily exploitation briefing: what came in since the last one, each decided in one line."""
