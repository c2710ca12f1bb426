"""Who owes what: the lists of actions that a person starts the day with."""
