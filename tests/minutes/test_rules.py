"""Which minutes may move where, by whom, and who reads what."""

from dataclasses import replace
from itertools import product

import pytest

from app.access import Identity, Role, Scope, SeatHeld, SeatRole
from app.lifecycle import Forbidden, MovedOn, Refused
from app.minutes.rules import (
    MINUTES,
    ItemFacts,
    MinutesFacts,
    MinutesStatus,
    may_read,
    undecided_cases,
    what_is_missing,
    why_text_is_fixed,
)

PANEL, OTHER_PANEL = 1, 2
SCOPE = Scope(panel_ids=frozenset({PANEL}))


def someone(
    person_id: int = 1, *, role: Role | None = None, seat: SeatRole | None = None, panel: int = PANEL
) -> Identity:
    return Identity(
        person_id=person_id,
        name="Someone",
        email="someone@example.org",
        agency_id=1,
        agency_name="Council",
        roles=frozenset({role}) if role else frozenset(),
        seats=(SeatHeld(panel, seat, 1),) if seat else (),
    )


PEOPLE = {
    "chair": someone(seat=SeatRole.CHAIR),
    "vice-chair": someone(seat=SeatRole.VICE_CHAIR),
    "minute taker": someone(seat=SeatRole.MINUTE_TAKER),
    "member": someone(seat=SeatRole.MEMBER),
    "observer": someone(seat=SeatRole.OBSERVER),
    "officer": someone(role=Role.PANEL_OFFICER),
    "manager": someone(role=Role.SAFEGUARDING_MANAGER),
    "administrator": someone(role=Role.ADMINISTRATOR),
    "chair of another panel": someone(seat=SeatRole.CHAIR, panel=OTHER_PANEL),
    "minute taker of another panel": someone(seat=SeatRole.MINUTE_TAKER, panel=OTHER_PANEL),
    "nobody": someone(),
}
MAY = {
    "send to chair": {"minute taker", "officer"},
    "return": {"chair", "vice-chair"},
    "approve": {"chair", "vice-chair"},
    "circulate": {"chair", "vice-chair", "minute taker", "officer"},
}
FROM_TO = {
    "send to chair": ("draft", "with-chair"),
    "return": ("with-chair", "draft"),
    "approve": ("with-chair", "approved"),
    "circulate": ("approved", "circulated"),
}
READY = MinutesFacts(
    meeting_held=True,
    attendance_recorded=True,
    items=(ItemFacts(1, "discussed"), ItemFacts(2, "not-reached")),
    taker_ids=frozenset({77}),
    mover_id=1,
    remarks="Please name the school.",
)


@pytest.mark.parametrize(
    ("move", "status", "person"), list(product(FROM_TO, [s.value for s in MinutesStatus], PEOPLE))
)
def test_each_move_from_each_status_by_each_person(move: str, status: str, person: str):
    source, target = FROM_TO[move]
    who = PEOPLE[person]
    if person not in MAY[move]:
        with pytest.raises(Forbidden):
            MINUTES.check(move, status, who, SCOPE, READY)
    elif status != source:
        with pytest.raises(MovedOn):
            MINUTES.check(move, status, who, SCOPE, READY)
    else:
        assert MINUTES.check(move, status, who, SCOPE, READY).target == target
    offered = {found.name for found in MINUTES.open_moves(status, who, SCOPE)}
    assert (move in offered) == (person in MAY[move] and status == source)


def test_no_other_moves_exist():
    assert {move.name for move in MINUTES.moves} == set(FROM_TO)
    assert set(MINUTES.statuses) == {"draft", "with-chair", "approved", "circulated"}


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"meeting_held": False}, "held"),
        ({"attendance_recorded": False}, "attended"),
        (
            {"items": (ItemFacts(1, "discussed"), ItemFacts(2, ""), ItemFacts(3, ""), ItemFacts(7, ""))},
            "items 2, 3 and 7",
        ),
        ({"items": (ItemFacts(4, ""),)}, "item 4"),
        ({"items": (ItemFacts(4, "discussed", True, "close"),)}, "closing"),
        (
            {"items": (ItemFacts(5, "discussed", risk_before="low", risk_after="high"),)},
            "risk level changed for item 5",
        ),
    ],
)
def test_a_draft_waits_until_it_is_complete(changes: dict, word: str):
    facts = replace(READY, **changes)
    with pytest.raises(Refused) as refusal:
        MINUTES.check("send to chair", "draft", PEOPLE["minute taker"], SCOPE, facts)
    assert word in refusal.value.sentence
    assert refusal.value.sentence in what_is_missing(facts)


def test_a_complete_draft_misses_nothing():
    complete = replace(
        READY,
        items=(
            ItemFacts(1, "discussed", True, "close", "moved", "low", "high", "Two new episodes."),
            ItemFacts(2, "not-reached", True, "close", "", "low", "high", ""),
            ItemFacts(3, "discussed", risk_before="low", risk_after="low"),
            ItemFacts(4, "discussed", risk_before="low", risk_after=""),
        ),
    )
    assert what_is_missing(complete) == []


def test_every_missing_thing_is_told_at_once():
    facts = MinutesFacts(False, False, (ItemFacts(1, ""),))
    assert len(what_is_missing(facts)) == 3


def test_the_minute_taker_cannot_approve_even_from_the_chair():
    with pytest.raises(Refused) as refusal:
        MINUTES.check(
            "approve", "with-chair", PEOPLE["chair"], SCOPE, replace(READY, taker_ids=frozenset({1, 5}))
        )
    assert "someone else approves" in refusal.value.sentence


def test_returning_needs_remarks():
    with pytest.raises(Refused):
        MINUTES.check("return", "with-chair", PEOPLE["chair"], SCOPE, replace(READY, remarks=""))


READERS_OF_DRAFTS = {"chair", "vice-chair", "minute taker", "officer", "manager"}


@pytest.mark.parametrize(("status", "person"), list(product([s.value for s in MinutesStatus], PEOPLE)))
def test_members_read_minutes_only_once_circulated(status: str, person: str):
    expected = person in READERS_OF_DRAFTS or (status == "circulated" and person in {"member", "observer"})
    assert may_read(PEOPLE[person], status, SCOPE) == expected


def test_a_discussed_open_case_without_a_decision_is_pointed_out():
    items = (
        ItemFacts(1, "discussed", True),
        ItemFacts(2, "discussed", True, "keep-open"),
        ItemFacts(3, "not-reached", True),
        ItemFacts(4, "discussed", False),
    )
    assert undecided_cases(replace(READY, items=items)) == [1]


@pytest.mark.parametrize(
    ("status", "meeting", "item", "fixed"),
    [
        ("draft", "planned", "on-agenda", False),
        ("draft", "agenda-issued", "on-agenda", False),
        ("draft", "held", "on-agenda", False),
        ("draft", "cancelled", "on-agenda", True),
        ("draft", "held", "left-off", True),
        ("draft", "held", "deferred", True),
        ("with-chair", "held", "on-agenda", True),
        ("approved", "held", "on-agenda", True),
        ("circulated", "held", "on-agenda", True),
    ],
)
def test_text_is_written_only_in_the_draft_of_a_meeting_that_takes_place(status, meeting, item, fixed):
    assert (why_text_is_fixed(status, meeting, item) is not None) == fixed
