"""Gathers the pack of a meeting for one reader: what the reader may see, as it was when the meeting began."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from app import database
from app.access import Identity
from app.episodes.children.queries import FINAL_FIRST
from app.lifecycle import Refused
from app.london import london_date
from app.panels.agenda.queries import beside_children, items_of, terms_of
from app.panels.agenda.rules import interview_state, seen_by
from app.panels.carried.rules import EarlierActions, Heading, earlier_actions
from app.panels.contributions.queries import contributions_for
from app.panels.handed_in import CarriedAction, handed_in
from app.panels.hotspots.queries import hotspots_of
from app.panels.meetings.rules import MeetingFacts, MeetingStatus
from app.panels.packs.rules import Pack, PackEpisode, PackItem, since_when
from app.panels.recalls.queries import recalled_on_panel
from app.panels.restricting.queries import hidden_items, seer, sees_item
from app.panels.restricting.rules import as_seen
from app.panels.versions.queries import latest_version
from app.panels.versions.rules import VersionFacts, snapshot


async def pack_for(who: Identity, meeting: MeetingFacts, authority: str, now: datetime) -> Pack:
    """The pack of the agenda as last issued, or as it was held. Raises Refused while neither is there."""
    version = await latest_version(meeting.id)
    if version is None and meeting.status != MeetingStatus.HELD:
        raise Refused(
            "The agenda of this meeting has not been issued yet. Its pack can be opened once it is."
        )
    terms = await terms_of(meeting)
    items, earlier = await _items(who, meeting, version, now)
    return Pack(
        meeting=meeting,
        authority=authority,
        version=version.number if version else 0,
        issued_at=version.issued_at if version else None,
        issued_by=version.issued_by if version else "",
        rule=terms.words(),
        rule_version=terms.rule_version,
        quorum=terms.quorum,
        required_agencies=terms.required_agencies,
        reader=who.name,
        opened_at=now,
        items=tuple(items),
        earlier=tuple(earlier),
    )


async def _items(
    who: Identity, meeting: MeetingFacts, version: VersionFacts | None, now: datetime
) -> tuple[list[PackItem], Sequence[CarriedAction]]:
    """The items, and the earlier actions that come under none of them."""
    issued = version.items if version else snapshot(await items_of(meeting.id))
    rows = as_seen(issued, await hidden_items(who, meeting.id))
    ids = sorted({row["child"] for row in rows if row["child"]})
    children = seen_by(who, meeting.panel_id, await beside_children(meeting, ids, now, who))
    discussed = await _last_discussed(who, meeting, ids)
    since = {child: since_when(discussed.get(child), meeting.starts_at) for child in ids}
    listed = {episode for row in rows for episode in row["episode_ids"]}
    known_at = min(now, meeting.starts_at)
    episodes = await _episodes(since, listed, known_at)
    statuses = await _legal_statuses(meeting, ids)
    recalls = await recalled_on_panel(who, meeting.panel_id, ids, london_date(known_at))
    contributions = await contributions_for(who, meeting)
    hotspots = {one.item_id: one for one in await hotspots_of(who, meeting, now, prepares=False)}
    earlier = await _earlier(who, meeting, rows)
    at, items = meeting.starts_at, []
    for number, row in enumerate(rows, 1):
        child = row["child"]
        items.append(
            PackItem(
                id=row["item"],
                number=number,
                kind=row["kind"],
                title=row["title"],
                at=at,
                minutes=row["minutes"],
                reason=row["reason"],
                brought_forward=row["brought_forward"],
                child=children.get(child),
                legal_status=statuses.get(child, ""),
                discussed_at=discussed.get(child),
                since=since.get(child),
                episodes=tuple(episodes.get(child, ())),
                recall=recalls.get(child),
                contributions=tuple(contributions.get(row["item"], ())),
                hotspot=hotspots.get(row["item"]),
                earlier=tuple(earlier.of(row["item"])),
            )
        )
        at += timedelta(minutes=row["minutes"])
    return items, earlier.rest


async def _earlier(
    who: Identity, meeting: MeetingFacts, rows: Sequence[Mapping[str, Any]]
) -> EarlierActions[int]:
    hidden = {item.id for item in await items_of(meeting.id) if item.restricted}
    return earlier_actions(
        await handed_in.carried_actions(who, meeting.id),
        [
            Heading(
                row["item"],
                row["kind"],
                row["child"],
                row["title"],
                row.get("standing", ""),
                row["item"] in hidden,
            )
            for row in rows
        ],
    )


LAST_DISCUSSED = f"""
    SELECT i.child, max(m.starts_at) AS at FROM agenda_item i JOIN meeting m ON m.id = i.meeting
    WHERE i.child = ANY($1::bigint[]) AND m.panel = $2 AND m.status = 'held' AND i.status = 'on-agenda'
      AND m.starts_at < $3 AND m.id <> $4 AND {sees_item(5)}
    GROUP BY i.child
