"""The history page: who changed and who read what. The entries themselves are written by app.history."""
