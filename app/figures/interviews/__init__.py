"""Return home interviews: offered, held, declined, in time."""
