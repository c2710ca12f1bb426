"""Silent agencies: who has not contributed, not acknowledged, not finished in time, beside each other."""
