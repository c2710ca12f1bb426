"""More time for an action: asked for by whoever owes it, decided by whoever leads the panel."""
