"""Telling the next person in line that a standard for minutes passes, and managers once a week how minutes stand."""
