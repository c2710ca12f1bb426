"""To whom minutes go: proposed from attendance and seats, changed by hand, told, reminded, and who has opened them."""
