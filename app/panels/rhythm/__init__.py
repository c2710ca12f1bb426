"""A standing panel's rhythm: its recurrence, and the meetings that come of it."""
