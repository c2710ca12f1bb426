"""To whom a panel may give an earlier action now."""
