"""Finding words again in actions, for the search of minutes. Wired by the house."""
