"""What is asked of a figure, read from an address or a command."""
