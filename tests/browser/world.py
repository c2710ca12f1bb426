"""A week of the panels with something on every page: names that wrap, full lists, and what waits for somebody."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests import builders
from tests.conftest import NOW, Cast

HOTSPOTS = "multiple-missing-hotspots"
MOG = "missing-operational-group"
REPEAT = "repeat-missing"
LONG = "Bartholomew Featherstonehaugh-Cholmondeley"
STATION = "Exampleton Parkway railway station and bus interchange"
DAY = timedelta(days=1)


@dataclass
class World:
    """The ids of what stands on the pages."""

    recalled: int
    waiting_referral: int
    notification: int
    curfew: int
    mace: int
    mace_item: int
    open_case: int
    closed_case: int
    issued: int
    issued_item: int
    hotspots: int
    mog: int
    mog_item: int
    problem: int
    triggered: int
    briefing: int
    doubled: tuple[int, int]
    matched: tuple[int, int]
    away: int
    interview: int
    risk: int
    place: int


async def make_world(cast: Cast) -> World:
    """Builds it around `NOW`, Wednesday 10 June 2026, 10am in London."""
    made: dict[str, Any] = {}
    made |= await what_came_in(cast)
    made |= await cases(cast, made["recalled"])
    made |= await _issued_agenda(cast)
    made |= await _places(cast)
    made |= await _operational_group(cast)
    made |= await _records(cast)
    return World(**made)


async def what_came_in(cast: Cast) -> dict[str, Any]:
    """A referral of a child whose case was closed, a notification, one from curfew, and a briefing of yesterday."""
    recalled = await builders.a_child(name="Wren Recallson", social_worker="Sorrel Workwell")
    referral = await builders.insert(
        "referral",
        panel=await builders.panel_id("mace"),
        asked_panel=await builders.panel_id("mace"),
        child=recalled,
        referred_on=NOW.date(),
        agency=cast.police.agency_id,
        referrer="PC Larkin, Exampleshire Police",
        concerns=["county-lines", "missing"],
        tool_scores=[{"tool": "Exploitation screening tool", "score": "14"}],
        risk_level="high",
        consent="not-sought",
        consent_reason="Telling the family would put the child at risk",
        lawful_basis="vital-interests",
        wanted="A plan that all of us know",
        received_at=NOW - 2 * timedelta(hours=1),
        received_by=cast.police.person_id,
    )
    told = await builders.a_child(name=LONG)
    columns = {"first_recorded_at": NOW - timedelta(hours=3), "missing_from": STATION, "police_risk": "high"}
    notification = await builders.an_episode(told, NOW - timedelta(hours=12), **columns)
    late = await builders.a_child(name="Curtis Curfewby")
    curfew = await builders.an_episode(late, NOW - timedelta(hours=11), **columns | {"category": "curfew"})
    briefing = await builders.insert(
        "briefing", closed_at=NOW - DAY, closed_by=cast.officer.person_id, note="Police joined by phone."
    )
    return {
        "recalled": recalled,
        "waiting_referral": referral,
        "notification": notification,
        "curfew": curfew,
        "briefing": briefing,
    }


async def cases(cast: Cast, recalled: int) -> dict[str, Any]:
    """Open and closed cases of MACE with what is still to be done about them, and its next meeting."""
    closed = await builders.a_case(
        "mace",
        recalled,
        date(2025, 1, 6),
        closed_on=date(2025, 9, 1),
        closure_reason="reduced-risk",
        closure_rationale="Calm for months",
    )
    await builders.an_action("mace", cast.health.agency_id, date(2025, 8, 1), child=recalled)
    open_case = 0
    for number, name in enumerate((LONG, "Juniper Samplesby", "Rowan Mocksworth")):
        child = await builders.a_child(name=name, social_worker="Sorrel Workwell")
        open_case = await builders.a_case(
            "mace", child, date(2026, 2, 2 + number), next_review_on=date(2026, 6, 1), risk_at_start="medium"
        )
        await builders.a_risk(child, date(2026, 5, 4), "high")
        await builders.an_action("mace", cast.police.agency_id, date(2026, 5, 20), child=child)
        for back in (3, 9, 20):
            started = NOW - back * DAY
            episode = await builders.an_episode(child, started, missing_from=STATION)
            await builders.an_interview(child, [episode], outcome="declined-child")
        if number:
            await builders.a_case("child-exploitation-tracking", child, date(2026, 5, 4))
    mace = await builders.a_meeting(
        "mace",
        NOW + 2 * DAY,
        place="Civic Centre, committee room 4 on the second floor",
        video_link="https://meet.example.org/mace-fortnightly-a-very-long-address-indeed",
        chair=cast.chair.person_id,
        minute_taker=cast.minute_taker.person_id,
    )
    child = await builders.a_child(name="Linden Exampleworth")
    item = await builders.an_item(mace, child)
    return {"closed_case": closed, "open_case": open_case, "mace": mace, "mace_item": item}


async def _issued_agenda(cast: Cast) -> dict[str, Any]:
    """An agenda that is out, with an answer, a draft, and a guest asked to one item."""
    meeting = await builders.a_meeting(
        "mace",
        NOW + 5 * DAY,
        status="agenda-issued",
        agenda_issued_at=NOW - DAY,
        place="Civic Centre",
        chair=cast.chair.person_id,
    )
    items = []
    for number, name in enumerate((LONG, "Hazel Placeholder", "Alder Testerton", "Sorrel Specimen"), 1):
        child = await builders.a_child(name=name)
        items.append(await builders.an_item(meeting, child, position=number, first_issued_in=1))
    snapshot = [
        {
            "item": item,
            "kind": "child",
            "child": None,
            "title": "",
            "minutes": 10,
            "reason": "missing 3 times in 90 days",
            "brought_forward": "",
        }
        for item in items
    ]
    await builders.insert(
        "agenda_version",
        meeting=meeting,
        number=1,
        issued_at=NOW - DAY,
        issued_by=cast.chair.person_id,
        items=snapshot,
    )
    for item, columns in (
        (items[0], {"known": "Seen at the clinic in May", "risks": "Older peers", "submitted_at": NOW - DAY}),
        (items[1], {"nothing_known": True, "submitted_at": NOW}),
        (items[2], {"known": "To be checked", "submitted_at": None}),
    ):
        await builders.insert(
            "contribution",
            agenda_item=item,
            agency=cast.health.agency_id,
            written_by=cast.health.person_id,
            written_at=NOW - DAY,
            **columns,
        )
    await builders.insert(
        "guest_slot",
        meeting=meeting,
        agenda_item=items[1],
        person=cast.outsider.person_id,
        capacity="School or college",
        invited_by=cast.chair.person_id,
        invited_at=NOW - DAY,
    )
    return {"issued": meeting, "issued_item": items[0]}


async def _places(cast: Cast) -> dict[str, Any]:
    """A place with names and episodes, spellings that belong to no place yet, and the hotspots' meeting."""
    place = await builders.insert(
        "place", name=STATION, kind="transport", ward="Exampleton South", postcode="EX1 1AA"
    )
    await builders.insert("place", name="Sample Retail Park", kind="shop")
    await builders.insert("place_name", place=place, name=" ".join(STATION.casefold().split()))
    meeting = await builders.a_meeting(HOTSPOTS, NOW + 5 * DAY)
    for number in range(3):
        child = await builders.a_child(name=f"Found Atstation {'abc'[number]}")
        for back in range(5):
            started = datetime(2026, 5, 3 + back * 4, 19 + number, tzinfo=UTC)
            await builders.an_episode(child, started, found_at=STATION, missing_from="Parkway stn.")
        await builders.an_item(meeting, child)
    await builders.an_item(
        meeting,
        None,
        kind="place",
        title=STATION,
        place=place,
        reason="15 episodes of 3 children in May 2026",
    )
    return {"place": place, "hotspots": meeting}


