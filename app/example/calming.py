"""What a panel changed in the example: for most whose case ended well the episodes fall, for some they do not. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from app.example.cases import ExampleCase
from app.example.rules import chance, choose

NEAR = 90
"""How many days before its initial meeting and after its closure a case is compared over."""

BEFORE = ((1, 2), (2, 4), (3, 4), (5, 2))
AFTER_WELL = ((0, 6), (1, 3), (3, 1))
AFTER_BADLY = ((1, 2), (2, 3), (4, 2))
"""How many episodes a case had on either side that is older than the records of every child, with their weights."""


@dataclass(frozen=True)
class Span:
    """A case that is over, and whether its child went missing less from then on."""

    met_on: date
    closed_on: date
    helped: bool


def spans_of(cases: Sequence[ExampleCase]) -> dict[str, list[Span]]:
    """By child. Two in three of those closed for reduced risk were helped, and few of the others."""
    luck = chance("what a panel changed")
    found: dict[str, list[Span]] = {}
    for case in cases:
        if case.first_meeting_on and case.closed_on:
            helped = luck.random() < (0.68 if case.closure_reason == "reduced-risk" else 0.15)
            span = Span(case.first_meeting_on, case.closed_on, helped)
            found.setdefault(case.child.ref, []).append(span)
    return found


def days_changed(
    luck: Random, days: Sequence[date], spans: Sequence[Span], first_day: date, last_day: date
) -> list[date]:
    """The days on which a child went missing, as its cases changed them.

    Where a case helped, most of what came after it had come before it instead. Of cases that are older than
    `first_day`, from which on everybody's episodes are told, their own months are told too.
    """
    told = list(days)
    for span in spans:
        if span.helped:
            told = [_sooner(luck, day, span, first_day) for day in told]
        for reach_from, reach_to, numbers in (
            (span.met_on - timedelta(days=NEAR), span.met_on, BEFORE),
            (
                span.closed_on + timedelta(days=1),
                span.closed_on + timedelta(days=NEAR),
                AFTER_WELL if span.helped else AFTER_BADLY,
            ),
        ):
            if reach_to < first_day:
                told += [_within(luck, reach_from, reach_to) for _ in range(choose(luck, numbers))]
    return sorted({day for day in told if day <= last_day})


def _sooner(luck: Random, day: date, span: Span, first_day: date) -> date:
    """Three in four of the days after a case's beginning lie before it, as far as that is told."""
    earliest = max(first_day, span.met_on - timedelta(days=NEAR - 5))
    falls = span.met_on <= day <= span.closed_on + timedelta(days=NEAR + 30)
    if not falls or earliest >= span.met_on or luck.random() > 0.75:
        return day
    return _within(luck, earliest, span.met_on)


def _within(luck: Random, first: date, last: date) -> date:
    """A day of [first, last)."""
    return first + timedelta(days=luck.randrange((last - first).days))
