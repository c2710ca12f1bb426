"""Standing panels: what they are, their seats and their terms of reference."""
