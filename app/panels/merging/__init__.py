"""How a panel's rows follow when two records of a child, or of an episode, become one."""
