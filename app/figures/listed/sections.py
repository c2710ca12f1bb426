"""The sections of the weekly and the twice-weekly report: children by name, for those alone who see every child."""

from datetime import datetime

from app.episodes.lists.queries import every_episode_listed
from app.episodes.lists.rules import COUNTED, ListedChild, ListKind, as_at_of, children_listed
from app.figures.listed.rules import cohort_table, missing_table, others_table, words_of
from app.figures.sections import Built, Section, Sought
from app.london import day_start
from app.windows import Window


async def _listed(sought: Sought, kind: ListKind) -> tuple[list[ListedChild], datetime]:
    """Who is on the list as it stood at the end of the window, or stands now, and that moment."""
    asked = sought.question
    as_at = as_at_of(Window(asked.from_on, asked.to_on), asked.now)
    found = await every_episode_listed(kind, day_start(asked.from_on), as_at, asked.own_names)
    return children_listed(found, as_at), as_at


async def missing_this_week(sought: Sought) -> Built:
    """Every child who was missing at any time in the window."""
    children, as_at = await _listed(sought, ListKind.MISSING_THIS_WEEK)
    missing, others = _apart(children)
    empty = "No child was missing in this time."
    return Built(
        words=words_of(children, of_a_week=True),
        tables=(
            cohort_table(children, of_a_week=True),
            missing_table("Children who are or were missing", missing, as_at, empty),
            others_table(others, as_at),
        ),
        children=_ids(children),
    )


async def missing_now(sought: Sought) -> Built:
    """Every child who is missing when the report is read, or was at the end of its time."""
    children, as_at = await _listed(sought, ListKind.MISSING_NOW)
    missing, others = _apart(children)
    return Built(
        words=words_of(children, of_a_week=False),
        tables=(
            cohort_table(children, of_a_week=False),
            missing_table("Children who are missing", missing, as_at, "No child is missing."),
            others_table(others, as_at),
        ),
        children=_ids(children),
    )


async def back_this_week(sought: Sought) -> Built:
    """Who was missing in the window and is back."""
    children, as_at = await _listed(sought, ListKind.MISSING_THIS_WEEK)
    back = [child for child in children if child.category == COUNTED and child.away_since is None]
    table = missing_table("Children who are back", back, as_at, "No child came back in this time.")
    return Built(tables=(table,), children=_ids(back))


def _apart(children: list[ListedChild]) -> tuple[list[ListedChild], list[ListedChild]]:
    missing = [child for child in children if child.category == COUNTED]
    return missing, [child for child in children if child.category != COUNTED]


def _ids(children: list[ListedChild]) -> frozenset[int]:
    return frozenset(child.latest.child_id for child in children)


THIS_WEEK = Section(
    "missing-this-week",
    "Missing this week",
    missing_this_week,
    narrative="What stands out, and what was done for whom",
    names_children=True,
)
NOW = Section(
    "missing-now",
    "Missing now",
    missing_now,
    narrative="What is being done to find them",
    names_children=True,
)
BACK = Section(
    "back-this-week", "Missing in the last seven days, and back", back_this_week, names_children=True
)
