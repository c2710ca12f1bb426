"""Makes places, gives them names, merges two that are one, and takes each of these back."""

from datetime import datetime

from app import database
from app.access import Identity, Permission, permits
from app.episodes import queries as episode_queries
from app.episodes.places.queries import all_places
from app.episodes.places.rules import Details, PlaceFacts, detail_problems, kept_places
from app.episodes.rules import folded
from app.history.changes import record, refuse_second
from app.lifecycle import Forbidden, MovedOn, Refused, Stale


def _may_manage(who: Identity) -> None:
    if not permits(who, Permission.MANAGE_PLACE):
        raise Forbidden(Permission.MANAGE_PLACE)


async def make_place(
    who: Identity, details: Details, *, said: str = "", now: datetime, key: str | None = None
) -> int:
    """A new place, known under its own name and under what episodes said. Raises Forbidden, Refused by field."""
    _may_manage(who)
    _check(details)
    async with database.transaction():
        await refuse_second(key)
        place_id: int = await database.fetch_value(
            "INSERT INTO place (name, kind, ward, postcode, note) VALUES ($1, $2, $3, $4, $5) RETURNING id",
            *_values(details),
        )
        for name in dict.fromkeys(filter(None, (folded(details.name), folded(said)))):
            await _give_name(place_id, name, key)
        await record(who.person_id, "place made", "place", [place_id], now=now, submission_key=key)
    return place_id


async def change_place(
    who: Identity, place: PlaceFacts, details: Details, *, seen: int, now: datetime, key: str | None = None
) -> None:
    """Corrects what is told of a place; a new name is added to those it is known under.

    Raises Forbidden, Refused by field, Stale when others changed it since `seen`.
    """
    _may_manage(who)
    _check(details)
    async with database.transaction():
        await refuse_second(key)
        changed = await database.fetch_value(
            "UPDATE place SET name = $2, kind = $3, ward = $4, postcode = $5, note = $6, version = version + 1 "
            "WHERE id = $1 AND version = $7 RETURNING id",
            place.id,
            *_values(details),
            seen,
        )
        if changed is None:
            raise Stale({}, await episode_queries.last_changed_by("place", place.id), place.version)
        if not await _has_name(place.id, folded(details.name)):
            await _give_name(place.id, folded(details.name), key)
        await record(who.person_id, "place changed", "place", [place.id], now=now, submission_key=key)


async def add_name(
    who: Identity, place: PlaceFacts, said: str, *, now: datetime, key: str | None = None
) -> None:
    """Another name of the place. Raises Forbidden, Refused, or MovedOn for a place that was merged away."""
    _may_manage(who)
    if not folded(said):
        raise Refused("Enter the name", {"said": "Enter the other name of the place"})
    if place.merged_into is not None:
        raise MovedOn("This place was merged into another. Give the name to that one.")
    async with database.transaction():
        await refuse_second(key)
        await _give_name(place.id, folded(said), key, field="said")
        await record(who.person_id, "place named", "place", [place.id], now=now, submission_key=key)


async def remove_name(
    who: Identity, place: PlaceFacts, name_id: int, *, now: datetime, key: str | None = None
) -> None:
    """Takes a name away from a place: it stands among the names without one again. Raises Forbidden or MovedOn."""
    _may_manage(who)
    async with database.transaction():
        await refuse_second(key)
        gone = await database.fetch_value(
            "DELETE FROM place_name WHERE id = $1 AND place = $2 RETURNING id", name_id, place.id
        )
        if gone is None:
            raise MovedOn("Someone took this name away just now. Nothing was changed.")
        await record(who.person_id, "place name removed", "place", [place.id], now=now, submission_key=key)


async def merge_place(
    who: Identity, place: PlaceFacts, into_id: int, *, seen: int, now: datetime, key: str | None = None
) -> int:
    """Says that a place is the same as another, which stands for both from now on. Returns that one.

    Nothing moves: the names stay with their record, so that the merge can be undone. Raises Forbidden, Refused
    for itself, an unknown one, or one that already stands for this, MovedOn or Stale.
    """
    _may_manage(who)
    async with database.transaction():
        await database.execute("SELECT FROM place ORDER BY id FOR UPDATE")
        await refuse_second(key)
        kept = kept_places(await all_places()).get(into_id)
        if kept is None:
            raise Refused("Choose the place", {"into": "Choose the place that it is the same as"})
        if kept == place.id:
            raise Refused(
                "A place can’t be merged into itself",
                {"into": "A place can’t be merged into itself. Choose another one"},
            )
        if place.merged_into is not None:
            raise MovedOn("This place was merged already. Nothing was changed.")
        merged = await database.fetch_value(
            "UPDATE place SET merged_into = $2, version = version + 1 "
            "WHERE id = $1 AND version = $3 AND merged_into IS NULL RETURNING id",
            place.id,
            kept,
            seen,
        )
        if merged is None:
            raise Stale({}, await episode_queries.last_changed_by("place", place.id), place.version)
        await record(who.person_id, "places merged", "place", [place.id, kept], now=now, submission_key=key)
    return kept


async def separate_place(who: Identity, place: PlaceFacts, *, now: datetime, key: str | None = None) -> None:
    """Takes a merge back. Raises Forbidden, MovedOn where it is not merged any more."""
    _may_manage(who)
    async with database.transaction():
        await refuse_second(key)
        separated = await database.fetch_value(
            "UPDATE place SET merged_into = NULL, version = version + 1 "
            "WHERE id = $1 AND merged_into IS NOT NULL RETURNING id",
            place.id,
        )
        if separated is None:
            raise MovedOn("Someone took this merge back just now. Nothing was changed.")
        about = [place.id, place.merged_into] if place.merged_into else [place.id]
        await record(who.person_id, "merge of places undone", "place", about, now=now, submission_key=key)


def _check(details: Details) -> None:
    problems = detail_problems(details)
    if problems:
        raise Refused("Check the place", problems)


def _values(details: Details) -> tuple[str, str, str, str, str]:
    name = " ".join(details.name.split())
    return name, details.kind, details.ward.strip(), details.postcode.strip().upper(), details.note.strip()


async def _has_name(place_id: int, name: str) -> bool:
    found: bool = await database.fetch_value(
        "SELECT EXISTS (SELECT FROM place_name WHERE place = $1 AND name = $2)", place_id, name
    )
    return found


async def _give_name(place_id: int, name: str, key: str | None, field: str = "name") -> None:
    """Raises Refused where another place has the name, AlreadySubmitted where this form gave it."""
    given = await database.fetch_value(
        "INSERT INTO place_name (place, name) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id",
        place_id,
        name,
    )
    if given is None:
        await refuse_second(key)
        sentence = f"“{name}” is a name of another place already. Take it away there first, or merge the two."
        raise Refused(sentence, {field: sentence})
