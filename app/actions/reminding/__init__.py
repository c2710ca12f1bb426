"""When an action is spoken of and to whom: before it is due, when it is overdue, and up the ladder after that."""
