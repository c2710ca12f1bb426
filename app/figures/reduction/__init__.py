"""Did children go missing less after their case than before it: the same child, 90 days on either side."""
