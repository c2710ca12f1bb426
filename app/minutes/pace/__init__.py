"""How long each item took, against what was planned for it."""
