"""What goes out by schedule as a link: lists of missing children, and what later rooms hand in."""
