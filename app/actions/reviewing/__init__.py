"""What a panel says of its earlier actions at the next meeting: looked at until each is settled."""
