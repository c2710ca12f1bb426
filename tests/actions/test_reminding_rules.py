"""Exactly the right people on exactly the right days: the rules of reminding beside a plain telling of them."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.access import Identity, SeatHeld
from app.actions.digests.rules import Preference, is_turn
from app.actions.reminding.rules import Board, Everybody, Rung, Watched, day_of
from app.london import bank_holidays
from app.panels.kinds import Escalation, Ladder, UrgentLadder

PANEL, AGENCY, ELSEWHERE = 1, 1, 2
FIRST, LAST = date(2026, 12, 10), date(2027, 4, 9)  # over Christmas, New Year and Easter
EVERY_DAY = [FIRST + timedelta(days=n) for n in range(-60, (LAST - FIRST).days + 1)]
WORKING = [day for day in EVERY_DAY if day.weekday() < 5 and day not in bank_holidays(day.year)]
PEOPLE = range(1, 9)
CHAIR, VICE = 7, 8

Runs = Mapping[date, Sequence[int]]
Said = set[tuple[date, int, int, str]]
"""Day, action, person, rung."""


@st.composite
def runs(draw: st.DrawFn) -> Runs:
    """The hours of the working days on which the job ran: mostly all of them, sometimes not for weeks."""
    silent = draw(st.lists(st.tuples(st.integers(0, 80), st.integers(1, 15)), max_size=3))
    quiet = {n for start, length in silent for n in range(start, start + length)}
    pattern = draw(
        st.lists(st.sampled_from([(6, 8, 12, 18, 20), (12,), (9, 20), (6,)]), min_size=1, max_size=5)
    )
    days = [day for day in WORKING if day >= FIRST]
    return {day: pattern[n % len(pattern)] for n, day in enumerate(days) if n not in quiet}


def an_everybody(draw: st.DrawFn) -> Everybody:
    people = {
        one: Identity(
            one,
            f"Person {one}",
            "",
            draw(st.sampled_from([AGENCY, AGENCY, AGENCY, ELSEWHERE])),
            "",
            frozenset({"agency-lead"} if draw(st.booleans()) else ()),
            (SeatHeld(PANEL, {CHAIR: "chair", VICE: "vice-chair"}[one], ELSEWHERE),)
            if one in (CHAIR, VICE) and draw(st.integers(0, 3))
            else (),
        )
        for one in PEOPLE
        if draw(st.integers(0, 5))  # who is missing has left
    }
    leads = {one: lead for one in PEOPLE if (lead := draw(st.sampled_from([0, 0, *PEOPLE]))) not in (0, one)}
    return Everybody(people, leads, {})


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Everybody, list[Watched], dict[int, Preference], Escalation]:
    everybody = an_everybody(draw)
    days = st.integers(0, 3)
    escalation = Escalation(
        Ladder(*(draw(st.integers(0, 6)) for _ in range(4))), UrgentLadder(*(draw(days) for _ in range(4)))
    )
    actions = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        due_on = draw(st.dates(FIRST - timedelta(days=40), LAST - timedelta(days=60)))
        owner = draw(st.sampled_from([None, *PEOPLE]))
        actions.append(
            Watched(
                number,
                PANEL,
                AGENCY,
                owner,
                None,
                draw(st.sampled_from(["routine", "urgent"])),
                due_on - timedelta(days=draw(st.integers(0, 20))),
                due_on,
                draw(st.booleans()),
                draw(st.sets(st.sampled_from(PEOPLE), max_size=4)),
                (),
                (owner,) if owner in everybody.people else (),
            )
        )
    wanted = {one: Preference(draw(st.booleans()), draw(st.sampled_from([6, 8, 17, 20]))) for one in PEOPLE}
    return everybody, actions, wanted, escalation


def as_it_runs(
    everybody: Everybody,
    actions: list[Watched],
    wanted: dict[int, Preference],
    escalation: Escalation,
    ran: Runs,
) -> Said:
    """What the rules say, run by run, with what they said before kept as the tables keep it."""
    reached: dict[int, dict[Rung, date]] = {}
    told: dict[int, set[tuple[int, str]]] = {}
    said: Said = set()
    for day, hours in ran.items():
        since, had = None, set[int]()
        for hour in hours:
            board = Board(actions, everybody, {PANEL: escalation}, reached, told)
            turn = {one for one in PEOPLE if is_turn(wanted[one], since, hour)} - had
            steps, notices = day_of(
                board, day, lambda one, rung, now=turn: one in now and wanted[one].wants(rung)
            )
            for step in steps:
                reached.setdefault(step.action_id, {})[step.rung] = day
            for notice in notices:
                told.setdefault(notice.action_id, set()).add((notice.person_id, notice.rung))
                said.add((day, notice.action_id, notice.person_id, notice.rung.value))
                had.add(notice.person_id)
            since = hour
    return said


# The plain telling: one action after the other, each date by counting on a calendar


def working_day(day: date, count: int) -> date:
    """The working day `count` after this day, counted on the list of them."""
    at = bisect_right(WORKING, day) - 1  # the last working day that is not after it
    if count < 0 and WORKING[at] != day:
        at += 1
    return WORKING[at + count]


def rungs(action: Watched, everybody: Everybody) -> list[list[int]]:
    """Owner, line lead, agency's lead, chair: who is there, may see it, and stands on no rung before."""
    here = everybody.people
    owner = [action.owner_id] if action.owner_id in here else []
    line = [everybody.line_leads.get(action.owner_id or 0, 0)]
    lead = [one for one, who in here.items() if "agency-lead" in who.roles and who.agency_id == AGENCY]
    before: set[int] = set()
    found = []
    for those in (owner, line, lead, [CHAIR] if CHAIR in here and here[CHAIR].seats else []):
        seeing = [
            one
            for one in those
            if one in here
            and one not in before
            and (
                one == action.owner_id
                or here[one].seats
                or (here[one].agency_id == AGENCY and (not action.restricted or one in action.allowed_people))
            )
        ]
        before |= set(seeing)
        found.append(seeing)
    if not found[3] and VICE in here and here[VICE].seats and VICE not in before:
        found[3] = [VICE]
    return found


