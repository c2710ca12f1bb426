"""The list that a person starts the day with."""

import random
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app import database
from app.access import Identity, SeatHeld
from app.actions.owed.queries import owed_actions, owed_counts, recently_finished
from app.actions.owed.rules import PER_PAGE, OwedFilters, pages_of, read_filters, whose_choices
from tests import builders
from tests.actions.conftest import MakeAction, Room
from tests.conftest import Cast, SignIn, TestClock

TODAY = date(2026, 6, 10)


def headings(text: str) -> list[tuple[str, str]]:
    found = re.findall(r'<h2 class="govuk-heading-m" id="\w+">(.*?)</h2>', text)
    return [(re.sub(r"\s*<.*", "", one), "".join(re.findall(r"\d+(?=</span>)", one))) for one in found]


async def test_overdue_comes_first_then_the_next_seven_days_then_later(
    sign_in: SignIn, police_action: MakeAction
) -> None:
    await police_action(date(2026, 6, 17), text="Later on")
    await police_action(date(2026, 6, 16), text="Within the week")
    await police_action(date(2026, 6, 9), text="Late already")
    await police_action(date(2026, 6, 10), text="Due on this day")
    shown = (await (await sign_in("police")).get("/actions")).text
    assert headings(shown) == [("Overdue", "1"), ("Due in the next 7 days", "2"), ("Later", "1")]
    places = [
        shown.index(words) for words in ("Late already", "Due on this day", "Within the week", "Later on")
    ]
    assert places == sorted(places)
    assert "1 day overdue" in shown
    assert "Due today" in shown


async def test_an_action_becomes_overdue_at_midnight_in_london(
    sign_in: SignIn, police_action: MakeAction, clock: TestClock
) -> None:
    await police_action(date(2026, 6, 10))
    police = await sign_in("police")
    clock.now = datetime(2026, 6, 10, 22, 59, tzinfo=UTC)
    await database.execute("UPDATE session SET began_at = $1, last_seen_at = $1", clock.now)
    assert "Due today" in (await police.get("/actions")).text
    clock.now = datetime(2026, 6, 10, 23, 0, tzinfo=UTC)
    assert "1 day overdue" in (await police.get("/actions")).text


async def test_nothing_to_do_says_what_will_come(sign_in: SignIn) -> None:
    shown = (await (await sign_in("outsider")).get("/actions")).text
    assert "Nothing to do" in shown


async def test_mine_are_mine_and_the_agency_has_its_own_list(
    sign_in: SignIn, cast: Cast, police_action: MakeAction
) -> None:
    await police_action(text="For me in person")
    await police_action(owner=None, text="For the force")
    await police_action(owner=cast.health.person_id, agency=cast.health.agency_id, text="For a nurse")
    police = await sign_in("police")
    mine = (await police.get("/actions")).text
    assert "For me in person" in mine
    assert "For the force" in mine  # the member speaks for the force on this panel, and nobody else is named
    assert "nobody in person" not in mine
    await police_action(owner=None, agency=cast.officer.agency_id)
    assert (
        "1 open action names your agency but nobody in person"
        in (await (await sign_in("officer")).get("/actions")).text
    )
    agency = (await police.get("/actions?whose=agency")).text
    assert "For me in person" in agency
    assert "For the force" in agency
    assert "For a nurse" not in agency


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("chair", True),
        ("minute_taker", True),
        ("officer", True),
        ("manager", True),
        ("police", False),
        ("outsider", False),
    ],
)
async def test_those_who_lead_see_the_actions_of_their_panels(
    sign_in: SignIn, cast: Cast, police_action: MakeAction, name: str, sees: bool
) -> None:
    await police_action(owner=cast.health.person_id, agency=cast.health.agency_id, text="For a nurse")
    shown = (await (await sign_in(name)).get("/actions?whose=panels")).text
    assert ("For a nurse" in shown) == sees


