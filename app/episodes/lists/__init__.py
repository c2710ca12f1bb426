"""Who is missing now, and who was in the last week: the lists that managers are sent a link to."""
