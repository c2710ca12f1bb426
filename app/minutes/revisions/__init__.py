"""Every saved text of a discussion: late saves, both texts and their merge, comparison, restoring."""
