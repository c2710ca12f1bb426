"""How actions follow when two records of a child become one."""
