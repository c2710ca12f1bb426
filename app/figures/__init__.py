"""Counts, shares and times, each with its definition; owns no records of the other rooms."""
