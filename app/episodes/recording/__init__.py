"""What is recorded by hand about a child: an episode, a return, what was done, an interview, a risk assessment."""
