"""What each agency knows about the children of an agenda before the meeting, and who still has to say."""
