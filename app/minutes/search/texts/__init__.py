"""What is shown of what was found: titles, and stretches of text around the words."""
