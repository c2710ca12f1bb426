"""What charts say: a sentence that states the finding, and the numbers to draw and to read beside it."""
