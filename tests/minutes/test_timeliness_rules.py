"""Six stamps against standards in working days: edges of days, weekends, bank holidays and unfinished minutes."""

from datetime import date, timedelta

import pytest

from app.london import day_end, day_start
from app.minutes.timeliness.rules import (
    Stage,
    Stamps,
    deadline,
    held_up_at,
    stage_fact,
    stage_facts,
)
from app.panels.kinds import Timescales

STANDARDS = Timescales()
MONDAY = date(2026, 3, 2)


def test_deadlines_skip_weekends_and_the_easter_holidays():
    ended = Stamps(ended_on=date(2026, 4, 2))  # the Thursday before Good Friday
    assert deadline(Stage.ACTIONS_ISSUED, ended, STANDARDS) == date(2026, 4, 7)
    assert deadline(Stage.DRAFT_TO_CHAIR, ended, STANDARDS) == date(2026, 4, 13)
    assert deadline(Stage.CIRCULATED, ended, STANDARDS) == date(2026, 4, 20)


def test_filing_counts_from_circulation():
    assert deadline(Stage.FILED, Stamps(MONDAY, circulated_on=date(2026, 3, 6)), STANDARDS) == date(
        2026, 3, 10
    )
    assert deadline(Stage.FILED, Stamps(MONDAY), STANDARDS) == date(2026, 3, 18)


@pytest.mark.parametrize(
    ("circulated", "within"), [(date(2026, 3, 16), True), (date(2026, 3, 17), False), (None, False)]
)
def test_the_last_day_is_in_time_and_the_next_is_not(circulated: date | None, within: bool):
    fact = stage_fact(
        Stage.CIRCULATED, Stamps(MONDAY, circulated_on=circulated), STANDARDS, day_start(date(2026, 4, 1))
    )
    assert fact.deadline == date(2026, 3, 16)
    assert fact.is_due
    assert fact.within_standard == within
    assert fact.is_late == (not within)


def test_a_deadline_has_passed_once_its_day_has_ended():
    stamps, last = Stamps(MONDAY), date(2026, 3, 16)
    before = stage_fact(Stage.CIRCULATED, stamps, STANDARDS, day_end(last) - timedelta(microseconds=1))
    after = stage_fact(Stage.CIRCULATED, stamps, STANDARDS, day_end(last))
    assert (before.is_due, before.is_late) == (False, False)
    assert (after.is_due, after.is_late, after.days) == (True, True, 10)


def test_a_deadline_on_the_day_the_clocks_change_ends_with_that_day():
    # 29 March 2026 has 23 hours; a standard of 4 working days ends on Friday 27, one of 5 on Monday 30
    stamps = Stamps(date(2026, 3, 23))
    assert deadline(Stage.DRAFT_TO_CHAIR, stamps, Timescales(draft=5)) == date(2026, 3, 30)


def test_what_came_later_has_not_happened_yet():
    stamps = Stamps(MONDAY, circulated_on=date(2026, 3, 12), filed_on=date(2026, 3, 13))
    fact = stage_fact(Stage.CIRCULATED, stamps, STANDARDS, day_end(date(2026, 3, 11)))
    assert fact.reached_on is None
    assert fact.days == 7
    assert stage_fact(Stage.CIRCULATED, stamps, STANDARDS, day_end(date(2026, 3, 12))).reached_on == date(
        2026, 3, 12
    )


def test_actions_issued_in_the_room_take_no_days():
    fact = stage_fact(
        Stage.ACTIONS_ISSUED, Stamps(MONDAY, actions_issued_on=MONDAY), STANDARDS, day_end(MONDAY)
    )
    assert (fact.days, fact.within_standard, fact.is_due) == (0, True, False)


def test_late_minutes_name_the_stage_that_holds_them():
    late = day_end(date(2026, 4, 1))
    assert held_up_at(stage_facts(Stamps(MONDAY), STANDARDS, late)).stage is Stage.DRAFT_TO_CHAIR
    with_chair = Stamps(MONDAY, draft_to_chair_on=date(2026, 3, 4))
    assert held_up_at(stage_facts(with_chair, STANDARDS, late)).stage is Stage.APPROVED
    filed = Stamps(MONDAY, MONDAY, MONDAY, MONDAY, MONDAY, MONDAY)
    assert held_up_at(stage_facts(filed, STANDARDS, late)) is None
    assert held_up_at(stage_facts(Stamps(MONDAY), STANDARDS, day_end(MONDAY))) is None
