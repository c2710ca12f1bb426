"""The lists of missing children as the tables of a report. Who is on them: see the lists themselves. Pure."""

from collections.abc import Sequence
from datetime import datetime

from app.episodes.lists.rules import (
    COUNTED,
    CohortCounts,
    ListedChild,
    counts,
    is_away_at,
    time_away,
)
from app.episodes.rules import CATEGORIES, COHORT_WORDS, LEGAL_STATUSES, Cohort, EpisodeFacts
from app.figures.sections import Table
from app.london import LONDON, age_on, london_date
from app.panels.words import clock_time, counted

CHILD_COLUMNS = ("Child", "Age", "Whose")
LOOKED_AFTER = ("cla", "cp", "cin")


def cohort_table(children: Sequence[ListedChild], *, of_a_week: bool) -> Table:
    """How many children of whom; each once in a column."""
    columns = ("Whose", "Missing", *(("Still missing", "Missing episodes") if of_a_week else ()))
    return Table(
        "Children by whose they are",
        (*columns, "Away", "Absent", "From curfew"),
        tuple(_cohort_row(line, of_a_week) for line in counts(children)),
        widths=(4, *(2 for _ in columns[1:]), 2, 2, 2),
        note="Away without authorisation, absent and missing from curfew are told apart and never counted as missing.",
    )


def _cohort_row(line: CohortCounts, of_a_week: bool) -> tuple[str | int, ...]:
    of_week = (line.still_missing, line.episodes) if of_a_week else ()
    apart = (line.children[name] for name in ("away", "absent", "curfew"))
    return (line.words, line.children[COUNTED], *of_week, *apart)


def missing_table(caption: str, children: Sequence[ListedChild], as_at: datetime, empty: str) -> Table:
    """The children counted as missing, in the order of the list."""
    return Table(
        caption,
        (*CHILD_COLUMNS, "Episodes", "State"),
        tuple(
            (*_of_child(child, as_at), _episodes(child, as_at), _state(child, as_at)) for child in children
        ),
        widths=(4, 1, 3, 6, 3),
        empty=empty,
    )


def others_table(children: Sequence[ListedChild], as_at: datetime) -> Table:
    """Those who are not counted as missing, and what it is instead."""
    return Table(
        "Not counted as missing",
        (*CHILD_COLUMNS, "What it is", "Episodes", "State"),
        tuple(
            (
                *_of_child(child, as_at),
                CATEGORIES[child.category],
                _episodes(child, as_at),
                _state(child, as_at),
            )
            for child in children
        ),
        widths=(4, 1, 3, 3, 5, 3),
        empty="Nobody was away, absent or missing from curfew.",
    )


def words_of(children: Sequence[ListedChild], *, of_a_week: bool) -> tuple[str, ...]:
    """What the list says in a sentence."""
    missing = [child for child in children if child.category == COUNTED]
    away = sum(child.away_since is not None for child in missing)
    if not of_a_week:
        return (f"{_children(away)} missing.",)
    return (
        f"{_children(len(missing), 'was', 'were')} missing in this time, {away} of them still missing at its end.",
    )


def _children(number: int, one: str = "is", many: str = "are") -> str:
    return f"{counted(number, 'child', 'children')} {one if number == 1 else many}"


def child_words(known_as: str, child_ref: str) -> str:
    """The name with the reference, where there is a name."""
    return known_as if known_as == child_ref else f"{known_as}, {child_ref}"


def whose_words(cohort: Cohort, authority: str, placed_in: str, legal_status: str) -> str:
    """`Our child, placed away: Farshire, looked after`"""
    where = {Cohort.PLACED_BY_OTHERS: authority, Cohort.OWN_AWAY: placed_in}.get(cohort, "")
    status = LEGAL_STATUSES[legal_status].lower() if legal_status in LOOKED_AFTER else ""
    more = ", ".join(words for words in (where, status) if words)
    return f"{COHORT_WORDS[cohort]}: {more}" if more else COHORT_WORDS[cohort]


def _of_child(child: ListedChild, as_at: datetime) -> tuple[str | int | None, ...]:
    latest = child.latest
    return (
        child_words(latest.known_as, latest.child_ref),
        age_on(latest.born_on, london_date(as_at)) if latest.born_on else None,
        whose_words(latest.cohort, latest.authority, latest.placed_in, latest.legal_status),
    )


def _episodes(child: ListedChild, as_at: datetime) -> str:
    return "; ".join(_episode(episode, as_at) for episode in child.episodes)


def _episode(episode: EpisodeFacts, as_at: datetime) -> str:
    words = moment_words(episode.started_at, "started_at" in episode.date_only)
    if episode.missing_from:
        words += f" from {episode.missing_from}"
    if episode.returned_at and not is_away_at(episode, as_at):
        words += f", back {moment_words(episode.returned_at, 'returned_at' in episode.date_only)}"
    return words


def _state(child: ListedChild, as_at: datetime) -> str:
    if child.away_since:
        return f"{'Missing' if child.category == COUNTED else 'Not back'} for {time_away(child.away_since, as_at)}"
    return "Returned" if child.episodes[0].returned_at else "End not known"


def moment_words(at: datetime, date_only: bool) -> str:
    """`3 Dec 2026, 2:30pm`, the day alone where no time was told."""
    local = at.astimezone(LONDON)
    day = f"{local.day} {local:%b %Y}"
    return day if date_only else f"{day}, {clock_time(at)}"
