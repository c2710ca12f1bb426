"""The items of a meeting: children, places and standing items, each with its reason."""
