"""What readers ask to be corrected in circulated minutes, and the addenda that came of it; the text itself stays."""
