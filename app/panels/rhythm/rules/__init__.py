"""What is true of a rhythm: its days, its bank holidays, its place among others. Pure."""
