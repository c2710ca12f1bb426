"""What a meeting said of actions of earlier ones, as its minutes tell it."""
