"""Panel cases: a child under a panel’s oversight, from acceptance to closure."""
