"""Two records of one episode, or of one child: found, shown side by side, merged, and the merge undone."""