def plainly(
    everybody: Everybody,
    actions: list[Watched],
    wanted: dict[int, Preference],
    escalation: Escalation,
    ran: Runs,
) -> Said:
    days = list(ran)

    def first_run(wish: date, last: date = date.max) -> date | None:
        return next((day for day in days if wish <= day <= last), None)

    def heard(one: int, reached_on: date, last: date = date.max) -> date | None:
        """The first day from then on with a run at or after the person's hour."""
        return next(
            (day for day in days if reached_on <= day <= last and ran[day][-1] >= wanted[one].hour), None
        )

    said: Said = set()
    for action in actions:
        people = rungs(action, everybody)
        soon = working_day(action.due_on, -2)
        for one in people[0]:
            day = heard(one, soon, action.due_on)
            if day and action.issued_on < soon and wanted[one].wanted:
                said.add((day, action.id, one, "due-soon"))
        ladder = escalation.urgent if action.priority == "urgent" else escalation.routine
        waits = (1, ladder.line_lead, ladder.agency_lead, ladder.chair)
        reached_on = first_run(working_day(action.due_on, 1))
        for rung, name in enumerate(("owner", "line-lead", "agency-lead", "chair")):
            if rung and reached_on and people[rung - 1]:
                wish = working_day(reached_on, waits[rung])
                reached_on = first_run(wish)
            for one in people[rung] if reached_on else ():
                day = heard(one, reached_on)
                if day and (rung or wanted[one].wanted):
                    said.add((day, action.id, one, name))
    return said


@settings(max_examples=40)
@given(worlds(), runs())
def test_exactly_the_right_people_are_told_on_exactly_the_right_days(world, ran):
    # one hour's digest a day: what came up after it waits for the next working day, so nobody has two
    said, expected = as_it_runs(*world, ran), plainly(*world, ran)
    assert (said - expected, expected - said) == (set(), set())
