"""The word of an action's owner: done, under way, not possible, not done."""
