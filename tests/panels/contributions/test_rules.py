"""When a contribution is late, what counts as an answer, and what goes into the minutes."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.london import LONDON, is_working_day, london_date
from app.panels.contributions.rules import (
    AskedAgency,
    AskedItem,
    ContributionFacts,
    Speaker,
    Written,
    due_at,
    due_on,
    is_asked,
    problems_of,
    progress_of,
)
from app.panels.contributions.words import text_for_minutes, waiting_words

AT = datetime(2026, 6, 17, 9, 0, tzinfo=UTC)


def item(number: int = 1, **fields: object) -> AskedItem:
    values: dict[str, object] = {
        "id": number,
        "meeting_id": 1,
        "kind": "child",
        "child_id": number,
        "child_ref": "CH",
        "child_name": "A Child",
        "title": "",
        "reason": "",
        "restricted": False,
        "allowed_people": (),
        "allowed_agencies": (),
        "issued_at": None,
    }
    return AskedItem(**(values | fields))  # type: ignore[arg-type]


def sent(item_id: int = 1, agency_id: int = 1, **fields: object) -> ContributionFacts:
    values: dict[str, object] = {
        "id": 1,
        "item_id": item_id,
        "agency_id": agency_id,
        "agency_name": "Police",
        "nothing_known": False,
        "known": "Seen twice",
        "known_since": "",
        "risks": "Older peers",
        "strengths": "",
        "actions_taken": "",
        "written_by": "P",
        "written_at": AT,
        "submitted_at": AT,
        "version": 1,
    }
    return ContributionFacts(**(values | fields))  # type: ignore[arg-type]


def agency(number: int, is_required: bool = True) -> AskedAgency:
    return AskedAgency(
        number, f"Agency {number}", "police", is_required, (Speaker(number * 10, "", "member"),)
    )


def test_contributions_are_due_at_the_end_of_the_working_day_before_in_london() -> None:
    assert due_at(AT, None) == datetime(2026, 6, 16, 23, 0, tzinfo=UTC)
    monday_after_new_year = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
    assert due_on(monday_after_new_year) == date(2026, 1, 2)
    assert due_on(datetime(2026, 4, 7, 9, 0, tzinfo=UTC)) == date(2026, 4, 2), (
        "Good Friday and Easter Monday are none"
    )


def test_what_first_came_out_on_the_last_day_is_due_when_the_meeting_starts() -> None:
    assert due_at(AT, AT - timedelta(days=2)) < AT
    assert due_at(AT, AT - timedelta(days=1)) == AT
    assert due_at(AT, AT - timedelta(hours=1)) == AT


@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)))  # noqa: DTZ001
def test_the_deadline_is_always_a_working_day_before_the_meetings_own(naive: datetime) -> None:
    starts = naive.replace(tzinfo=LONDON).astimezone(UTC)
    day = due_on(starts)
    assert is_working_day(day)
    assert day < london_date(starts)
    between = (day + timedelta(days=n) for n in range(1, (london_date(starts) - day).days))
    assert not any(is_working_day(one) for one in between)


def test_nothing_known_and_a_text_contradict_each_other_and_an_empty_answer_is_none() -> None:
    assert "nothing_known" in problems_of(Written({"risks": "Some"}, nothing_known=True))
    assert "known" in problems_of(Written({}))
    assert not problems_of(Written({}, nothing_known=True))
    assert not problems_of(Written({}, sends=False)), "a draft may be empty"


def test_only_required_agencies_are_waited_for_where_there_are_any() -> None:
    agencies = [agency(1), agency(2), agency(3, is_required=False)]
    written = {(1, 1): sent(1, 1)}
    assert waiting_words(progress_of(agencies, [item()], written)) == (
        "1 of 2 required agencies has not answered everything"
    )
    assert (
        waiting_words(progress_of(agencies[2:], [item()], {})) == "1 of 1 agency has not answered everything"
    )
    assert waiting_words(progress_of(agencies, [], {})) == ""


def test_a_draft_is_no_answer_and_an_agency_outside_a_restricted_item_is_not_asked() -> None:
    restricted = item(2, restricted=True, allowed_people=(20,), allowed_agencies=(3,))
    assert [is_asked(agency(n), restricted) for n in (1, 2, 3)] == [False, True, True]
    (one,) = progress_of([agency(1)], [item(), restricted], {(1, 1): sent(submitted_at=None)})
    assert (one.asked, one.answered, one.is_done) == (1, 0, False)


def test_the_minutes_name_the_source_and_take_each_text_once() -> None:
    both = [
        sent(),
        sent(agency_id=2, agency_name="Health", nothing_known=True, known="", risks="", is_late=True),
    ]
    once = text_for_minutes(both, "Already said.")
    assert once == (
        "Already said.\n\nFrom Police:\nWhat is known: Seen twice\nRisks: Older peers\n\n"
        "From Health, sent late:\nNothing known."
    )
    assert text_for_minutes(both, once) == once
