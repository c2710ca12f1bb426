"""Minutes to take along, as PDF and Word: how their text reads on paper. What a reader sees is `page.text_of`'s."""
