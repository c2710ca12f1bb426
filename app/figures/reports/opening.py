"""The first section of a report: what the officer wants said before any number. No figures."""

from app.figures.sections import Built, Section, Sought


async def opening(sought: Sought) -> Built:
    return Built()


OPENING = Section(
    "opening",
    "Summary",
    opening,
    narrative="What matters most in this time, and what follows from it",
)
