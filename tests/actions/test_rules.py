"""Statuses, moves, due dates and tracking as pure rules."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access import Identity, Permission, Scope, SeatHeld
from app.actions.rules import (
    FINISHED,
    LIFECYCLE,
    OPEN,
    STATUSES,
    UpdateFacts,
    due_group,
    due_words,
    is_overdue,
    tracking_of,
    words_of_the_first,
)
from app.lifecycle import Forbidden, MovedOn, Refused
from app.london import london_date

PANEL, OWNER, AGENCY = 7, 1, 10
DUE = date(2026, 6, 20)


def who(person: int, agency: int, roles: tuple[str, ...] = (), seat: str = "") -> Identity:
    seats = (SeatHeld(PANEL, seat, agency),) if seat else ()
    return Identity(person, "Sam", "sam@example.org", agency, "Agency", frozenset(roles), seats)


PEOPLE = {
    "owner": who(OWNER, AGENCY),
    "holder or cover": who(9, 14),
    "agency lead": who(10, AGENCY, ("agency-lead",)),
    "lead of another agency": who(11, 13, ("agency-lead",)),
    "colleague": who(2, AGENCY),
    "officer": who(3, 11, ("panel-officer",)),
    "chair": who(4, 12, seat="chair"),
    "member": who(5, 12, seat="member"),
    "manager": who(6, 12, ("safeguarding-manager",)),
    "administrator": who(7, 12, ("administrator",)),
    "outsider": who(8, 13),
}
MAY_UPDATE = {"owner", "holder or cover", "agency lead", "officer"}
MOVES = {
    "acknowledge": ({"issued"}, "acknowledged"),
    "start": (set(OPEN), "in-progress"),
    "complete": (set(OPEN), "completed"),
    "find-not-possible": (set(OPEN), "not-possible"),
    "leave-undone": (set(OPEN), "not-done"),
    "hand-over": (set(OPEN), "issued"),
}
OF_THE_PANEL = {
    "drop": (set(OPEN), "not-done"),
    "give-to-another": (set(OPEN), "issued"),
    "withdraw": ({"issued"}, "withdrawn"),
}
MAY_REVIEW = {"chair", "officer"}


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("move", MOVES | OF_THE_PANEL)
@pytest.mark.parametrize("status", STATUSES)
def test_every_move_from_every_status_for_everybody(status: str, move: str, person: str) -> None:
    scope = Scope(frozenset({PANEL}), OWNER, AGENCY, holder_ids=frozenset({9}))
    sources, target = (MOVES | OF_THE_PANEL)[move]
    offered = [m.name for m in LIFECYCLE.open_moves(status, PEOPLE[person], scope)]
    if person not in (MAY_REVIEW if move in OF_THE_PANEL else MAY_UPDATE):
        assert move not in offered
        with pytest.raises(Forbidden):
            LIFECYCLE.check(move, status, PEOPLE[person], scope, UpdateFacts("why"))
    elif status not in sources:
        assert move not in offered
        with pytest.raises(MovedOn):
            LIFECYCLE.check(move, status, PEOPLE[person], scope, UpdateFacts("why"))
    else:
        assert move in offered
        assert LIFECYCLE.check(move, status, PEOPLE[person], scope, UpdateFacts("why")).target == target


def test_the_moves_are_exactly_these() -> None:
    assert {move.name for move in LIFECYCLE.moves} == set(MOVES | OF_THE_PANEL)
    for move in LIFECYCLE.moves:
        by_the_panel = move.name in OF_THE_PANEL
        assert move.permission is (Permission.ISSUE_ACTION if by_the_panel else Permission.UPDATE_ACTION)
    assert LIFECYCLE.statuses == (*STATUSES, "withdrawn")
    assert STATUSES == OPEN + FINISHED


@pytest.mark.parametrize("move", ["find-not-possible", "leave-undone"])
@pytest.mark.parametrize("note", ["", "  ", "\n"])
def test_giving_up_needs_a_reason(move: str, note: str) -> None:
    with pytest.raises(Refused, match="Say "):
        LIFECYCLE.check(move, "issued", PEOPLE["owner"], Scope(frozenset(), OWNER, AGENCY), UpdateFacts(note))


@pytest.mark.parametrize("move", ["acknowledge", "start", "complete"])
def test_good_news_needs_no_words_but_has_a_limit(move: str) -> None:
    scope = Scope(frozenset(), OWNER, AGENCY)
    assert LIFECYCLE.check(move, "issued", PEOPLE["owner"], scope, UpdateFacts(""))
    with pytest.raises(Refused, match="2000"):
        LIFECYCLE.check(move, "issued", PEOPLE["owner"], scope, UpdateFacts("x" * 2001))


@pytest.mark.parametrize("status", OPEN)
def test_an_action_is_overdue_once_its_day_has_ended(status: str) -> None:
    assert not is_overdue(status, DUE, DUE - timedelta(days=1))
    assert not is_overdue(status, DUE, DUE)
    assert is_overdue(status, DUE, DUE + timedelta(days=1))


@pytest.mark.parametrize("status", FINISHED)
def test_a_finished_action_is_never_overdue(status: str) -> None:
    assert not is_overdue(status, DUE, DUE + timedelta(days=400))


def test_the_day_ends_at_midnight_in_london_not_in_utc() -> None:
    """In summer, 23:30 UTC is already half past midnight of the next London day."""
    assert not is_overdue("issued", DUE, london_date(datetime(2026, 6, 20, 22, 59, tzinfo=UTC)))
    assert is_overdue("issued", DUE, london_date(datetime(2026, 6, 20, 23, 0, tzinfo=UTC)))
    winter = date(2026, 12, 20)
    assert not is_overdue("issued", winter, london_date(datetime(2026, 12, 20, 23, 59, tzinfo=UTC)))
    assert is_overdue("issued", winter, london_date(datetime(2026, 12, 21, 0, 0, tzinfo=UTC)))


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(-9, 9))
def test_groups_agree_with_overdue_and_cover_every_date(today: date, days: int) -> None:
    due_on = today + timedelta(days=days)
    group = due_group(due_on, today)
    assert (group == "overdue") == is_overdue("issued", due_on, today)
    assert (group == "soon") == (due_on in {today + timedelta(days=n) for n in range(7)})
    assert group in ("overdue", "soon", "later")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-2, "2 days overdue"),
        (-1, "1 day overdue"),
        (0, "due today"),
        (1, "due tomorrow"),
        (9, "due in 9 days"),
    ],
)
def test_due_dates_are_said_as_people_say_them(days: int, words: str) -> None:
    assert due_words(DUE + timedelta(days=days), DUE) == words


@pytest.mark.parametrize(
    ("status", "finished_on", "today", "noted", "tracking"),
    [
        ("completed", DUE, DUE, None, 1),
        ("completed", DUE + timedelta(days=1), DUE, None, 2),
        ("completed", DUE, DUE, 2, 1),  # dates tell, whatever was noted
        ("not-possible", DUE, DUE, None, 4),
        ("not-done", DUE, DUE, None, None),
        ("not-done", DUE, DUE, 5, 5),
        ("issued", None, DUE, None, 6),
        ("in-progress", None, DUE, 3, 6),
        ("in-progress", None, DUE + timedelta(days=1), 3, 3),
        ("issued", None, DUE + timedelta(days=1), None, None),
        ("issued", None, DUE + timedelta(days=1), 1, None),
    ],
)
def test_tracking_is_derived_from_dates(
    status: str, finished_on: date | None, today: date, noted: int | None, tracking: int | None
) -> None:
    assert tracking_of(status, DUE, finished_on, today, noted) == tracking


def test_the_second_is_told_who_was_first_and_when() -> None:
    words = words_of_the_first("completed", "Ann", datetime(2026, 6, 10, 13, 30, tzinfo=UTC), "Visited")
    assert words.startswith(
        "Ann marked this as done on Wednesday 10 June 2026 at 2:30pm: “Visited”. Nothing of yours was saved"
    )
    assert words_of_the_first("in-progress", "", None, "").startswith("Somebody updated this. ")
