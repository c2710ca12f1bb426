"""What other rooms are told of actions: open, overdue, agreed at a meeting, part of a chronology."""
