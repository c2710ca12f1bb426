"""The clocks that run for a missing episode: what falls due while a child is away and after the return."""
