"""What a guest says of their one item before the meeting."""
