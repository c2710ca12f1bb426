"""What comes forward from earlier meetings until it is settled."""
