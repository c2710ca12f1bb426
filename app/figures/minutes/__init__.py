"""How promptly minutes and what belongs to them are made."""
