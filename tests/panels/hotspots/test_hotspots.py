"""Places as items: tied to their record, shown with what is behind them, followed on the place's page."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app import database
from app.episodes.places.changes import add_name, make_place
from app.episodes.places.queries import place_for
from app.episodes.places.rules import Details
from app.panels.agenda.changes import accept_proposed
from app.panels.agenda.preparing import prepared
from app.panels.agenda.queries import items_of, proposal_of
from tests import builders
from tests.conftest import Cast, SignIn, TestClock
from tests.panels.agenda.steps import facts

SLUG = "multiple-missing-hotspots"
MAY = datetime(2026, 5, 4, 20, 30, tzinfo=UTC)


async def three_episodes(found_at: str = "Bus station") -> list[int]:
    """Three children of three episodes in May, each found at the station."""
    children = [await builders.a_child(name=f"Found Atstation {n}") for n in range(3)]
    for day, child in enumerate(children):
        await builders.an_episode(child, MAY + timedelta(days=day), found_at=found_at)
    return children


async def meeting(clock: TestClock, **columns: Any) -> int:
    return await builders.a_meeting(SLUG, clock.now + timedelta(days=5), **columns)


async def test_an_accepted_place_is_tied_to_its_record_under_any_name(cast: Cast, clock: TestClock) -> None:
    await three_episodes("BUS  station")
    place = await make_place(cast.officer, Details("Central bus station"), said="bus station", now=clock.now)
    here = await facts(cast.chair, await meeting(clock))
    await accept_proposed(cast.chair, here, everything=True, now=clock.now)
    [row] = await database.fetch("SELECT title, place FROM agenda_item WHERE kind = 'place'")
    assert row == {"title": "Central bus station", "place": place}


async def test_a_place_on_the_agenda_is_not_proposed_again_when_its_name_is_given_to_a_record(
    cast: Cast, clock: TestClock
) -> None:
    await three_episodes()
    here = await facts(cast.chair, await meeting(clock))
    await accept_proposed(cast.chair, here, everything=True, now=clock.now)
    place = await make_place(cast.officer, Details("Central"), said="Bus station", now=clock.now)
    proposal = await proposal_of(here, clock.now)
    assert [(one.place, one.place_id) for one in proposal.places] == [("Central", place)]
    preparation = prepared(cast.chair, here, await items_of(here.id), [], proposal)
    assert [one.title for one in preparation.proposed if one.kind == "place"] == []


async def test_a_meeting_s_places_show_months_times_and_children(
    cast: Cast, sign_in: SignIn, clock: TestClock
) -> None:
    children = await three_episodes()
    elsewhere = await builders.a_child(name="Left Fromthere")
    await builders.an_episode(elsewhere, MAY - timedelta(days=30), missing_from="the hub")
    await builders.an_episode(elsewhere, clock.now + timedelta(days=6), missing_from="the hub")
    place = await make_place(cast.officer, Details("Bus station"), now=clock.now)
    await add_name(cast.officer, await place_for(cast.officer, place), "The Hub", now=clock.now)
    here = await meeting(clock, status="held")
    await builders.an_item(here, None, kind="place", title="Bus station", reason="3 episodes of 3 children")
    for child in children:
        await builders.an_item(here, child)
    page = (await (await sign_in("police")).get(f"/meetings/{here}/hotspots")).text
    assert "3 episodes of 3 children" in page
    assert "May 2026" in page
    assert f'href="/places/{place}"' in page
    assert page.count("Found Atstation") == 3
    assert "Left Fromthere" not in page, "no panel of this person lists the child"
    assert "1 child whose record is not for you" in page
    [read] = await database.fetch("SELECT child_ids FROM history_entry WHERE kind = 'hotspots read'")
    assert read["child_ids"] == children


async def test_a_place_that_is_not_issued_or_is_restricted_stays_with_those_who_may_see_it(
    cast: Cast, sign_in: SignIn, clock: TestClock
) -> None:
    here = await meeting(clock)
    await builders.an_item(here, None, kind="place", title="Secret yard")
    assert "Secret yard" in (await (await sign_in("chair")).get(f"/meetings/{here}/hotspots")).text
    assert "Secret yard" not in (await (await sign_in("police")).get(f"/meetings/{here}/hotspots")).text
    await database.execute("UPDATE meeting SET status = 'held' WHERE id = $1", here)
    assert "Secret yard" in (await (await sign_in("police")).get(f"/meetings/{here}/hotspots")).text
    await database.execute("UPDATE agenda_item SET restricted = true, open_title = 'A place'")
    assert "Secret yard" not in (await (await sign_in("police")).get(f"/meetings/{here}/hotspots")).text


async def test_a_place_s_page_tells_meetings_decisions_and_actions(
    cast: Cast, sign_in: SignIn, clock: TestClock
) -> None:
    place = await make_place(cast.officer, Details("Bus station"), now=clock.now)
    here = await builders.a_meeting(SLUG, clock.now - timedelta(days=9), status="held")
    item = await builders.an_item(
        here, None, kind="place", title="bus  Station", reason="listed for a reason"
    )
    await builders.insert("minutes", meeting=here, status="draft")
    await builders.insert("discussion", agenda_item=item, outcome="discussed", decision="Lighting is mended")
    due = clock.now.date() + timedelta(days=9)
    await builders.an_action(
        SLUG, cast.police.agency_id, due, meeting=here, agenda_item=item, text="Patrol it nightly"
    )
    chair = (await (await sign_in("chair")).get(f"/places/{place}")).text
    for told in ("Discussed at Multiple Missing and Hotspots", "Lighting is mended", "Patrol it nightly"):
        assert told in chair
    police = (await (await sign_in("police")).get(f"/places/{place}")).text
    assert "Patrol it nightly" in police
    assert "Lighting is mended" not in police, "the minutes are a draft"
    await database.execute("UPDATE agenda_item SET restricted = true, open_title = 'A place'")
    health = (await (await sign_in("health")).get(f"/places/{place}")).text
    for hidden in ("Discussed at", "Lighting is mended", "Patrol it nightly"):
        assert hidden not in health
