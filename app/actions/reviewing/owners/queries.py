"""Reads whom a panel may give an earlier action to: people, posts and agencies. No writes."""

from app import database
from app.actions.issuing.queries import owner_of
from app.actions.reviewing.rules import Owed, whose_words

CHOOSE = "Choose somebody from the list"


async def owed_to(wanted: str, panel_id: int) -> tuple[Owed | None, str]:
    """Whose `person-12`, `post-4` or `agency-3` makes it, and why that cannot be; nothing of both for a blank."""
    kind, _, number = wanted.partition("-")
    if not wanted:
        return None, ""
    if not number.isdecimal() or len(number) > 9:
        return None, CHOOSE
    if kind == "person":
        return await _of_person(int(number), panel_id)
    if kind == "post":
        return await _of_post(int(number))
    return await _of_agency(int(number)) if kind == "agency" else (None, CHOOSE)


async def _of_person(person_id: int, panel_id: int) -> tuple[Owed | None, str]:
    found = await owner_of(panel_id, person_id)
    if found is None:
        return None, CHOOSE
    if found.disabled:
        return None, f"{found.name} can no longer sign in. Choose someone else."
    return Owed(found.agency_id, found.id, None, whose_words(found.name, "", found.agency_name)), ""


async def _of_post(post_id: int) -> tuple[Owed | None, str]:
    row = await database.fetch_one(
        "SELECT t.id, t.name, t.agency, g.name AS agency_name FROM post t JOIN agency g ON g.id = t.agency "
        "WHERE t.id = $1 AND t.ended_at IS NULL",
        post_id,
    )
    if row is None:
        return None, CHOOSE
    return Owed(row["agency"], None, row["id"], whose_words("", row["name"], row["agency_name"])), ""


async def _of_agency(agency_id: int) -> tuple[Owed | None, str]:
    row = await database.fetch_one("SELECT id, name FROM agency WHERE id = $1 AND active", agency_id)
    return (Owed(row["id"], None, None, row["name"]), "") if row else (None, CHOOSE)
