"""What the approval of minutes does to the records of children."""
