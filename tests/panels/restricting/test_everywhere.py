"""A restricted item is nowhere to be found by others: every page that could lead to it, walked by each of them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app import database
from app.access import PUBLIC
from app.minutes.fixed_text.queries import gathered
from app.minutes.fixed_text.rules import canonical, content_of, fingerprint
from app.minutes.handed_in import handed_in
from app.minutes.queries import minutes_of, who_came
from app.panels.restricting.changes import open_item, restrict_item
from app.panels.restricting.rules import Restriction
from app.panels.versions.changes import issue_agenda
from app.web.routing import routes_of
from tests import builders
from tests.conftest import Cast, SignIn, TestClock
from tests.panels.agenda.steps import facts
from tests.test_access import _filled

NAME = "Quillon Secretworth"
CLOSED = "whispered matter"
OPEN = "A matter for few"
SLUG = "general"


@pytest.fixture
async def secret(cast: Cast, clock: TestClock) -> dict[str, object]:
    """A held meeting with an open child and a restricted one; its minutes are circulated, an action is agreed."""
    day = clock.now - timedelta(days=2)
    child, other = await builders.a_child(name=NAME), await builders.a_child(name="Una Openfield")
    meeting = await builders.a_meeting(SLUG, day)
    await builders.an_item(meeting, other, reason="for all to read")
    item = await builders.an_item(meeting, child, reason=CLOSED)
    await issue_agenda(
        cast.chair, await facts(cast.chair, meeting), seen=1, address="http://testserver", now=day
    )
    minuted = await builders.insert(
        "discussion", agenda_item=item, outcome="discussed", decision=CLOSED, version=1
    )
    await builders.insert(
        "discussion_revision",
        discussion=minuted,
        version=1,
        saved_by=cast.minute_taker.person_id,
        saved_at=day,
        text={"sections": {"why_listed": CLOSED}, "outcome": "discussed", "decision": CLOSED},
    )
    action = await builders.an_action(
        SLUG,
        cast.health.agency_id,
        clock.now.date() + timedelta(days=9),
        child=child,
        meeting=meeting,
        agenda_item=item,
        text=CLOSED,
    )
    await restrict_item(
        cast.chair,
        await facts(cast.chair, meeting),
        str(item),
        Restriction(OPEN, (cast.police.person_id,)),
        now=clock.now,
    )
    await database.execute("UPDATE meeting SET status = 'held', ended_at = $2 WHERE id = $1", meeting, day)
    minutes = await circulated_minutes(cast, meeting, day)
    following = await builders.a_meeting(SLUG, datetime(2026, 6, 20, 9, tzinfo=UTC))
    return {
        "meeting_id": meeting,
        "item_id": item,
        "child_id": child,
        "action_id": action,
        "minutes_id": minutes,
        "number": 1,
        "key": item,
        "slug": SLUG,
        "following": following,
    }


async def circulated_minutes(cast: Cast, meeting: int, day: datetime) -> int:
    held = await facts(cast.chair, meeting)
    head, items = await gathered(held, await minutes_of(meeting), await who_came(held))
    actions = await handed_in.actions_of(meeting)
    content = canonical(content_of(head, items, actions, {"by": cast.chair.name, "at": day.isoformat()}))
    assert NAME in content
    return await builders.insert(
        "minutes",
        meeting=meeting,
        status="circulated",
        taker=cast.minute_taker.person_id,
        approver=cast.chair.person_id,
        approved_at=day,
        circulated_at=day,
        content=content,
        sha256=fingerprint(content),
    )


async def pages_of(app: object, browser: object, named: dict[str, object]) -> dict[str, str]:
    """Every GET page of this meeting, item, child and action, and of the meeting after it, by its address."""
    found = {}
    for meeting in (named["meeting_id"], named["following"]):
        for method, path, permission in routes_of(app):  # type: ignore[arg-type]
            if method != "GET" or permission in (None, PUBLIC) or path.startswith("/static"):
                continue
            address = _filled(path, {**named, "meeting_id": meeting})
            answer = await browser.get(address)  # type: ignore[attr-defined]
            assert answer.status_code < 500, f"{address}: {answer.status_code}"
            found[address] = answer.text
    return found


@pytest.mark.parametrize("role", ["minute_taker", "health", "outsider", "admin"])
async def test_whoever_is_not_named_finds_neither_the_child_nor_the_closed_words(
    app: object, sign_in: SignIn, secret: dict[str, object], role: str
) -> None:
    pages = await pages_of(app, await sign_in(role), secret)
    assert len(pages) > 40
    for address, text in pages.items():
        assert NAME not in text, f"{role}: {address} names the child"
        assert CLOSED not in text, f"{role}: {address} tells the closed words"


@pytest.mark.parametrize("role", ["officer", "manager"])
async def test_who_sees_every_child_by_role_finds_no_word_of_the_discussion(
    app: object, sign_in: SignIn, secret: dict[str, object], role: str
) -> None:
    pages = await pages_of(app, await sign_in(role), secret)
    for address, text in pages.items():
        assert CLOSED not in text, f"{role}: {address} tells the closed words"
        if f"/meetings/{secret['meeting_id']}" in address or "/actions" in address:
            assert NAME not in text, f"{role}: {address} names the child"


@pytest.mark.parametrize("role", ["chair", "police"])
async def test_the_chair_and_those_named_find_it_where_it_was(
    app: object, sign_in: SignIn, secret: dict[str, object], role: str
) -> None:
    pages = await pages_of(app, await sign_in(role), secret)
    meeting, child = secret["meeting_id"], secret["child_id"]
    for address in (f"/meetings/{meeting}/agenda", f"/children/{child}", f"/meetings/{meeting}/minutes"):
        assert NAME in pages[address], f"{role}: {address}"
        assert CLOSED in pages[address], f"{role}: {address}"
    assert CLOSED in pages[f"/actions/{secret['action_id']}"]


async def test_others_read_the_open_title_in_its_place(sign_in: SignIn, secret: dict[str, object]) -> None:
    browser = await sign_in("health")
    for page in ("agenda", "agenda/versions/1", "minutes"):
        answer = await browser.get(f"/meetings/{secret['meeting_id']}/{page}")
        assert answer.status_code == 200
        assert OPEN in answer.text
        assert "Una Openfield" in answer.text
    told = await browser.get(f"/meetings/{secret['meeting_id']}/minutes")
    assert "1. " in told.text
    assert "2. " in told.text


@pytest.mark.parametrize(
    "path",
    [
        "/meetings/{meeting_id}/minutes/items/{item_id}",
        "/meetings/{meeting_id}/minutes/items/{item_id}/revisions",
        "/meetings/{meeting_id}/items/{item_id}/actions",
        "/meetings/{meeting_id}/agenda/restriction/{item_id}",
        "/actions/{action_id}",
    ],
)
async def test_by_its_address_it_is_not_there_even_for_an_officer(
    sign_in: SignIn, secret: dict[str, object], path: str
) -> None:
    assert (await (await sign_in("officer")).get(path.format(**secret))).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/meetings/{meeting_id}/minutes/items/{item_id}",
        "/meetings/{meeting_id}/items/{item_id}/actions",
        "/meetings/{meeting_id}/agenda/restriction/{item_id}",
        "/meetings/{meeting_id}/agenda/restriction/{item_id}/removal",
        "/actions/{action_id}/updates",
    ],
)
async def test_nobody_writes_to_what_they_may_not_see(
    sign_in: SignIn, secret: dict[str, object], path: str
) -> None:
    answer = await (await sign_in("officer")).post(path.format(**secret), {"version": 1, "text": "x"})
    assert answer.status_code == 404


async def test_an_agency_that_is_not_named_does_not_count_the_action(
    sign_in: SignIn, secret: dict[str, object]
) -> None:
    answer = await (await sign_in("health")).get("/actions?whose=agency")
    assert "Visit" not in answer.text
    assert CLOSED not in answer.text
    assert CLOSED in (await (await sign_in("police")).get(f"/actions/{secret['action_id']}")).text


async def test_whoever_owes_an_action_of_a_restricted_item_sees_their_own(
    cast: Cast, sign_in: SignIn, secret: dict[str, object]
) -> None:
    await database.execute(
        "UPDATE action SET owner = $2 WHERE id = $1", secret["action_id"], cast.health.person_id
    )
    browser = await sign_in("health")
    assert CLOSED in (await browser.get("/actions")).text
    assert (await browser.get(f"/actions/{secret['action_id']}")).status_code == 200
    assert (
        await browser.get(f"/meetings/{secret['meeting_id']}/items/{secret['item_id']}/actions")
    ).status_code == 404


async def test_what_comes_forward_from_it_stays_restricted(
    sign_in: SignIn, cast: Cast, clock: TestClock, secret: dict[str, object]
) -> None:
    address = f"/meetings/{secret['following']}/agenda"
    assert NAME in (await (await sign_in("chair")).get(address)).text
    seen = (await (await sign_in("officer")).get(address)).text
    assert OPEN in seen
    assert NAME not in seen
    meeting = await facts(cast.chair, int(str(secret["following"])))
    await issue_agenda(cast.chair, meeting, seen=1, address="http://testserver", now=clock.now)
    stored = await database.fetch_one(
        "SELECT restricted, open_title, allowed_people FROM agenda_item WHERE meeting = $1 AND child = $2",
        meeting.id,
        secret["child_id"],
    )
    assert stored == {"restricted": True, "open_title": OPEN, "allowed_people": [cast.police.person_id]}
    assert NAME not in (await (await sign_in("health")).get(address)).text


async def test_opened_again_it_is_everybodys(
    sign_in: SignIn, cast: Cast, clock: TestClock, secret: dict[str, object]
) -> None:
    meeting = await facts(cast.chair, int(str(secret["meeting_id"])))
    await open_item(cast.chair, meeting, str(secret["item_id"]), now=clock.now)
    assert NAME in (await (await sign_in("health")).get(f"/meetings/{meeting.id}/agenda")).text


async def test_restricting_asks_for_a_title_without_the_child_and_ticks_the_minute_taker(
    sign_in: SignIn, cast: Cast, secret: dict[str, object]
) -> None:
    child = await builders.a_child(name="Saffron Sampleworth")
    item = await builders.an_item(int(str(secret["following"])), child)
    address = f"/meetings/{secret['following']}/agenda/restriction/{item}"
    browser = await sign_in("chair")
    page = (await browser.get(address)).text
    assert f'value="{cast.minute_taker.person_id}" checked' in page
    answer = await browser.post(address, {"open_title": "About Saffron", "people": cast.police.person_id})
    assert answer.status_code == 422
    assert "leave out “Saffron”" in answer.text
    assert "About Saffron" in answer.text
    answer = await browser.post(address, {"open_title": "One for few"})
    assert answer.status_code == 303
    kinds = await database.fetch("SELECT kind FROM history_entry WHERE kind = 'item restricted'")
    assert len(kinds) == 2


async def test_the_child_is_reached_through_it_by_those_alone_who_see_it(
    sign_in: SignIn, secret: dict[str, object], clock: TestClock
) -> None:
    address = f"/children/{secret['child_id']}"
    assert (await (await sign_in("health")).get(address)).status_code == 404
    assert (await (await sign_in("chair")).get(address)).status_code == 200
    assert date(2026, 6, 10) == clock.now.date()