async def test_a_chair_sees_other_panels_actions_nowhere(
    sign_in: SignIn, cast: Cast, police_action: MakeAction
) -> None:
    await police_action(text="For the force")
    await database.execute(
        "UPDATE seat SET ended_at = now() WHERE person = $1 AND panel = $2",
        cast.chair.person_id,
        await builders.panel_id("mace"),
    )
    chair = await sign_in("chair")
    for address in (
        "/actions?whose=panels",
        "/actions?whose=panels&panel=mace",
        "/actions?whose=panels&state=finished",
    ):
        assert "For the force" not in (await chair.get(address)).text


async def test_the_forms_are_there_for_those_who_may_update(
    sign_in: SignIn, police_action: MakeAction
) -> None:
    action = await police_action()
    address = f'action="/actions/{action}/updates"'
    assert address in (await (await sign_in("police")).get("/actions")).text
    assert address in (await (await sign_in("officer")).get("/actions?whose=panels")).text
    assert address not in (await (await sign_in("chair")).get("/actions?whose=panels")).text


async def test_finished_ones_stay_in_sight_for_two_weeks_then_behind_a_filter(
    sign_in: SignIn, police_action: MakeAction
) -> None:
    await police_action(text="Fresh", status="completed", finished_on=TODAY - timedelta(days=14))
    await police_action(text="Stale", status="not-done", finished_on=TODAY - timedelta(days=15))
    police = await sign_in("police")
    shown = (await police.get("/actions")).text
    assert "Fresh" in shown
    assert "Stale" not in shown
    finished = (await police.get("/actions?state=finished")).text
    assert finished.index("Fresh") < finished.index("Stale")


async def test_long_lists_have_pages(sign_in: SignIn, police_action: MakeAction) -> None:
    for number in range(PER_PAGE + 3):
        await police_action(date(2026, 6, 20) + timedelta(days=number), text=f"Number {number} of many")
    police = await sign_in("police")
    first, second = await police.get("/actions"), await police.get("/actions?page=2")
    assert first.text.count('class="hw-act hw-act--') == PER_PAGE
    assert second.text.count('class="hw-act hw-act--') == 3
    assert 'href="/actions?page=2"' in first.text
    assert headings(first.text)[-1] == ("Later", "53")
    assert "The list has become shorter" in (await police.get("/actions?page=3")).text


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=x",
        "page=9999999",
        "whose=everyone",
        "state=lost",
        "panel=' OR 1=1",
        "panel=" + "x" * 500,
    ],
)
async def test_a_strange_address_still_answers(
    sign_in: SignIn, police_action: MakeAction, query: str
) -> None:
    await police_action()
    assert (await (await sign_in("police")).get(f"/actions?{query}")).status_code == 200


async def test_what_was_read_is_recorded_in_one_entry(
    sign_in: SignIn, cast: Cast, police_action: MakeAction, room: Room
) -> None:
    actions = [await police_action(), await police_action(child=None)]
    await (await sign_in("police")).get("/actions")
    [read] = await database.fetch("SELECT * FROM history_entry WHERE kind = 'action read'")
    assert sorted(read["about_ids"]) == actions
    assert read["child_ids"] == [room.child]


def test_filters_live_in_the_address() -> None:
    who = Identity(1, "Sam", "sam@example.org", 2, "Police", seats=(SeatHeld(3, "chair", 2),))
    given = {"whose": "panels", "panel": "mace", "state": "finished", "page": "3"}
    filters = read_filters(given, who)
    assert filters == OwedFilters("panels", "mace", "finished", 3)
    assert filters.address() == "/actions?whose=panels&panel=mace&state=finished&page=3"
    assert filters.address(whose="mine", panel="", state="open", page=1) == "/actions"
    member = Identity(1, "Sam", "sam@example.org", 2, "Police", seats=(SeatHeld(3, "member", 2),))
    assert read_filters(given, member).whose == "mine"
    assert [value for value, _ in whose_choices(member)] == ["mine", "agency"]


