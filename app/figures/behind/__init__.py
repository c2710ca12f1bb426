"""The records that a number of a figure counts, each linked to its page, for whoever may see them."""
