"""The case file checklist: what must be on a case's file, with the date of each."""
