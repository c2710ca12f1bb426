"""Whether somebody in charge keeps an eye on every child who is missing again and again, and what is on file."""
