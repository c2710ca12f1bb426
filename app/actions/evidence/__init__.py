"""Files that show what was done: added, given out as downloads, taken away when added by mistake."""
