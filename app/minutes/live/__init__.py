"""Two or more at work: who is on which item, what stands there now, told to open pages as it changes."""
