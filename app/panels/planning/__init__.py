"""Planning, changing and cancelling a meeting: the forms."""
