"""Selection: whom a panel's rule proposes for a meeting, with reasons. A person confirms."""
