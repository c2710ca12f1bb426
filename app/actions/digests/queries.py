"""Reads how people want their digests, which ran today, and which recommendations are to be spoken of."""

from dataclasses import dataclass
from datetime import date

from app import database
from app.actions.digests.rules import USUAL, Preference, Recommended
from app.actions.recommendations.queries import recommendations_due
from app.actions.reminding.rules import SOON_BEFORE, Rung
from app.london import add_working_days


@dataclass(frozen=True)
class KeptPreference:
    """A person's preference as it stands; version 0 where they never said."""

    preference: Preference
    version: int


async def preference_of(person_id: int) -> KeptPreference:
    row = await database.fetch_one(
        "SELECT wanted, hour, version FROM digest_preference WHERE person = $1", person_id
    )
    return (
        KeptPreference(Preference(row["wanted"], row["hour"]), row["version"])
        if row
        else KeptPreference(USUAL, 0)
    )


async def preferences() -> dict[int, Preference]:
    """By person, of those who said how they want it."""
    rows = await database.fetch("SELECT person, wanted, hour FROM digest_preference")
    return {row["person"]: Preference(row["wanted"], row["hour"]) for row in rows}


async def has_run(day: date, hour: int) -> bool:
    return bool(
        await database.fetch_value(
            "SELECT EXISTS (SELECT FROM reminder_run WHERE day = $1 AND hour >= $2)", day, hour
        )
    )


async def last_hour_run(day: date) -> int | None:
    """The hour of the day's last run; None before its first."""
    found: int | None = await database.fetch_value("SELECT max(hour) FROM reminder_run WHERE day = $1", day)
    return found


async def recommended_by(today: date) -> list[Recommended]:
    """Every open recommendation that is due soon or overdue."""
    found = await recommendations_due(add_working_days(today, SOON_BEFORE))
    return [Recommended(one.id, one.due_on, one.people) for one in found]


async def told_of_recommendations() -> dict[int, set[tuple[int, str]]]:
    """By open recommendation, person and rung, for its present due date."""
    found: dict[int, set[tuple[int, str]]] = {}
    for row in await database.fetch(
        "SELECT n.recommendation, n.person, n.rung FROM recommendation_reminder n JOIN recommendation r "
        "ON r.id = n.recommendation AND r.due_on = n.due_on WHERE r.finished_on IS NULL"
    ):
        found.setdefault(row["recommendation"], set()).add((row["person"], Rung(row["rung"])))
    return found
