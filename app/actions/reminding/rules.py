"""When an action is spoken of, and to whom: shortly before it is due, then rung by rung. Pure: today is passed in.

How it is said stands in `digests`. A rung counts from the day on which the one before it was reached, not from the
due date: so whoever stands on it always has its days, also after the service stood still or a log was brought in.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, cached_property

from app.access import Identity, Permission, Role, Scope, SeatRole, permits
from app.london import add_working_days
from app.panels.kinds import Escalation, Ladder
from app.panels.restricting.rules import may_see_item

SOON_BEFORE = 2
"""Working days before the due date on which whoever has the action is reminded of it."""


class Rung(StrEnum):
    """On which rung somebody is told; the first is no rung yet, the last is a place and not a person."""

    DUE_SOON = "due-soon"
    OWNER = "owner"
    LINE_LEAD = "line-lead"
    AGENCY_LEAD = "agency-lead"
    CHAIR = "chair"
    AGENDA = "agenda"


LADDER = (Rung.OWNER, Rung.LINE_LEAD, Rung.AGENCY_LEAD, Rung.CHAIR, Rung.AGENDA)
ESCALATED = LADDER[1:]
"""Above the one whose action it is: what is said there always goes."""

DAYS_TO: Mapping[Rung, Callable[[Ladder], int]] = {
    Rung.LINE_LEAD: lambda ladder: ladder.line_lead,
    Rung.AGENCY_LEAD: lambda ladder: ladder.agency_lead,
    Rung.CHAIR: lambda ladder: ladder.chair,
    Rung.AGENDA: lambda ladder: ladder.agenda,
}

RUNG_WORDS = {
    Rung.DUE_SOON: "whoever has it",
    Rung.OWNER: "whoever has it",
    Rung.LINE_LEAD: "the line lead",
    Rung.AGENCY_LEAD: "the agency’s lead",
    Rung.CHAIR: "the chair",
    Rung.AGENDA: "the next agenda",
}


@dataclass(frozen=True, slots=True)
class Watched:
    """An unfinished action that is due soon or overdue, with the restriction of the item that agreed it.

    `owner_id` stays when the owner has left; `with_ids`: the people it is with now.
    """

    id: int
    panel_id: int
    agency_id: int
    owner_id: int | None
    post_id: int | None
    priority: str
    issued_on: date
    due_on: date
    restricted: bool = False
    allowed_people: Collection[int] = ()
    allowed_agencies: Collection[int] = ()
    with_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Everybody:
    """Who can be told: `people` are those who can sign in, by id; `line_leads` by person, also of people who left;
    `posts`: who holds and who covers each, of those who can sign in.
    """

    people: Mapping[int, Identity]
    line_leads: Mapping[int, int]
    posts: Mapping[int, frozenset[int]]

    @cached_property
    def agency_leads(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for person in self.people.values():
            if Role.AGENCY_LEAD in person.roles:
                found.setdefault(person.agency_id, []).append(person.person_id)
        return found

    @cached_property
    def panel_leads(self) -> dict[tuple[int, str], list[int]]:
        """By panel and role."""
        found: dict[tuple[int, str], list[int]] = {}
        for person in self.people.values():
            for seat in person.seats:
                found.setdefault((seat.panel_id, seat.role), []).append(person.person_id)
        return found


Standing = Mapping[Rung, tuple[int, ...]]
"""The people on each rung now."""


@cache
def soon_from(due_on: date) -> date:
    return add_working_days(due_on, -SOON_BEFORE)


@cache
def overdue_from(due_on: date) -> date:
    """The first working day after the due date: the day on which its owner is told."""
    return add_working_days(due_on, 1)


def is_due_soon(issued_on: date, due_on: date, today: date) -> bool:
    """Between the day of its reminder and its due date; of what was issued on that day or later people know."""
    return issued_on < soon_from(due_on) <= today <= due_on


def who_stands(action: Watched, everybody: Everybody) -> Standing:
    """The people on each rung, of those who can sign in and may see the action.

    Each stands on the lowest rung alone: nobody is told of their own action as somebody's lead, and a rung of
    nobody else is an empty one.
    """
    whose = [*action.with_ids, *([action.owner_id] if action.owner_id is not None else [])]
    asked: dict[Rung, Iterable[int]] = {
        Rung.OWNER: action.with_ids,
        Rung.LINE_LEAD: [everybody.line_leads[one] for one in whose if one in everybody.line_leads],
        Rung.AGENCY_LEAD: everybody.agency_leads.get(action.agency_id, ()),
    }
    standing: dict[Rung, tuple[int, ...]] = {}
    counted: set[int] = set()
    for rung, those in asked.items():
        standing[rung] = _new_ones(those, counted, action, everybody)
    for role in (SeatRole.CHAIR, SeatRole.VICE_CHAIR):
        # the vice-chair where there is no chair, or where the chair has it anyway
        if not standing.get(Rung.CHAIR):
            leads = everybody.panel_leads.get((action.panel_id, role), ())
            standing[Rung.CHAIR] = _new_ones(leads, counted, action, everybody)
    return standing


def _new_ones(
    those: Iterable[int], counted: set[int], action: Watched, everybody: Everybody
) -> tuple[int, ...]:
    found = []
    for one in those:
        person = everybody.people.get(one)
        if one not in counted and person is not None and may_be_told(person, action, everybody):
            found.append(one)
            counted.add(one)
    return tuple(found)


def may_be_told(person: Identity, action: Watched, everybody: Everybody) -> bool:
    """Whether the action's page would open to this person."""
    holders = everybody.posts.get(action.post_id, frozenset()) if action.post_id is not None else frozenset()
    scope = Scope(frozenset({action.panel_id}), action.owner_id, action.agency_id, holders)
    if not permits(person, Permission.SEE_ACTION, scope):
        return False
    if person.person_id == action.owner_id or person.person_id in holders:
        return True
    return may_see_item(person, action.panel_id, action)


