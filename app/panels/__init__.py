"""Panels, who sits on them, who comes on the agenda and when they meet."""
