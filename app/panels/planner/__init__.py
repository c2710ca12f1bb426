"""The planner: what another threshold would have meant, before it stands in the terms of reference."""
