"""Who came to the meetings of a random history, which children they were about, and what was agreed. Drawn by itself."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from tests.figures.histories import Case, History, Meeting

LONDON = ZoneInfo("Europe/London")
KINDS = {11: "social-care", 12: "police", 13: "health", 14: "charity", 15: "police"}
"""Agencies by id."""
PEOPLE = {person: 11 + person % 5 for person in range(101, 111)}
"""Which agency each of them speaks for."""
STATUSES = ["present"] * 6 + ["deputy", "apologies", "information-sent", "absent", "invited", "accepted"]


@dataclass(frozen=True)
class Seat:
    id: int
    panel: int
    person: int
    role: str
    ended_at: datetime | None


@dataclass(frozen=True)
class Attended:
    meeting: int
    person: int | None
    agency: int
    status: str
    replied_at: datetime | None


@dataclass(frozen=True)
class Item:
    """A child on an agenda, with what the discussion agreed; `outcome` None where nothing was written."""

    id: int
    meeting: int
    child: int
    status: str
    outcome: str | None
    next_review_on: date | None


def draw_around_meetings(history: History, seed: int) -> None:
    """Adds seats, attendance, items and reviews to a drawn history, by a chance of their own."""
    chance = random.Random(f"around meetings {seed}")
    for panel in (1, 2, 3):
        for person in PEOPLE:
            history.seats += _seats(chance, panel, person, len(history.seats))
    for place, meeting in enumerate(history.meetings):
        history.attended += _attended(chance, meeting)
        history.items += _items(chance, history, meeting)
        if chance.random() < 0.7:
            early = timedelta(days=chance.choice([1, 4, 6, 7, 7, 8, 9]), hours=chance.randrange(24))
            history.meetings[place] = replace(meeting, agenda_issued_at=meeting.starts_at - early)
    history.cases[:] = [_reviewed(chance, case) for case in history.cases]


def _seats(chance: random.Random, panel: int, person: int, taken: int) -> Iterable[Seat]:
    roles = ["member", "member", "member", "observer"]
    if chance.random() < 0.2:
        return
    ended_at = None
    if chance.random() < 0.3:
        ended_at = datetime(2024, 2, 1, 9, tzinfo=UTC) + timedelta(days=chance.randrange(500))
    yield Seat(taken + 1, panel, person, chance.choice(roles), ended_at)
    if ended_at and chance.random() < 0.6:
        yield Seat(taken + 2, panel, person, chance.choice(roles), None)


def _attended(chance: random.Random, meeting: Meeting) -> Iterable[Attended]:
    how = chance.choice(["noted"] * 6 + ["replies", "nothing"])
    if how == "nothing":
        return
    for person, agency in PEOPLE.items():
        if chance.random() < 0.15:
            continue
        replied_at = (
            meeting.starts_at - timedelta(days=2) if chance.random() < 0.5 or how == "replies" else None
        )
        status = chance.choice(["accepted", "apologies"] if how == "replies" else STATUSES)
        yield Attended(meeting.id, person, agency, status, replied_at)
    if how == "noted" and chance.random() < 0.2:
        yield Attended(meeting.id, None, chance.choice(list(KINDS)), "present", None)


def _items(chance: random.Random, history: History, meeting: Meeting) -> Iterable[Item]:
    cases = [case.child for case in history.cases if case.panel == meeting.panel]
    if not cases or (meeting.status == "planned" and chance.random() < 0.5):
        return
    day = meeting.starts_at.astimezone(LONDON).date()
    open_then = [
        case.child
        for case in history.cases
        if case.panel == meeting.panel
        and case.accepted_on <= day
        and (case.closed_on is None or day <= case.closed_on)
    ]
    children = {chance.choice(cases), *(child for child in open_then if chance.random() < 0.6)}
    for child in sorted(children):
        yield Item(
            id=1000 * meeting.id + child,
            meeting=meeting.id,
            child=child,
            status=chance.choice(["on-agenda"] * 6 + ["left-off", "deferred"]),
            outcome=chance.choice([None, "", "discussed", "discussed", "discussed", "not-reached"]),
            next_review_on=day + timedelta(days=chance.choice([0, 1, 7, 30, 60, 90]))
            if chance.random() < 0.6
            else None,
        )


def _reviewed(chance: random.Random, case: Case) -> Case:
    if chance.random() < 0.5:
        return case
    reviewed = case.accepted_on + timedelta(days=chance.randrange(0, 120))
    if case.closed_on and reviewed > case.closed_on:
        return case
    following = reviewed + timedelta(days=chance.choice([7, 30, 84])) if chance.random() < 0.6 else None
    return replace(case, last_reviewed_on=reviewed, next_review_on=following)


Copy = Callable[[str, list[dict[str, object]]], Awaitable[None]]


async def store_people(copy: Copy) -> None:
    """The agencies and people that histories have, with ids of their own."""
    await copy("agency", [{"id": n, "name": f"Agency {n}", "kind": kind} for n, kind in KINDS.items()])
    people = [
        {"id": n, "email": f"p{n}@histories.example.org", "name": f"Person {n}", "agency": agency}
        for n, agency in PEOPLE.items()
    ]
    await copy("person", people)


async def store_around_meetings(history: History, copy: Copy) -> None:
    await copy("seat", [{**asdict(seat), "agency": PEOPLE[seat.person]} for seat in history.seats])
    await copy("attendance", [asdict(one) for one in history.attended])
    items = [{**asdict(item), "position": 1, "reason": "listed"} for item in history.items]
    for row in items:
        del row["outcome"], row["next_review_on"]
    await copy("agenda_item", items)
    said = [item for item in history.items if item.outcome is not None]
    await copy(
        "discussion",
        [
            {
                "id": item.id,
                "agenda_item": item.id,
                "outcome": item.outcome,
                "next_review_on": item.next_review_on,
            }
            for item in said
        ],
    )
    await copy(
        "discussion_revision",
        [
            {
                "discussion": item.id,
                "version": 1,
                "saved_at": datetime(2024, 1, 1, tzinfo=UTC),
                "text": {
                    "outcome": item.outcome,
                    "next_review_on": item.next_review_on.isoformat() if item.next_review_on else None,
                },
            }
            for item in said
        ],
    )
