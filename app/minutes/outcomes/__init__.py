"""What came of items and minutes, as earlier rooms are told."""
