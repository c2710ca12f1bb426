"""Whether the agencies that must be there came, and whether meetings were quorate."""