def ladder_of(action: Watched, escalation: Escalation) -> Ladder:
    return escalation.urgent if action.priority == "urgent" else escalation.routine


def next_rung(
    due_on: date, reached: Mapping[Rung, date], standing: Standing, ladder: Ladder
) -> tuple[Rung, date] | None:
    """The rung that comes next and the working day from which it is reached; None from the agenda.

    A rung on which nobody stands, or nobody any more, goes on at once.
    """
    last = next((rung for rung in reversed(LADDER) if rung in reached), None)
    if last is None:
        return Rung.OWNER, overdue_from(due_on)
    if last is Rung.AGENDA:
        return None
    following = LADDER[LADDER.index(last) + 1]
    days = DAYS_TO[following](ladder) if standing[last] else 0
    return following, _working_days_after(reached[last], days)


@cache
def _working_days_after(day: date, days: int) -> date:
    return add_working_days(day, days)


def climbed(
    due_on: date, reached: Mapping[Rung, date], standing: Standing, ladder: Ladder, today: date
) -> list[Rung]:
    """The rungs that an overdue action reaches today, a working day, above those it has `reached` for this due date."""
    so_far, new = dict(reached), []
    while (step := next_rung(due_on, so_far, standing, ladder)) is not None and step[1] <= today:
        so_far[step[0]] = today
        new.append(step[0])
    return new


def to_tell(
    action: Watched,
    reached: Collection[Rung],
    standing: Standing,
    told: Collection[tuple[int, str]],
    today: date,
) -> list[tuple[int, Rung]]:
    """Whom to tell of an action on which rung: everybody on a rung it has reached who was not told there.

    `told`: person and rung, for this due date. Who comes to a rung later is told then.
    """
    found = []
    if is_due_soon(action.issued_on, action.due_on, today):
        found = [(person, Rung.DUE_SOON) for person in standing[Rung.OWNER]]
    for rung in LADDER[:-1]:
        if rung in reached:
            found += [(person, rung) for person in standing[rung]]
    return [one for one in found if one not in told]


# A day's run over all of them


@dataclass(frozen=True)
class Board:
    """Everything that reminding needs to know on one day."""

    actions: Sequence[Watched]
    everybody: Everybody
    escalations: Mapping[int, Escalation]
    """By panel, as its terms have it on that day."""
    reached: Mapping[int, Mapping[Rung, date]]
    """By action, for its present due date."""
    told: Mapping[int, Collection[tuple[int, str]]]
    """By action, person and rung, for its present due date."""


@dataclass(frozen=True)
class Step:
    """An action reaches a rung, for a due date; `vacant`: nobody stands there who may be told."""

    action_id: int
    due_on: date
    rung: Rung
    vacant: bool


@dataclass(frozen=True)
class Notice:
    """A person is told of an action, on a rung, for a due date."""

    action_id: int
    person_id: int
    due_on: date
    rung: Rung


def day_of(board: Board, today: date, wants: Callable[[int, Rung], bool]) -> tuple[list[Step], list[Notice]]:
    """What the actions on the board reach today, a working day, and whom to tell of them.

    `wants`: whether a person is told anything on that rung now; the ladder climbs whatever they want.
    """
    steps: list[Step] = []
    notices: list[Notice] = []
    # most actions of an owner on a panel have the same people above them: those are found once
    known: dict[tuple[object, ...], Standing] = {}
    for action in board.actions:
        about = (action.panel_id, action.agency_id, action.owner_id, action.post_id, action.with_ids)
        standing = known.get(about) if not action.restricted else None
        if standing is None:
            standing = who_stands(action, board.everybody)
            if not action.restricted:
                known[about] = standing
        reached = board.reached.get(action.id, {})
        ladder = ladder_of(action, board.escalations[action.panel_id])
        new = climbed(action.due_on, reached, standing, ladder, today)
        steps += [
            Step(action.id, action.due_on, rung, rung is not Rung.AGENDA and not standing[rung])
            for rung in new
        ]
        told = board.told.get(action.id, ())
        notices += [
            Notice(action.id, person, action.due_on, rung)
            for person, rung in to_tell(action, {*reached, *new}, standing, told, today)
            if wants(person, rung)
        ]
    return steps, notices
