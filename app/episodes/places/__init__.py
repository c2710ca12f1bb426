"""Places of concern: records with the names that episodes give them, counted from where episodes begin and end."""
