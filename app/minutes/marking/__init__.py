"""Need to know: whose words a section holds, and who alone may read it."""