async def _operational_group(cast: Cast) -> dict[str, Any]:
    """A running meeting of the operational group with a problem between services."""
    meeting = await builders.a_meeting(
        MOG, NOW - timedelta(minutes=30), status="agenda-issued", agenda_issued_at=NOW - 7 * DAY
    )
    item = await builders.an_item(
        meeting, await builders.a_child(name="Aspen Sampleworth"), first_issued_in=1
    )
    coming = await builders.a_meeting(MOG, NOW + 6 * DAY)
    for number in range(8):
        child = await builders.a_child(name=f"Missing Oftenby {'abcdefgh'[number]}")
        for day in range(9 - number):
            await builders.an_episode(child, datetime(2026, 5, 1 + day, 20, number, tzinfo=UTC))
    problem = await builders.insert(
        "service_problem",
        panel=await builders.panel_id(MOG),
        agenda_item=item,
        service="Children’s homes outside the authority",
        problem="Return forms come a day late, and without the time at which the child came back",
        agency=cast.police.agency_id,
        found_on=date(2026, 3, 2),
    )
    return {"mog": coming, "mog_item": item, "problem": problem}


async def _records(cast: Cast) -> dict[str, Any]:
    """Two reports of one episode, two records of one child, somebody still away, and a triggered meeting."""
    doubled = await builders.a_child(name="Twyla Twicetold")
    one = await builders.an_episode(doubled, NOW - 4 * DAY, missing_from=STATION)
    other = await builders.an_episode(
        doubled, NOW - 4 * DAY + timedelta(minutes=30), missing_from="Parkway stn."
    )
    born = date(2011, 2, 3)
    council = await builders.a_child(name="Nia Sample", born_on=born, child_ref="C-1")
    police = await builders.a_child(name="SAMPLE, N", born_on=born, child_ref="P-77")
    away = await builders.an_episode(
        council, NOW - 2 * DAY, returned_at=None, legal_status="cla", reported_at=NOW - 2 * DAY
    )
    back = await builders.an_episode(police, NOW - 9 * DAY, missing_from=STATION, reported_at=NOW - 9 * DAY)
    triggered = await builders.a_child(name="Tamsin Triggerby")
    for days in (12, 7, 2):
        await builders.an_episode(triggered, NOW - days * DAY)
    return {
        "doubled": (one, other),
        "matched": (council, police),
        "away": away,
        "interview": await builders.an_interview(police, [back]),
        "risk": await builders.a_risk(council, date(2026, 5, 4)),
        "triggered": triggered,
    }
