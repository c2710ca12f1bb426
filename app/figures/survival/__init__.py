"""How long an improvement lasts, read from a curve that takes in those who were not followed to the end."""
