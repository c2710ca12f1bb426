"""What minutes say of places."""
