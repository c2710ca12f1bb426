"""Whether minutes are any good: random samples of minuted items, graded against a short form, and their trends."""
