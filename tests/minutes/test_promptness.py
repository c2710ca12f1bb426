"""The page of minutes promptness: what is late and whose turn it is, and numbers that are the figure's own."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from random import Random

from app.figures.catalogue import FIGURES, figure_for
from app.figures.minutes.rules import STAGE_KEYS
from app.figures.rules import Question
from app.london import day_start
from app.minutes.promptness.queries import minuted_meetings
from app.minutes.promptness.rules import groups_by, late_ones, promptness_of
from app.minutes.timeliness.rules import Stage, Stamps, held_up_at, in_stage_since, stage_facts
from app.minutes.turns.rules import Holder, Part, whose_turn
from app.panels.kinds import Timescales
from tests import builders

PAGE = "/minutes/promptness"
MONDAY = date(2026, 3, 2)
NOON = timedelta(hours=12)


async def held(slug: str, day: date, **columns: object) -> int:
    starts = day_start(day) + NOON
    return await builders.a_meeting(slug, starts, **{"status": "held", "ended_at": starts} | columns)


async def reached(meeting: int, status: str, **stamps: date | str) -> None:
    values = {
        name: day_start(value) + NOON if isinstance(value, date) else value for name, value in stamps.items()
    }
    await builders.insert("minutes", meeting=meeting, status=status, **values)


def holder(person: int, *seats: tuple[int, str], roles: tuple[str, ...] = ()) -> Holder:
    return Holder(person, f"Person {person}", f"{person}@example.org", frozenset(seats), frozenset(roles))


def test_the_turn_is_the_person_named_as_long_as_they_can_do_it():
    able = [holder(1, (7, "chair")), holder(2, (7, "minute-taker")), holder(3, (7, "vice-chair"))]
    assert whose_turn(Part.MINUTE_TAKER, 7, 1, 2, able).words == "Person 2 (minute taker)"
    assert whose_turn(Part.CHAIR, 7, 3, 2, able).words == "Person 3 (chair)"
    # named, but the seat went to somebody else meanwhile
    assert whose_turn(Part.MINUTE_TAKER, 7, 1, 9, able).words == "Seat of the minute taker: Person 2"
    assert whose_turn(Part.CHAIR, 7, None, 2, able).words == "Seat of the chair: Person 1"
    assert whose_turn(Part.CHAIR, 8, None, 2, able).words == "Seat of the chair: nobody holds it"


def test_who_took_the_minutes_is_not_asked_to_approve_them():
    able = [holder(1, (7, "chair"), (7, "minute-taker")), holder(3, (7, "vice-chair"))]
    assert [one.person_id for one in whose_turn(Part.CHAIR, 7, 1, 1, able).people] == [3]


def test_an_officer_named_for_the_minutes_needs_no_seat():
    able = [holder(5, roles=("panel-officer",)), holder(2, (7, "minute-taker"))]
    assert whose_turn(Part.MINUTE_TAKER, 7, None, 5, able).words == "Person 5 (minute taker)"
    assert whose_turn(Part.CHAIR, 7, 5, None, able).people == ()


def test_a_stage_that_a_file_left_out_holds_nothing_up():
    late = day_start(date(2026, 6, 1))
    circulated = Stamps(MONDAY, circulated_on=date(2026, 3, 9))
    assert held_up_at(stage_facts(circulated, Timescales(), late)).stage is Stage.FILED
    assert in_stage_since(Stage.FILED, circulated) == date(2026, 3, 9)


def test_minutes_wait_since_the_stage_before_or_since_they_were_returned():
    stamps = Stamps(MONDAY, actions_issued_on=MONDAY, draft_to_chair_on=date(2026, 3, 5))
    assert in_stage_since(Stage.DRAFT_TO_CHAIR, Stamps(MONDAY, date(2026, 3, 4))) == MONDAY
    assert in_stage_since(Stage.APPROVED, stamps) == date(2026, 3, 5)
    assert in_stage_since(Stage.APPROVED, stamps, date(2026, 3, 11)) == date(2026, 3, 11)


async def test_more_than_fifty_late_minutes_come_page_by_page(sign_in):
    for week in range(51):
        await held("mace", date(2025, 6, 16) + timedelta(weeks=week))
    manager = await sign_in("manager")
    first, second = [
        (await manager.get(f"{PAGE}?from=2025-06-01&to=2026-06-11&page={page}")).text for page in (1, 2)
    ]
    assert "Showing 1 to 50 of 51 late minutes" in first
    assert "Showing 51 to 51 of 51 late minutes" in second


async def test_the_numbers_are_those_of_the_figure(cast, clock):
    luck = Random(7)
    for number, days in enumerate(luck.sample(range(165), 60)):
        day = date(2026, 1, 1) + timedelta(days=days)
        meeting = await held(
            luck.choice(("mace", "missing-children-panel")), day, chair_name=f"C{number % 3}"
        )
        stamps, at = {}, day
        for name in ("sent_to_chair_at", "approved_at", "circulated_at", "filed_at")[: luck.randrange(5)]:
            at += timedelta(days=luck.randrange(9))
            stamps[name] = at
        await reached(meeting, "circulated" if "circulated_at" in stamps else "draft", **stamps)
    first, last = date(2026, 1, 1), date(2026, 7, 1)
    figure = await figure_for(FIGURES["minutes"], Question(first, last, clock.now))
    meetings = await minuted_meetings(first, last, clock.now)
    for stage, key in STAGE_KEYS.items():
        ours = promptness_of(stage, [one.stages for one in meetings])
        share = figure.value(f"{key}_within_standard")
        assert (ours.within, ours.due) == (share.numerator, share.denominator)
        for name in ("median_days", "p90_days", "outstanding"):
            assert getattr(ours, name) == figure.value(f"{key}_{name}").value
        assert ours.oldest_days == figure.value(f"{key}_oldest_outstanding_days").value
    by_chair = groups_by(meetings, lambda one: (one.chair, one.chair))
    assert [(group.label, group.held) for group in by_chair] == [
        (group.label, group.values[0].value) for group in figure.by["chair"]
    ]


async def test_the_page_names_the_late_panel_its_stage_since_when_and_whose_turn_it_is(sign_in, cast):
    waiting = await held("mace", date(2026, 5, 4), chair=cast.chair.person_id)
    await reached(waiting, "with-chair", sent_to_chair_at=date(2026, 5, 7), taker=cast.minute_taker.person_id)
    done = await held("mace", date(2026, 5, 11))
    stamps = dict.fromkeys(
        ("sent_to_chair_at", "approved_at", "circulated_at", "filed_at"), date(2026, 5, 12)
    )
    await reached(done, "circulated", **stamps)
    page = (await (await sign_in("manager")).get(PAGE)).text
    assert (
        "1 set of minutes is late: those of Multi-Agency Child Exploitation (MACE) on 4 May 2026, which wait to be "
        "approved since 7 May 2026." in page
    )
    assert "Carys Chairwell (chair)" in page
    # due on Monday 18 May; Monday 25 May is a bank holiday; today is Wednesday 10 June
    assert "16 days late" in page
    assert "1 of 2 due" in page


async def test_a_returned_draft_is_the_minute_takers_again_since_that_day(sign_in, cast, clock):
    meeting = await held("mace", date(2026, 5, 4), chair=cast.chair.person_id)
    await reached(
        meeting,
        "draft",
        sent_to_chair_at=date(2026, 5, 7),
        taker=cast.minute_taker.person_id,
        remarks="Say why.",
    )
    await builders.insert(
        "history_entry",
        happened_at=datetime(2026, 5, 13, 23, 30, tzinfo=UTC),  # half past midnight on the 14th in London
        person_id=cast.chair.person_id,
        kind="minutes returned",
        about="minutes of meeting",
        about_ids=[meeting],
    )
    (late,) = late_ones(await minuted_meetings(date(2026, 5, 1), date(2026, 6, 1), clock.now))
    assert (late.stage, late.since) == (Stage.APPROVED, date(2026, 5, 14))
    assert late.words == "To be changed and sent again"
    assert late.turn.words == "Minna Takewright (minute taker)"


async def test_filters_narrow_the_page_and_names_stay_out_of_addresses(sign_in):
    await held("mace", date(2026, 5, 4), chair_name="Wanda Elsewhere")
    await held("general", date(2026, 5, 5), chair_name="Rex Another")
    manager = await sign_in("manager")
    page = (await manager.get(PAGE)).text
    assert "of 2 meetings held" in page
    assert "Wanda" not in "".join(part.split('"')[0] for part in page.split('href="')[1:])
    mark = page.split('">Wanda Elsewhere</option>')[0].rsplit('value="', 1)[1]
    alone = (await manager.get(f"{PAGE}?chair={mark}")).text
    assert "of 1 meeting held" in alone
    assert "Chair: Wanda Elsewhere" in alone


async def test_late_minutes_from_before_the_window_are_told(sign_in):
    await held("mace", date(2024, 2, 5))
    manager = await sign_in("manager")
    page = (await manager.get(f"{PAGE}?from=2026-05-01&to=2026-06-01")).text
    assert "No meeting was held in this time" in page
    await held("mace", date(2026, 5, 5))
    page = (await manager.get(f"{PAGE}?from=2026-05-01&to=2026-06-01")).text
    assert "The minutes of 1 earlier meeting are late too, the first held on 5 Feb 2024" in page
    assert "from=2024-02-05" in page


async def test_bad_filters_are_said_and_kept(sign_in):
    manager = await sign_in("manager")
    for query, words in (
        ("from=soon&to=2026-06-01", "Enter the first day as a date"),
        ("from=2026-06-01&to=2026-05-01", "must be later than the first day"),
        ("from=1200-01-01&to=2026-05-01", "between 1990 and 2100"),
        ("panel=nowhere", "Choose a panel from the list"),
    ):
        answer = await manager.get(f"{PAGE}?{query}")
        assert answer.status_code == 422
        assert words in answer.text
    assert (await manager.get(f"{PAGE}.csv?from=soon&to=later")).status_code == 422
    assert (await manager.get(f"{PAGE}?chair=nobody&page=-3")).status_code == 200


async def test_the_file_has_a_row_for_each_meeting_and_no_formulas(sign_in):
    await held("mace", date(2026, 5, 4), chair_name="=HYPERLINK(1)")
    answer = await (await sign_in("manager")).get(f"{PAGE}.csv")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row["chair"] == "'=HYPERLINK(1)"
    assert (row["ended_on"], row["draft_to_chair_due_on"], row["draft_to_chair_in_time"]) == (
        "2026-05-04",
        "2026-05-11",
        "no",
    )
    assert (row["waits"], row["since"], row["whose_turn"]) == (
        "To be written",
        "2026-05-04",
        "Seat of the minute taker: Minna Takewright",
    )
    assert "minutes-promptness-2025-07-01-to-2026-06-11.csv" in answer.headers["content-disposition"]


async def test_only_safeguarding_managers_see_it(sign_in):
    for name in ("chair", "minute_taker", "officer", "admin", "outsider"):
        assert (await (await sign_in(name)).get(PAGE)).status_code == 403
    assert 'href="/minutes/promptness"' in (await (await sign_in("manager")).get("/")).text
    assert 'href="/minutes/promptness"' not in (await (await sign_in("chair")).get("/")).text


async def test_meetings_organised_counts_what_the_panels_standards_ask(sign_in):
    child, other, third = [await builders.a_child() for _ in range(3)]
    # 10 working days after Tuesday 5 May 2026 is Tuesday 19 May
    case = await builders.a_case("mace", child, date(2026, 5, 5))
    meeting = await held("mace", date(2026, 5, 19), agenda_issued_at=day_start(date(2026, 5, 12)) + NOON)
    await builders.an_item(meeting, child, panel_case=case)
    await builders.a_case("mace", other, date(2026, 5, 5))
    await builders.a_case("mace", third, date(2026, 6, 9))  # its ten days have not passed
    reviewed = await builders.a_child()
    await builders.a_case(
        "mace",
        reviewed,
        date(2025, 1, 6),
        first_meeting_on=date(2025, 1, 15),
        last_reviewed_on=date(2026, 2, 4),
        next_review_on=date(2026, 5, 6),
    )
    page = (await (await sign_in("manager")).get(f"{PAGE}?from=2026-04-01&to=2026-07-01")).text
    assert "1 of 2 accepted cases whose day has passed" in page
    assert "0 of 1 due" in page  # no meeting about the case on or before 6 May
    assert "1 of 1 meetings held" in page
