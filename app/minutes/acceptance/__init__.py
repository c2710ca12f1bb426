"""What a meeting says of the minutes of earlier ones, under its standing item."""
