"""Who is missing, or was this week, as sections of reports to managers."""
