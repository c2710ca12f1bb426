"""Reads of places on agendas, and of what became of them. Nothing is written here."""

from collections.abc import Sequence
from datetime import datetime

from app import database
from app.access import Identity, Permission, Scope, permits
from app.episodes.handed_in import ChronologyMoment
from app.episodes.places.queries import children_there, mentions_of, own_names, places_by_name
from app.episodes.places.rules import story_of
from app.episodes.rules import folded
from app.london import day_start, london_date
from app.panels.agenda.queries import terms_of
from app.panels.hotspots.rules import MOST_CHILDREN, Hotspot, months_beside
from app.panels.meetings.rules import MeetingFacts, MeetingStatus
from app.panels.restricting.queries import hidden_items, seer, sees_item
from app.panels.versions.queries import latest_version

ABOUT_PLACE = (
    "i.kind = 'place' AND (i.place = ANY($1::bigint[]) "
    "OR (i.place IS NULL AND lower(regexp_replace(btrim(i.title), '\\s+', ' ', 'g')) = ANY($2::text[])))"
)
"""SQL: whether agenda item `i` is about a place, by the ids of its records ($1) and its folded names ($2)."""


async def hotspots_of(who: Identity, meeting: MeetingFacts, now: datetime, prepares: bool) -> list[Hotspot]:
    """The places on a meeting's agenda: as it stands for whoever prepares it, as last issued for everybody else."""
    rows = await database.fetch(
        "SELECT id, title, reason, place FROM agenda_item WHERE meeting = $1 AND kind = 'place' "
        "AND status = 'on-agenda' ORDER BY position, id",
        meeting.id,
    )
    hidden = await hidden_items(who, meeting.id)
    rows = [row for row in rows if row["id"] not in hidden]
    if not prepares and meeting.status != MeetingStatus.HELD:
        version = await latest_version(meeting.id)
        issued = {row["item"] for row in version.items} if version else set()
        rows = [row for row in rows if row["id"] in issued]
    known = await places_by_name() if rows else {}
    return [await _hotspot(who, meeting, row["id"], row["title"], row["reason"], known, now) for row in rows]


async def _hotspot(
    who: Identity,
    meeting: MeetingFacts,
    item_id: int,
    title: str,
    reason: str,
    known: dict[str, int],
    now: datetime,
) -> Hotspot:
    """Nothing that began after the meeting did is told."""
    place_id = known.get(folded(title))
    names = {folded(title)}
    if place_id is not None:
        names |= {name.name for name in (await own_names(place_id))[0]}
    months, end = months_beside(london_date(meeting.starts_at))
    until = min(day_start(end), meeting.starts_at, now)
    categories = (await terms_of(meeting)).categories
    story = story_of(await mentions_of(names, day_start(months[0]), until, categories), months)
    behind = await children_there(who, story.there, MOST_CHILDREN)
    return Hotspot(item_id, title, reason, place_id, story, behind)


async def moments_of_place(
    who: Identity, place_ids: Sequence[int], names: Sequence[str]
) -> list[ChronologyMoment]:
    """The meetings that had a place on their agenda, on the panels that this person may see."""
    rows = await database.fetch(
        "SELECT m.id, m.panel, p.name, m.starts_at, m.date_only, m.status, i.reason FROM agenda_item i "
        f"JOIN meeting m ON m.id = i.meeting JOIN panel p ON p.id = m.panel WHERE {ABOUT_PLACE} "
        "AND i.status = 'on-agenda' AND (m.status = 'held' "
        f"OR (m.status = 'agenda-issued' AND i.first_issued_in IS NOT NULL)) AND {sees_item(3)}",
        list(place_ids),
        list(names),
        *seer(who),
    )
    return [
        ChronologyMoment(
            at=row["starts_at"],
            kind="panel",
            title=f"{'Discussed at' if row['status'] == 'held' else 'On the agenda of'} {row['name']}",
            words=row["reason"],
            url=f"/meetings/{row['id']}/hotspots",
            date_only=row["date_only"],
        )
        for row in rows
        if permits(who, Permission.SEE_MEETING, Scope(panel_ids=frozenset({row["panel"]})))
    ]
