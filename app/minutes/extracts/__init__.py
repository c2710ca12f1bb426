"""Extracts of circulated minutes, one for each child, for the child's own record; and where each was put."""
