"""Builds what a test needs, with defaults for what it does not care about. All names are invented."""

import itertools
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app import database
from app.access import Identity, SeatHeld

numbers = itertools.count(1)

PEOPLE = {
    "chair": ("Carys Chairwell", "Exampleshire Council", "social-care", []),
    "minute_taker": ("Minna Takewright", "Exampleshire Council", "social-care", []),
    "police": ("Polly Constable-Sample", "Exampleshire Police", "police", []),
    "health": ("Heath Wellby", "Exampleshire Health", "health", []),
    "manager": ("Sadie Guardwell", "Exampleshire Council", "social-care", ["safeguarding-manager"]),
    "officer": ("Otis Panelby", "Exampleshire Council", "social-care", ["panel-officer"]),
    "admin": ("Ada Minster", "Exampleshire Council", "social-care", ["administrator"]),
    "analyst": ("Anya Countwell", "Exampleshire Council", "social-care", ["analyst"]),
    "outsider": ("Otto Outsider", "Faraway Charity", "charity", []),
}


async def insert(table: str, **columns: Any) -> int:
    """One row; dicts and lists of dicts become JSON. Returns its id."""
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    values = [
        json.dumps(value)
        if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict))
        else value
        for value in columns.values()
    ]
    made: int = await database.fetch_value(
        f'INSERT INTO "{table}" ({names}) VALUES ({marks}) RETURNING id', *values
    )
    return made


async def the_cast(seated: dict[str, str]) -> dict[str, Identity]:
    """Everybody of the cast, the seated ones on every panel."""
    panels = [row["id"] for row in await database.fetch("SELECT id FROM panel ORDER BY id")]
    made = {}
    agencies: dict[str, int] = {}
    for key, (name, agency, kind, roles) in PEOPLE.items():
        if agency not in agencies:
            agencies[agency] = await insert("agency", name=agency, kind=kind)
        email = f"{key.replace('_', '-')}@cast.example.org"
        person = await insert("person", email=email, name=name, agency=agencies[agency], roles=roles)
        seats = []
        for panel in panels if key in seated else []:
            await insert("seat", panel=panel, person=person, agency=agencies[agency], role=seated[key])
            seats.append(SeatHeld(panel, seated[key], agencies[agency]))
        made[key] = Identity(person, name, email, agencies[agency], agency, frozenset(roles), tuple(seats))
    return made


async def a_child(**columns: Any) -> int:
    number = next(numbers)
    return await insert(
        "child",
        **{"child_ref": f"CH-{number:05}", "name": f"Sample Child {number}", "born_on": date(2011, 5, 4)}
        | columns,
    )


async def an_episode(child: int, started_at: datetime, **columns: Any) -> int:
    """A missing episode, returned six hours later unless told."""
    return await insert(
        "episode",
        **{
            "child": child,
            "episode_ref": f"EP-{next(numbers):06}",
            "started_at": started_at,
            "returned_at": started_at + timedelta(hours=6),
            "first_recorded_at": started_at,
        }
        | columns,
    )


async def an_interview(child: int, episodes: list[int], **columns: Any) -> int:
    made = await insert(
        "interview",
        **{"child": child, "interview_key": f"key-{next(numbers)}", "outcome": "completed"} | columns,
    )
    for episode in episodes:
        await insert("interview_episode", interview=made, episode=episode)
    return made


async def a_risk(child: int, assessed_on: date, level: str = "medium", **columns: Any) -> int:
    return await insert(
        "risk_assessment", **{"child": child, "assessed_on": assessed_on, "level": level} | columns
    )


async def panel_id(slug: str) -> int:
    found: int = await database.fetch_value("SELECT id FROM panel WHERE slug = $1", slug)
    return found


async def a_meeting(slug: str = "mace", starts_at: datetime | None = None, **columns: Any) -> int:
    starts_at = starts_at or datetime(2026, 6, 17, 9, 0, tzinfo=UTC)
    return await insert("meeting", **{"panel": await panel_id(slug), "starts_at": starts_at} | columns)


async def an_item(meeting: int, child: int | None, **columns: Any) -> int:
    number = next(numbers)
    return await insert(
        "agenda_item",
        **{"meeting": meeting, "child": child, "position": number, "reason": "missing 3 times in 90 days"}
        | columns,
    )


async def a_case(slug: str, child: int, accepted_on: date, **columns: Any) -> int:
    """An open case with its referral of the same day."""
    panel = await panel_id(slug)
    referral = await insert("referral", panel=panel, child=child, referred_on=accepted_on, threshold="met")
    return await insert(
        "panel_case",
        **{"panel": panel, "child": child, "referral": referral, "accepted_on": accepted_on} | columns,
    )


async def an_action(slug: str, agency: int, due_on: date, **columns: Any) -> int:
    return await insert(
        "action",
        **{
            "panel": await panel_id(slug),
            "agency": agency,
            "text": "Visit at the placement and agree a safety plan",
            "issued_on": due_on - timedelta(days=10),
            "due_on": due_on,
            "original_due_on": columns.get("due_on", due_on),
        }
        | columns,
    )
