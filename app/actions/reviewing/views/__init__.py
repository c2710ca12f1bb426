"""The five things a panel can say of an earlier action."""