"""


async def _last_discussed(
    who: Identity, meeting: MeetingFacts, child_ids: Sequence[int]
) -> dict[int, datetime]:
    """By child, when this panel last had it on its agenda, as far as the reader may know."""
    rows = await database.fetch(
        LAST_DISCUSSED, list(child_ids), meeting.panel_id, meeting.starts_at, meeting.id, *seer(who)
    )
    return {row["child"]: row["at"] for row in rows}


EPISODES = f"""
    SELECT e.id, e.child, e.category, e.started_at, e.returned_at, e.date_only, e.end_unknown_after,
           e.missing_from, e.found_at, v.outcome
    FROM unnest($1::bigint[], $2::timestamptz[]) AS asked(child, since)
    JOIN episode e ON e.child = asked.child
    LEFT JOIN LATERAL (
        SELECT n.outcome FROM interview_episode ie JOIN interview n ON n.id = ie.interview WHERE ie.episode = e.id
        ORDER BY {FINAL_FIRST} LIMIT 1) v ON true
    WHERE e.merged_into IS NULL AND e.started_at < $3
      AND (e.started_at >= asked.since OR e.id = ANY($4::bigint[])
           OR (e.end_unknown_after IS NULL AND (e.returned_at IS NULL OR e.returned_at >= asked.since)))
    ORDER BY e.child, e.started_at DESC, e.id DESC
"""


async def _episodes(
    since: Mapping[int, datetime], listed: Collection[int], known_at: datetime
) -> dict[int, list[PackEpisode]]:
    """By child, latest first: those that began or ended since then, and those that put the child on the agenda."""
    rows = await database.fetch(EPISODES, list(since), list(since.values()), known_at, sorted(listed))
    found: dict[int, list[PackEpisode]] = defaultdict(list)
    for row in rows:
        found[row["child"]].append(_episode(row, known_at))
    return found


def _episode(row: Mapping[str, Any], known_at: datetime) -> PackEpisode:
    returned_at = row["returned_at"] if row["returned_at"] and row["returned_at"] <= known_at else None
    is_missing = row["category"] == "missing"
    return PackEpisode(
        id=row["id"],
        category=row["category"],
        started_at=row["started_at"],
        returned_at=returned_at,
        date_only=tuple(row["date_only"]),
        end_unknown=row["end_unknown_after"] is not None,
        missing_from=row["missing_from"],
        found_at=row["found_at"],
        interview=interview_state(returned_at, row["outcome"], known_at) if is_missing else "",
    )


LEGAL_STATUSES = """
    SELECT c.id, coalesce(e.legal_status, c.legal_status) AS legal_status FROM child c
    LEFT JOIN LATERAL (
        SELECT legal_status FROM episode WHERE child = c.id AND merged_into IS NULL AND started_at < $2
        ORDER BY started_at DESC LIMIT 1) e ON true
    WHERE c.id = ANY($1::bigint[])
"""


async def _legal_statuses(meeting: MeetingFacts, child_ids: Sequence[int]) -> dict[int, str]:
    """What came with the latest episode, else the child's own."""
    rows = await database.fetch(LEGAL_STATUSES, list(child_ids), meeting.starts_at)
    return {row["id"]: row["legal_status"] for row in rows}
