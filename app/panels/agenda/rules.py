"""Agenda items: statuses, moves, order and minutes. Nothing is read or written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.access import Identity, Permission, Scope, permits
from app.episodes.clocks.rules import interview_due_at
from app.episodes.rules import Cohort, cohort_of
from app.lifecycle import Lifecycle, Move
from app.london import age_on
from app.panels.carried.rules import KEY_MARK
from app.panels.cases.rules import CaseFacts, state_in_words
from app.panels.handed_in import OpenAction
from app.panels.restricting.rules import HIDDEN_KIND
from app.panels.selection.rules import ProposedItem
from app.panels.words import day_and_month

MOST_MINUTES = 240
MOST_ITEMS = 200
MOST_DIGITS = 18
"""No item has a longer number."""
STANDING_MINUTES = 5


class ItemStatus(StrEnum):
    PROPOSED = "proposed"
    ON_AGENDA = "on-agenda"
    LEFT_OFF = "left-off"
    DEFERRED = "deferred"


@dataclass(frozen=True)
class ItemFacts:
    """An item of a meeting with the reason that put it there. `child_name` is empty for places and standing items."""

    id: int
    meeting_id: int
    kind: str
    child_id: int | None
    child_name: str
    case_id: int | None
    title: str
    status: str
    position: int
    minutes: int
    reason: str
    rule_version: str
    episode_ids: list[int]
    facts: dict[str, Any]
    added_by: str
    left_off_reason: str
    brought_forward_from: int | None
    first_issued_in: int | None
    version: int
    successor_id: int | None = None
    """The item of a later meeting that this one was brought forward to."""
    standing_key: str = ""
    restricted: bool = False
    open_title: str = ""
    allowed_people: Sequence[int] = ()
    allowed_agencies: Sequence[int] = ()

    @property
    def is_on_agenda(self) -> bool:
        return self.status == ItemStatus.ON_AGENDA

    @property
    def key(self) -> str:
        """What names the item in a form; it stays the same when what comes forward becomes an item."""
        return str(self.id) if self.brought_forward_from is None else f"{KEY_MARK}{self.brought_forward_from}"

    @property
    def brought_forward(self) -> str:
        """Where it came forward from and why, in words; empty for an item that did not."""
        return str(self.facts.get("brought_forward", ""))


def closed(item: ItemFacts) -> ItemFacts:
    """What is left of a restricted item for whoever may not see it: its open title, its place and its minutes."""
    return replace(
        item,
        kind=HIDDEN_KIND,
        child_id=None,
        child_name="",
        case_id=None,
        title=item.open_title,
        reason="",
        rule_version="",
        episode_ids=[],
        facts={},
        added_by="",
        left_off_reason="",
    )


@dataclass(frozen=True)
class ItemMove:
    """What a move of an item is judged by."""

    meeting_is_open: bool
    reason: str = ""
    went_forward: bool = False


def needs_an_open_meeting(facts: ItemMove) -> str | None:
    if facts.meeting_is_open:
        return None
    return "This meeting was held or cancelled, so its agenda can’t be changed any more."


def needs_a_reason(facts: ItemMove) -> str | None:
    return None if facts.reason.strip() else "Enter why it is left off"


def needs_to_be_here_still(facts: ItemMove) -> str | None:
    if not facts.went_forward:
        return None
    return "This item already stands on the agenda of the next meeting. Take it off there first."


AGENDA_ITEM = Lifecycle(
    statuses=tuple(status.value for status in ItemStatus),
    moves=(
        Move(
            "accept",
            frozenset({ItemStatus.PROPOSED.value}),
            ItemStatus.ON_AGENDA.value,
            Permission.PREPARE_AGENDA,
            (needs_an_open_meeting,),
        ),
        Move(
            "put back",
            frozenset({ItemStatus.LEFT_OFF.value, ItemStatus.DEFERRED.value}),
            ItemStatus.ON_AGENDA.value,
            Permission.PREPARE_AGENDA,
            (needs_an_open_meeting, needs_to_be_here_still),
        ),
        Move(
            "leave off",
            frozenset({ItemStatus.PROPOSED.value, ItemStatus.ON_AGENDA.value}),
            ItemStatus.LEFT_OFF.value,
            Permission.PREPARE_AGENDA,
            (needs_an_open_meeting, needs_a_reason),
        ),
        Move(
            "defer",
            frozenset({ItemStatus.ON_AGENDA.value}),
            ItemStatus.DEFERRED.value,
            Permission.PREPARE_AGENDA,
            (needs_an_open_meeting,),
        ),
    ),
)


@dataclass(frozen=True)
class ChildFacts:
    """What stands beside a child on an agenda: who, risk, the latest episode and its interview, the last outcome."""

    id: int
    child_ref: str
    name: str
    age: str = ""
    split: str = ""
    risk_level: str = ""
    risk_position: int = 0
    risk_levels: int = 3
    risk_on: date | None = None
    missing_since: datetime | None = None
    interview: str = ""
    last_outcome: str = ""
    open_actions: Sequence[OpenAction] = field(default_factory=tuple)


def seen_by(who: Identity, panel_id: int, children: Mapping[int, ChildFacts]) -> dict[int, ChildFacts]:
    """The children with the open actions that this person may know of: this panel's, and their other panels'."""
    return {
        child_id: replace(
            child,
            open_actions=tuple(
                action
                for action in child.open_actions
                if action.panel_id in (0, panel_id)
                or permits(
                    who, Permission.SEE_ACTION, Scope(panel_ids=frozenset({action.panel_id}), owner_id=0)
                )
            ),
        )
        if child.open_actions
        else child
        for child_id, child in children.items()
    }


def interview_state(
    returned_at: datetime | None, outcome: str | None, known_at: datetime, date_only: bool = False
) -> str:
    """How the interview after the latest return stands: its outcome, `pending` or `overdue`; blank if none is due."""
    if returned_at is None or returned_at > known_at:
        return ""
    if outcome and outcome != "pending":
        return outcome
    return "overdue" if known_at > interview_due_at(returned_at, date_only) else "pending"


def in_agenda_order(items: Sequence[ProposedItem], risks: Mapping[int, float]) -> tuple[ProposedItem, ...]:
    """Recalled children first, then the highest risk, then as the rule gives them. `risks`: by child, from 0 to 1."""
    return tuple(
        sorted(
            items, key=lambda item: (item.facts.get("stage") != "recalled", -risks.get(item.child_id, 0.0))
        )
    )


def age_in_words(born_on: date | None, on: date) -> str:
    return "" if born_on is None else f"{age_on(born_on, on)} years old"


def split_words(responsible: str, placed_in: str, own_names: Sequence[str]) -> str:
    """Whose child it is and where placed, as a short tag."""
    match cohort_of(responsible, placed_in, own_names):
        case Cohort.PLACED_BY_OTHERS:
            return f"Placed here by {responsible.strip()}"
        case Cohort.OWN_AWAY:
            return f"Ours, placed in {placed_in.strip()}"
        case _:
            return "Ours"


def outcome_in_words(told: str, case: CaseFacts | None, listed_at: datetime | None, on: date) -> str:
    """What became of a child on this panel before: what the minutes tell, else what its cases and meetings do."""
    if told:
        return f"last time: {told}"
    listed = f"last discussed {day_and_month(listed_at)}" if listed_at else ""
    state = f"case {state_in_words(case, on)}" if case else ""
    return ", ".join(part for part in (state, listed) if part)


def moved(order: Sequence[str], key: str, way: str) -> list[str]:
    """The keys with one of them a place further up or down; the same order when it can't go further."""
    keys = list(order)
    if key not in keys:
        return keys
    here = keys.index(key)
    there = here - 1 if way == "up" else here + 1
    if 0 <= there < len(keys):
        keys[here], keys[there] = keys[there], keys[here]
    return keys


def read_minutes(given: Mapping[str, str]) -> tuple[dict[str, int], dict[str, str]]:
    """The minutes typed beside each item by its key, and sentences where they can't be read."""
    minutes: dict[str, int] = {}
    problems: dict[str, str] = {}
    for key, text in given.items():
        plain = text.strip()
        if plain.isdecimal() and len(plain) < 5 and 1 <= int(plain) <= MOST_MINUTES:
            minutes[key] = int(plain)
        else:
            problems[key] = f"Enter the minutes as a whole number from 1 to {MOST_MINUTES}"
    return minutes, problems
