"""Every status of a meeting and an item against every move and every role; cases have their own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.access import Identity, Permission, Role, Scope, SeatHeld, SeatRole, permits
from app.lifecycle import Forbidden, Lifecycle, MovedOn, Refused
from app.panels.agenda.rules import AGENDA_ITEM, ItemMove
from app.panels.meetings.rules import MEETING, MoveFacts

NOW = datetime(2026, 6, 17, 10, 0, tzinfo=UTC)
MINE = Scope(panel_ids=frozenset({1}))
NOBODY = Identity(1, "Otto Outsider", "otto@example.org", 1, "Faraway Charity")
ROLES = {
    **{role: replace(NOBODY, roles=frozenset({role})) for role in Role},
    **{seat: replace(NOBODY, seats=(SeatHeld(1, seat, 1),)) for seat in SeatRole},
    "chair of another panel": replace(NOBODY, seats=(SeatHeld(2, "chair", 1),)),
    "nobody": NOBODY,
}
LEADS = {SeatRole.CHAIR, SeatRole.VICE_CHAIR, Role.PANEL_OFFICER}
IN_THE_ROOM = LEADS | {SeatRole.MINUTE_TAKER}

GOOD_MEETING = MoveFacts(NOW - timedelta(hours=1), NOW, items=3, changes=2, reason="Too few could come")
GOOD_ITEM = ItemMove(True, "Seen by another panel this week")

# what each status allows, by hand: (move, status) -> target
MEETING_MOVES = {
    ("issue agenda", "planned"): "agenda-issued",
    ("issue agenda again", "agenda-issued"): "agenda-issued",
    ("hold", "agenda-issued"): "held",
    ("cancel", "planned"): "cancelled",
    ("cancel", "agenda-issued"): "cancelled",
}
ITEM_MOVES = {
    ("accept", "proposed"): "on-agenda",
    ("put back", "left-off"): "on-agenda",
    ("put back", "deferred"): "on-agenda",
    ("leave off", "proposed"): "left-off",
    ("leave off", "on-agenda"): "left-off",
    ("defer", "on-agenda"): "deferred",
}
WHO_MAY = {
    "hold": IN_THE_ROOM,
}


@pytest.mark.parametrize(
    ("lifecycle", "legal", "facts"),
    [
        (MEETING, MEETING_MOVES, GOOD_MEETING),
        (AGENDA_ITEM, ITEM_MOVES, GOOD_ITEM),
    ],
    ids=["meeting", "agenda item"],
)
def test_each_move_works_from_its_statuses_for_its_roles_and_from_no_other(
    lifecycle: Lifecycle, legal: dict[tuple[str, str], str], facts: object
) -> None:
    assert {name for name, _ in legal} == {move.name for move in lifecycle.moves}
    for move in lifecycle.moves:
        allowed = WHO_MAY.get(move.name, LEADS)
        for status in lifecycle.statuses:
            for role, who in ROLES.items():
                target = legal.get((move.name, status))
                if role not in allowed:
                    with pytest.raises(Forbidden):
                        lifecycle.check(move.name, status, who, MINE, facts)
                    assert move not in lifecycle.open_moves(status, who, MINE)
                elif target is None:
                    with pytest.raises(MovedOn):
                        lifecycle.check(move.name, status, who, MINE, facts)
                    assert move not in lifecycle.open_moves(status, who, MINE)
                else:
                    assert lifecycle.check(move.name, status, who, MINE, facts).target == target
                    assert move in lifecycle.open_moves(status, who, MINE)


CHAIR = ROLES[SeatRole.CHAIR]


@pytest.mark.parametrize(
    ("move", "status", "facts", "words"),
    [
        ("issue agenda", "planned", replace(GOOD_MEETING, items=0), "empty"),
        ("issue agenda again", "agenda-issued", replace(GOOD_MEETING, changes=0), "Nothing has changed"),
        ("issue agenda again", "agenda-issued", replace(GOOD_MEETING, items=0), "empty"),
        ("hold", "agenda-issued", replace(GOOD_MEETING, starts_at=NOW + timedelta(seconds=1)), "has started"),
        ("cancel", "planned", replace(GOOD_MEETING, reason="  "), "why"),
    ],
)
def test_a_meeting_waits_for_what_its_move_requires(
    move: str, status: str, facts: MoveFacts, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        MEETING.check(move, status, CHAIR, MINE, facts)


def test_a_meeting_can_be_held_from_the_instant_it_starts() -> None:
    assert MEETING.check("hold", "agenda-issued", CHAIR, MINE, replace(GOOD_MEETING, starts_at=NOW))


@pytest.mark.parametrize(
    ("move", "status", "facts", "words"),
    [
        ("accept", "proposed", ItemMove(False), "can’t be changed"),
        ("leave off", "on-agenda", ItemMove(True, " "), "why"),
        ("leave off", "proposed", ItemMove(False, "Not ours"), "can’t be changed"),
        ("defer", "on-agenda", ItemMove(False), "can’t be changed"),
        ("put back", "deferred", ItemMove(True, went_forward=True), "next meeting"),
    ],
)
def test_an_item_waits_for_what_its_move_requires(
    move: str, status: str, facts: ItemMove, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        AGENDA_ITEM.check(move, status, CHAIR, MINE, facts)


def test_whoever_may_issue_may_also_prepare() -> None:
    for who in ROLES.values():
        if permits(who, Permission.ISSUE_AGENDA, MINE):
            assert permits(who, Permission.PREPARE_AGENDA, MINE)
