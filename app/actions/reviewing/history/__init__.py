"""What happened to an action since it was agreed, line by line."""
