"""What panels tell the rooms before them about a child."""
