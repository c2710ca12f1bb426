"""Places as items of a meeting: what stands behind each, and what panels made of a place."""
