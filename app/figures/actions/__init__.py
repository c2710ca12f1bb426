"""Whether agreed actions are done, and in time."""
