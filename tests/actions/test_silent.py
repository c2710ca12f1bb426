"""Agencies that say nothing: contributions, acknowledgements, overdue actions, each number with its rows."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from app import database
from app.actions.silent.rules import last_day_to_have_acknowledged
from app.london import add_working_days
from tests import builders
from tests.actions.conftest import MakeAction, Room
from tests.conftest import Cast, SignIn

DAYS = st.dates(date(2025, 12, 1), date(2026, 12, 31))


@given(DAYS, st.integers(0, 10))
def test_an_action_should_be_acknowledged_once_its_working_days_have_ended(today: date, within: int) -> None:
    last = last_day_to_have_acknowledged(today, within)
    for off in range(-20, 21):
        issued = last + timedelta(days=off)
        assert (add_working_days(issued, within) < today) == (issued <= last)


async def issue_agenda(meeting: int, items: list[int]) -> None:
    await builders.insert(
        "agenda_version",
        meeting=meeting,
        number=1,
        issued_at=datetime(2026, 6, 1, 9, tzinfo=UTC),
        items=[{"item": item} for item in items],
    )
    await database.execute("UPDATE agenda_item SET first_issued_in = 1 WHERE meeting = $1", meeting)


def cells(text: str) -> dict[str, list[str]]:
    """By agency, what the cells of its row on the page say."""
    found = {}
    for row in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", text, re.DOTALL):
        name, *rest = re.split(r"<td[^>]*>", row)
        found[re.split("<", name)[0].strip()] = [
            re.sub(
                r"\s+", " ", re.sub(r"<span class=.govuk-visually-hidden.>.*?</span>|<[^>]+>", " ", cell)
            ).strip()
            for cell in rest
        ]
    return found


async def test_silent_agencies_stand_beside_each_other_and_each_number_leads_to_its_rows(
    sign_in: SignIn, cast: Cast, police_action: MakeAction, room: Room
) -> None:
    await issue_agenda(room.meeting, [room.item])
    await builders.insert(
        "contribution",
        agenda_item=room.item,
        agency=cast.health.agency_id,
        nothing_known=True,
        written_by=cast.health.person_id,
        written_at=datetime(2026, 6, 8, 9, tzinfo=UTC),
        submitted_at=datetime(2026, 6, 8, 9, tzinfo=UTC),
    )
    # now is Wednesday 10 June: two working days of what was issued on Friday ended on Tuesday
    await police_action(issued_on=date(2026, 6, 5))
    await police_action(issued_on=date(2026, 6, 8), due_on=date(2026, 6, 9))
    await police_action(issued_on=date(2026, 6, 1), status="acknowledged")
    chair = await sign_in("chair")
    shown = (await chair.get("/actions/overview/silent-agencies?panel=mace")).text
    assert cells(shown)["Exampleshire Police"] == ["0 of 1", "1", "1"]
    assert "Exampleshire Health" not in shown
    everybody = cells((await chair.get("/actions/overview/silent-agencies?panel=mace&show=all")).text)
    assert everybody["Exampleshire Health"] == ["1 of 1", "0", "0"]
    links = re.findall(r'data-label="(Not ack[^"]+|Overdue)"><a class="govuk-link" href="(.*?)"', shown)
    assert len(links) == 2
    for _, link in links:
        rows = (await chair.get(unescape(link))).text
        assert len(re.findall(r'<th scope="row"><a class="govuk-link[^"]*" href="/actions/\d+"', rows)) == 1
    file = (await chair.get("/actions/overview/silent-agencies.csv?panel=mace")).text.removeprefix("\ufeff")
    row = next(one for one in csv.DictReader(io.StringIO(file)) if one["agency"] == "Exampleshire Police")
    assert (row["items_asked"], row["items_answered"], row["not_acknowledged"], row["overdue"]) == (
        "1",
        "0",
        "1",
        "1",
    )
    assert row["issued_up_to"] == "2026-06-07"


async def test_silence_waits_for_its_time_and_for_the_panel_s_own_terms(
    sign_in: SignIn, cast: Cast, police_action: MakeAction
) -> None:
    meeting = await builders.a_meeting("mace", datetime(2026, 6, 17, 9, tzinfo=UTC), status="agenda-issued")
    await issue_agenda(meeting, [await builders.an_item(meeting, await builders.a_child())])
    await police_action(issued_on=date(2026, 6, 3))
    await builders.insert(
        "terms_of_reference",
        panel=await builders.panel_id("mace"),
        holds_from=date(2026, 1, 1),
        overrides={"timescales": {"acknowledged": 5}},
    )
    chair = await sign_in("chair")
    shown = (await chair.get("/actions/overview/silent-agencies?panel=mace&show=all")).text
    assert cells(shown)["Exampleshire Police"] == ["0 of 1 not due yet", "0", "0"]
    assert "within 5 working days" in shown
    assert "Exampleshire Police" not in (await chair.get("/actions/overview/silent-agencies?panel=mace")).text


async def test_those_see_it_who_run_or_answer_for_panels_and_nothing_restricted_counts(
    sign_in: SignIn, cast: Cast, police_action: MakeAction, room: Room
) -> None:
    await police_action(date(2026, 6, 1), issued_on=date(2026, 5, 20))
    await database.execute("UPDATE person SET roles = '{agency-lead}' WHERE id = $1", cast.police.person_id)
    for name, status in (
        ("officer", 200),
        ("manager", 200),
        ("chair", 200),
        ("police", 403),
        ("minute_taker", 403),
    ):
        answer = await (await sign_in(name)).get("/actions/overview/silent-agencies")
        assert (answer.status_code, bool(cells(answer.text))) == (status, status == 200)
    await database.execute("UPDATE agenda_item SET restricted = true")
    for name, sees in (("officer", False), ("manager", False), ("chair", True)):
        shown = (await (await sign_in(name)).get("/actions/overview/silent-agencies?panel=nonsense")).text
        assert bool(cells(shown)) == sees
