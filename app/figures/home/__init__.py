"""The first page after signing in: what this person has to do next. It shows rows of every room and owns none."""
