"""Cases drawn for an inspection, and everything on file about them as one pack."""