async def test_a_page_before_the_first_is_the_first_in_whatever_figures(sign_in: SignIn) -> None:
    officer = await sign_in("officer")
    for address in (
        "/actions",
        "/actions/several",
        "/actions/overview",
        "/recommendations",
        "/actions/tracking",
    ):
        for page in ("0", "00", "\uff10", "-1"):
            assert (await officer.get(address, params={"page": page})).status_code == 200, (address, page)


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2), (101, 3)])
def test_pages_hold_fifty(total: int, pages: int) -> None:
    assert pages_of(total) == pages


@pytest.mark.parametrize("seed", range(4))
async def test_lists_and_counts_agree_with_a_plain_reckoning(cast: Cast, seed: int) -> None:
    chance = random.Random(seed)
    people = [cast.police, cast.health, cast.chair, cast.outsider]
    rows: list[dict[str, Any]] = []
    for _ in range(120):
        who = chance.choice(people)
        status = chance.choice(
            ["issued", "acknowledged", "in-progress", "completed", "not-possible", "not-done"]
        )
        due_on = TODAY + timedelta(days=chance.randint(-20, 20))
        row: dict[str, Any] = {
            "slug": chance.choice(["mace", "repeat-missing"]),
            "agency": who.agency_id,
            "owner": who.person_id if chance.random() < 0.8 else None,
            "due_on": due_on,
            "status": status,
            "finished_on": TODAY - timedelta(days=chance.randint(0, 30))
            if status in ("completed", "not-possible", "not-done")
            else None,
        }
        row["id"] = await builders.an_action(
            row["slug"], row["agency"], due_on, **{k: row[k] for k in ("owner", "status", "finished_on")}
        )
        rows.append(row)
    for who in (cast.police, cast.chair, cast.manager):
        for filters in (
            OwedFilters(),
            OwedFilters("agency"),
            OwedFilters("panels"),
            OwedFilters("panels", "mace"),
            OwedFilters("agency", "repeat-missing", "finished"),
        ):
            seen = [row for row in rows if _listed(row, who, filters)]
            unfinished = [row for row in seen if row["finished_on"] is None]
            if filters.state == "finished":
                expected = sorted(
                    (row for row in seen if row["finished_on"]),
                    key=lambda r: (r["finished_on"], r["id"]),
                    reverse=True,
                )
            else:
                expected = sorted(unfinished, key=lambda r: (r["due_on"], r["id"]))
            listed = [
                action.id
                for page in (1, 2, 3)
                for action in await owed_actions(
                    who, OwedFilters(filters.whose, filters.panel, filters.state, page)
                )
            ]
            assert listed == [row["id"] for row in expected]
            counts = await owed_counts(who, filters, TODAY)
            assert counts.overdue == sum(row["due_on"] < TODAY for row in unfinished)
            assert counts.soon == sum(0 <= (row["due_on"] - TODAY).days < 7 for row in unfinished)
            assert counts.later == sum((row["due_on"] - TODAY).days >= 7 for row in unfinished)
            assert counts.finished == len(seen) - len(unfinished)
            recent = {action.id for action in await recently_finished(who, filters, TODAY)}
            assert recent <= {row["id"] for row in seen if row["finished_on"]}


def _listed(row: dict[str, Any], who: Identity, filters: OwedFilters) -> bool:
    if filters.panel and row["slug"] != filters.panel:
        return False
    if filters.whose == "agency":
        return bool(row["agency"] == who.agency_id)
    if filters.whose == "panels":
        leads = any(seat.role in ("chair", "vice-chair", "minute-taker") for seat in who.seats)
        return leads or "safeguarding-manager" in who.roles  # the chair leads both panels
    speaks = row["agency"] == who.agency_id and any(seat.role in ("chair", "member") for seat in who.seats)
    return bool(row["owner"] == who.person_id or (row["owner"] is None and speaks))
