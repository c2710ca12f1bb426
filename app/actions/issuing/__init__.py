"""Actions agreed under an agenda item, live as soon as they are written down."""
