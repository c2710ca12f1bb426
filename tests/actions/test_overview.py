"""Actions as those see them who oversee a panel or an agency: filters, counts, groups, files."""

import csv
import io
import random
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest

from app import database
from app.access import Identity, SeatHeld
from app.actions.overview.queries import actions_of, choices_for, counts_of, groups_of
from app.actions.overview.rules import (
    AGES,
    NOBODY,
    PRIORITIES,
    SORTS,
    STATES,
    USUAL,
    ActionChoice,
    read_choice,
    read_query,
    settled,
)
from app.actions.rules import OPEN, STATUSES, STRANDS, WITHDRAWN
from tests import builders
from tests.actions.conftest import MakeAction, Room, stored
from tests.conftest import Browser, Cast, SignIn

TODAY = date(2026, 6, 10)


@dataclass(frozen=True)
class Town:
    """Three panels, agencies and a post with many actions of every kind, and what is stored of them."""

    rows: list[dict[str, Any]]
    people: dict[str, Identity]
    panels: dict[int, str]


@pytest.fixture
async def town(cast: Cast) -> Town:
    chosen, slugs = random.Random(7), ["mace", "general", "missing-children-panel"]
    panels = {await builders.panel_id(slug): slug for slug in slugs}
    agencies = [cast.police.agency_id, cast.health.agency_id, cast.outsider.agency_id]
    owners = [cast.police, cast.health, cast.outsider]
    post = await builders.insert(
        "post", agency=cast.health.agency_id, name="Named nurse", holder=cast.health.person_id
    )
    items = []
    for slug in slugs:
        meeting = await builders.a_meeting(slug, datetime(2026, 5, 6, 9, tzinfo=UTC), status="held")
        open_item = await builders.an_item(meeting, None, title="Open")
        closed = await builders.an_item(
            meeting, None, title="Closed", restricted=True, allowed_agencies=[agencies[0]]
        )
        items.append((meeting, open_item, closed))
    for number in range(160):
        place = chosen.randrange(3)
        agency = chosen.randrange(3)
        status = chosen.choice([*STATUSES, WITHDRAWN])
        issued = TODAY - timedelta(days=chosen.choice([0, 2, 7, 8, 28, 29, 84, 85, 120]))
        due = TODAY + timedelta(days=chosen.choice([-40, -29, -28, -8, -7, -1, 0, 1, 9]))
        meeting, open_item, closed = items[place]
        made = await builders.an_action(
            slugs[place],
            agencies[agency],
            due,
            meeting=meeting,
            agenda_item=closed if number % 9 == 0 else open_item,
            text=f"{chosen.choice(['Visit the home', 'Ring 50% of_them', 'Write'])} {number}",
            owner=chosen.choice([owners[agency].person_id, owners[agency].person_id, None]),
            post=post if agency == 1 and number % 3 == 0 else None,
            status=status,
            issued_on=issued,
            finished_on=issued + timedelta(days=chosen.randrange(100)) if status not in OPEN else None,
            priority=chosen.choice(["routine", "urgent"]),
            strand=chosen.choice(["", *STRANDS]),
        )
        if number % 4 == 0:
            for rung in ("owner", "line-lead")[: 1 + number % 8 // 4]:
                then = due if number % 3 else due - timedelta(days=7)
                await builders.insert("action_rung", action=made, due_on=then, rung=rung, reached_on=TODAY)
        if number % 5 == 0:
            await builders.insert(
                "action_extension",
                action=made,
                asked_by=owners[agency].person_id,
                asked_at=datetime(2026, 6, 1, tzinfo=UTC),
                asked_for=TODAY + timedelta(days=30),
                due_on_then=due,
                why="The school is closed",
                **({} if number % 2 else {"answer": "refused", "answered_by": cast.chair.person_id,
                                          "answered_at": datetime(2026, 6, 2, tzinfo=UTC)}),
            )  # fmt: skip
    rows = await database.fetch(
        "SELECT a.*, i.restricted, i.allowed_agencies, EXISTS (SELECT FROM action_extension e WHERE e.action = a.id AND e.answer = '') "
        "AS awaits, EXISTS (SELECT FROM action_rung r WHERE r.action = a.id AND r.due_on = a.due_on "
        "AND r.rung = 'line-lead') AS climbed FROM action a JOIN agenda_item i ON i.id = a.agenda_item"
    )
    mace = next(iter(panels))
    people = {
        "chair": replace(cast.chair, seats=(SeatHeld(mace, "chair", cast.chair.agency_id),)),
        "member who leads the police": replace(
            cast.police,
            roles=frozenset({"agency-lead"}),
            seats=(SeatHeld(mace, "member", cast.police.agency_id),),
        ),
        "lead without a seat": replace(cast.outsider, roles=frozenset({"agency-lead"})),
        "officer": cast.officer,
        "member": cast.health,
    }
    return Town(rows, people, panels)


def sees(who: Identity, row: dict[str, Any]) -> bool:
    """In plain words: within reach, and not hidden by a restriction."""
    leads = who.seat_panels("chair", "vice-chair")
    within = (
        bool(who.roles & {"panel-officer", "safeguarding-manager"})
        or row["panel"] in leads
        or ("agency-lead" in who.roles and row["agency"] == who.agency_id)
    )
    told = (
        not row["restricted"]
        or row["panel"] in leads
        or row["owner"] == who.person_id
        or any(
            seat.panel_id == row["panel"] and seat.agency_id in row["allowed_agencies"] for seat in who.seats
        )
    )
    return within and told and row["status"] != WITHDRAWN


def owner_key(row: dict[str, Any]) -> str:
    if row["owner"] is not None:
        return f"person-{row['owner']}"
    return f"post-{row['post']}" if row["post"] is not None else NOBODY


def fits(row: dict[str, Any], choice: ActionChoice, panels: dict[int, str]) -> bool:
    is_open, late = row["status"] in OPEN, (TODAY - row["due_on"]).days
    state = {
        "open": is_open,
        "overdue": is_open and late > 0,
        "unacknowledged": row["status"] == "issued",
        "more-time": is_open and row["awaits"],
        "escalated": is_open and row["climbed"],
        "finished": not is_open,
        "all": True,
    }.get(choice.state, row["status"] == choice.state)
    days = ((row["finished_on"] or TODAY) - row["issued_on"]).days
    age = {
        "": True,
        "late-1": is_open and 1 <= late <= 7,
        "late-2": is_open and 8 <= late <= 28,
        "late-3": is_open and late > 28,
        "open-1": days <= 7,
        "open-2": 8 <= days <= 28,
        "open-3": 29 <= days <= 84,
        "open-4": days > 84,
    }[choice.age]
    return (
        state
        and age
        and choice.panel in ("", panels[row["panel"]])
        and choice.agency in ("", str(row["agency"]))
        and choice.owner in ("", owner_key(row))
        and choice.priority in ("", row["priority"])
        and choice.strand in ("", row["strand"])
        and (choice.due_from is None or row["due_on"] >= choice.due_from)
        and (choice.due_to is None or row["due_on"] <= choice.due_to)
        and (choice.issued_to is None or row["issued_on"] <= choice.issued_to)
        and choice.text.lower() in row["text"].lower()
    )


def any_choice(chosen: random.Random, town: Town, state: str) -> ActionChoice:
    """A state with up to three more filters."""
    values: dict[str, list[Any]] = {
        "panel": list(town.panels.values()),
        "agency": sorted({str(row["agency"]) for row in town.rows}),
        "owner": sorted({owner_key(row) for row in town.rows}),
        "age": list(AGES),
        "priority": list(PRIORITIES),
        "strand": list(STRANDS),
        "text": ["VISIT", "50% of_"],
        **{
            name: [TODAY + timedelta(days=off) for off in (-30, -8, -1, 0)] for name in ("due_from", "due_to")
        },
        "issued_to": [TODAY - timedelta(days=off) for off in (2, 8, 29)],
    }
    filters = {name: chosen.choice(values[name]) for name in chosen.sample(list(values), chosen.randrange(4))}
    by, sort = chosen.choice(["panel", "agency", "owner"]), chosen.choice(SORTS)
    return ActionChoice(state=state, by=by, sort=sort, down=chosen.random() < 0.5, **filters)


async def test_rows_counts_and_groups_are_those_that_pass_the_filters_and_may_be_seen(town: Town) -> None:
    chosen, found_any = random.Random(11), 0
    for number in range(44):
        choice = any_choice(chosen, town, list(STATES)[number % len(STATES)])
        for name, who in town.people.items():
            mine = [row for row in town.rows if sees(who, row)]
            told = (name, choice)
            expected = {row["id"] for row in mine if fits(row, choice, town.panels)}
            found_any += len(expected)
            listed = {action.id for action in await actions_of(who, choice, TODAY)}
            assert listed == expected if len(expected) <= 50 else listed < expected, told
            counts = await counts_of(who, choice, TODAY)
            for state, many in counts.items():
                assert many == sum(fits(row, replace(choice, state=state), town.panels) for row in mine), told
            groups = await groups_of(who, choice, TODAY)
            for state, many in counts.items():
                assert many == sum(group.counts[state] for group in groups), told
                for group in groups:
                    narrowed = replace(choice, state=state, **{choice.by: group.key})
                    rows = sum(fits(row, narrowed, town.panels) for row in mine)
                    assert group.counts[state] == rows, (name, narrowed)
    assert found_any > 700


async def test_a_list_is_ordered_by_its_column_and_its_pages_hold_everything_once(town: Town) -> None:
    officer = town.people["officer"]
    everything = replace(USUAL, state="all")
    total = (await counts_of(officer, everything, TODAY))["all"]
    for sort, key in {
        "due": lambda a: a.due_on,
        "issued": lambda a: a.issued_on,
        "panel": lambda a: a.panel_name.lower(),
        "agency": lambda a: a.agency_name.lower(),
        "status": lambda a: STATUSES.index(a.status),
    }.items():
        for down in (False, True):
            choice = replace(everything, sort=sort, down=down)
            pages = [await actions_of(officer, replace(choice, page=page), TODAY) for page in (1, 2, 3, 4)]
            found = [action for page in pages for action in page]
            assert len({action.id for action in found}) == len(found) == total
            keys = [key(action) for action in found]
            assert keys == sorted(keys, reverse=down), (sort, down)


async def test_filters_offer_only_what_has_an_action_that_may_be_seen(town: Town, cast: Cast) -> None:
    lead = town.people["lead without a seat"]
    choices = await choices_for(lead, USUAL, TODAY)
    assert list(choices.agencies) == [str(cast.outsider.agency_id)]
    assert set(choices.owners) == {NOBODY, f"person-{cast.outsider.person_id}"}
    unknown = replace(
        USUAL, panel="nothing", agency=str(cast.police.agency_id), owner=f"person-{cast.police.person_id}"
    )
    assert settled(unknown, await choices_for(lead, unknown, TODAY)) == USUAL
    await database.execute("UPDATE agenda_item SET restricted = true, allowed_agencies = '{}'")
    await database.execute("UPDATE action SET owner = NULL WHERE owner = $1", cast.outsider.person_id)
    choices = await choices_for(lead, USUAL, TODAY)
    assert (dict(choices.panels), dict(choices.agencies)) == ({}, {})
    assert set(choices.owners) == {NOBODY}


def test_an_address_holds_what_was_chosen_and_falls_back_where_it_makes_no_sense() -> None:
    choice = ActionChoice(
        state="overdue", panel="mace", agency="3", owner="post-4", age="late-2", due_to=TODAY, text="a & b=c",
        by="owner", sort="agency", down=True, page=3,
    )  # fmt: skip
    assert read_query(choice.query()) == choice
    assert USUAL.address() == "/actions/overview"
    assert read_choice(
        {
            "state": "gone", "agency": "3; DROP TABLE action", "owner": "person-", "age": "late-9", "sort": "id",
            "due_from": "31/02/2026", "issued_to": "0001-01-01", "by": "child", "page": "-1", "down": "1",
            "priority": "high", "strand": "x", "text": "\0  ", "unknown": "1",
        }
    ) == USUAL  # fmt: skip
    assert read_choice({"page": "99999999999"}).page == 1


async def test_who_oversees_what(sign_in: SignIn, cast: Cast, police_action: MakeAction) -> None:
    await police_action(text="For the force")
    await police_action(text="For a nurse", agency=cast.health.agency_id, owner=cast.health.person_id)
    await database.execute("UPDATE person SET roles = '{agency-lead}' WHERE id = $1", cast.health.person_id)
    await database.execute("UPDATE seat SET ended_at = now() WHERE person = $1", cast.health.person_id)
    for name, status, force, nurse in (
        ("chair", 200, True, True),
        ("officer", 200, True, True),
        ("manager", 200, True, True),
        ("health", 200, False, True),
        ("police", 403, False, False),
        ("minute_taker", 403, False, False),
    ):
        browser = await sign_in(name)
        for address in (
            "/actions/overview",
            "/actions/overview?agency=999&panel=mace",
            "/actions/overview.csv",
        ):
            answer = await browser.get(address)
            assert answer.status_code == status, (name, address)
            assert ("For the force" in answer.text, "For a nurse" in answer.text) == (force, nurse), (
                name,
                address,
            )
    assert "Actions overview" not in (await (await sign_in("police")).get("/actions")).text


async def test_what_is_restricted_is_in_no_list_count_group_or_file(
    sign_in: SignIn, cast: Cast, police_action: MakeAction, room: Room
) -> None:
    await police_action(text="Hidden matter")
    await database.execute("UPDATE agenda_item SET restricted = true WHERE id = $1", room.item)
    for name, hidden in (("officer", True), ("manager", True), ("chair", False)):
        browser = await sign_in(name)
        for address in ("", "?by=agency", "?state=all", ".csv", f"?agency={cast.police.agency_id}"):
            shown = (await browser.get(f"/actions/overview{address}")).text
            assert ("Hidden matter" in shown) == (not hidden and address != "?by=agency"), (name, address)
            if hidden and address != ".csv":
                assert "Exampleshire Police" not in shown, (name, address)
                assert numbers_above(shown)["Open"] == 0


def numbers_above(shown: str) -> dict[str, int]:
    found = re.findall(r'stat__label">(.*?)</p>\s*<p class="hw-stat__value">(\d+)', shown)
    return {label: int(number) for label, number in found}


async def test_each_number_above_leads_to_as_many_rows(
    sign_in: SignIn, cast: Cast, police_action: MakeAction
) -> None:
    for number in range(9):
        made = await police_action(TODAY + timedelta(days=number - 4), status=OPEN[number % 3])
        if number % 4 == 0:
            await builders.insert(
                "action_extension",
                action=made,
                asked_by=cast.police.person_id,
                asked_at=datetime(2026, 6, 9, tzinfo=UTC),
                asked_for=date(2026, 7, 1),
                due_on_then=TODAY,
                why="Illness",
            )
    chair = await sign_in("chair")
    shown = (await chair.get("/actions/overview?panel=mace&due_to=2026-06-13&by=panel")).text
    assert numbers_above(shown) == {
        "Open": 8,
        "Overdue": 4,
        "Not acknowledged": 3,
        "Waiting for more time": 2,
    }
    for link in re.findall(r'stat__link"><a class="govuk-link" href="(.*?)"', shown):
        rows = await follow(chair, link)
        state = read_query(unescape(link).partition("?")[2]).state
        assert len(rows) == numbers_above(shown)[STATES[state]], link
    for link, many in re.findall(
        r'hw-numeric" data-label="[^"]+"><a class="govuk-link" href="(.*?)">(\d+)', shown
    ):
        assert len(await follow(chair, link)) == int(many)


async def follow(browser: Browser, link: str) -> list[str]:
    """The actions that the page behind a link lists."""
    answer = await browser.get(unescape(link))
    assert answer.status_code == 200
    return re.findall(r'<th scope="row"><a class="govuk-link[^"]*" href="/actions/(\d+)"', answer.text)


async def test_a_file_names_no_child_runs_no_formula_and_is_recorded_with_its_children(
    sign_in: SignIn, cast: Cast, police_action: MakeAction, room: Room
) -> None:
    made = await police_action(text='=HYPERLINK("http://x")', priority="urgent", due_on=date(2026, 6, 8))
    await database.execute(
        "UPDATE child SET name = 'Nora Nameless', child_ref = 'NN-1' WHERE id = $1", room.child
    )
    chair = await sign_in("chair")
    assert "Nora Nameless" in (await chair.get("/actions/overview")).text
    before = await database.fetch_value("SELECT max(id) FROM history_entry")
    answer = await chair.get("/actions/overview.csv?agency=" + str(cast.police.agency_id))
    assert re.search(r'filename="actions-open-2026-06-10\.csv"', answer.headers["content-disposition"])
    assert "Nora" not in answer.text
    assert "NN-1" not in answer.text
    (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert row["text"] == '\'=HYPERLINK("http://x")'
    assert (row["action"], row["child"], row["days_overdue"]) == (str(made), str(room.child), "2")
    entry = await database.fetch_one(
        "SELECT * FROM history_entry WHERE id > $1 AND kind = 'action read'", before
    )
    assert entry is not None
    assert (entry["about_ids"], entry["child_ids"]) == ([made], [room.child])


async def test_an_agency_s_lead_names_somebody_for_an_action_and_comes_back_to_the_view(
    sign_in: SignIn, cast: Cast, police_action: MakeAction
) -> None:
    made = await police_action(owner=None)
    await police_action(text="Somebody’s already")
    await database.execute("UPDATE person SET roles = '{agency-lead}' WHERE id = $1", cast.police.person_id)
    lead = await sign_in("police")
    address = "/actions/overview?sort=agency&state=unacknowledged"
    (link,) = re.findall(r'href="(/actions/\d+/handover[^"]*)"', (await lead.get(address)).text)
    assert "handover?" not in (await (await sign_in("chair")).get(address)).text
    form = (await lead.get(unescape(link))).text
    fields = {name: re.findall(rf'name="{name}" value="(.*?)"', form)[0] for name in ("version", "back")}
    given = {name: unescape(value) for name, value in fields.items()}
    answer = await lead.post(
        f"/actions/{made}/handover", given | {"to": cast.police.person_id, "reason": "Nobody was named"}
    )
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/actions/overview?state=unacknowledged&sort=agency",
    )
    assert (await stored(made))["owner"] == cast.police.person_id
