"""Random samples for people who look closely: drawn by a seed, so that anybody can draw the same again."""
