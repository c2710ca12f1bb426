"""Who was asked to a meeting, who came, and whether it was quorate."""
