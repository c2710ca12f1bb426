"""Messages that leave with the change that caused them, or not at all."""
