"""The words of reasons."""

from datetime import UTC, datetime

from app.panels.selection.rules.reasons import Spell, is_still_missing, span

STARTED = datetime(2026, 10, 2, 9, tzinfo=UTC)
DAY_OF_RETURN = datetime(2026, 10, 2, 23, tzinfo=UTC)
"""3 October as a date alone: the first instant of that London day."""
LATER = datetime(2026, 11, 1, tzinfo=UTC)


def test_a_return_without_a_time_is_told_by_its_own_day() -> None:
    untimed = Spell(1, 1, STARTED, DAY_OF_RETURN, return_untimed=True)
    assert span(untimed, LATER) == "from 2 to 3 October 2026"
    assert span(Spell(1, 1, DAY_OF_RETURN, DAY_OF_RETURN, return_untimed=True), LATER) == "on 3 October 2026"


def test_a_child_is_missing_until_the_day_of_an_untimed_return_has_ended() -> None:
    untimed = Spell(1, 1, STARTED, DAY_OF_RETURN, return_untimed=True)
    assert is_still_missing(untimed, datetime(2026, 10, 3, 12, tzinfo=UTC))
    assert not is_still_missing(untimed, datetime(2026, 10, 3, 23, tzinfo=UTC))
    assert not is_still_missing(Spell(1, 1, STARTED, DAY_OF_RETURN), datetime(2026, 10, 3, 12, tzinfo=UTC))
