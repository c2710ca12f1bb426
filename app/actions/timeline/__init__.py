"""All that happened to an action, in one order: words, more time, handovers, files."""
