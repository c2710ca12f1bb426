"""What was changed and who read what: append-only, sealed so that tampering shows."""
