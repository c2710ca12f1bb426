"""The discussion of one agenda item: its sections, saving, both texts after a late save, revisions."""
