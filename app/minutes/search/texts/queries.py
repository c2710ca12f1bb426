"""Reads the texts of what was found, as its reader may see them, and marks the words in them. No writes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app import database
from app.access import Identity
from app.minutes.corrections.queries import addenda_by_item
from app.minutes.discussion.queries import DISCUSSION, Discussion
from app.minutes.discussion.rules import MARKED_FIELDS, heading_of
from app.minutes.fixed_text.rules import MinutedItem, printed_item
from app.minutes.handed_in import handed_in
from app.minutes.marking.rules import hidden_keys, seen_by
from app.minutes.search.rules import ACTION, MINUTES, Hit, Query
from app.minutes.search.texts.rules import CLOSING, OPENING, Passage, Shown


@dataclass(frozen=True)
class MeetingLine:
    """A meeting as the heading over what was found of it."""

    id: int
    panel_name: str
    panel_kind: str
    starts_at: datetime
    minutes_status: str


async def meetings_of(hits: Collection[Hit]) -> dict[int, MeetingLine]:
    rows = await database.fetch_as(
        MeetingLine,
        "SELECT m.id, p.name AS panel_name, p.kind AS panel_kind, m.starts_at, "
        "coalesce(n.status, '') AS minutes_status "
        "FROM meeting m JOIN panel p ON p.id = m.panel LEFT JOIN minutes n ON n.meeting = m.id "
        "WHERE m.id = ANY($1::bigint[])",
        [hit.meeting_id for hit in hits if hit.meeting_id],
    )
    return {row.id: row for row in rows}


async def shown_of(
    who: Identity, hits: Sequence[Hit], meetings: Mapping[int, MeetingLine]
) -> dict[tuple[str, int], Shown]:
    """What each hit leads to, with the texts in which the reader may look for the words."""
    in_meetings = {hit.id: hit for hit in hits if hit.kind != ACTION}
    rows = await database.fetch_as(
        Discussion, DISCUSSION + "WHERE i.id = ANY($1::bigint[])", list(in_meetings)
    )
    items = {row.item_id: row for row in rows}
    addenda = await addenda_by_item(who, [hit.id for hit in hits if hit.kind == MINUTES])
    told: dict[tuple[str, int], Shown] = {}
    for hit in hits:
        if hit.kind == ACTION or hit.id not in items or hit.meeting_id is None:
            continue
        item, meeting = items[hit.id], meetings[hit.meeting_id]
        if hit.kind == MINUTES:
            told[hit.kind, hit.id] = _of_minutes(who, item, meeting, addenda.get(hit.id, []))
        else:
            told[hit.kind, hit.id] = _of_agenda(item, meeting)
    actions = await handed_in.show_actions(who, [hit.id for hit in hits if hit.kind == ACTION])
    return told | {(ACTION, action_id): shown for action_id, shown in actions.items()}


def _of_agenda(item: Discussion, meeting: MeetingLine) -> Shown:
    return Shown(
        title=item.name,
        url=f"/meetings/{meeting.id}/agenda#item-{item.item_id}",
        about=item.child_ref if item.child_name else "",
        child_id=item.child_id,
        passages=[Passage("Listed because", item.reason)] if item.reason else [],
    )


def _of_minutes(
    who: Identity, item: Discussion, meeting: MeetingLine, addenda: Sequence[tuple[str, str]]
) -> Shown:
    """The item as the minutes print it, without the sections that are marked for others, and its addenda."""
    hidden = hidden_keys(item.said.marks, seen_by(who, item.panel_id))
    printed = printed_item(
        meeting.panel_kind,
        MinutedItem(
            id=item.item_id,
            number=0,
            kind=item.kind,
            title=item.title,
            child_id=item.child_id,
            child_ref=item.child_ref,
            child_name=item.child_name,
            reason=item.reason,
            said=item.said.leaving_out(hidden),
        ),
        [],
    )
    texts = [(section["key"], section["text"]) for section in printed["sections"]]
    texts += [(key, printed[key]) for key in MARKED_FIELDS]
    return Shown(
        title=item.name,
        url=f"/meetings/{meeting.id}/minutes/text#item-{item.item_id}",
        about=item.child_ref if item.child_name else "",
        status="" if meeting.minutes_status == "circulated" else meeting.minutes_status,
        child_id=item.child_id,
        passages=[
            *(Passage(heading_of(key), text) for key, text in texts if text),
            *(Passage(heading, words) for heading, words in addenda),
        ],
    )


HIGHLIGHTED = (
    "SELECT ts_headline('english', stretch, $2::tsquery, $3) AS marked "
    "FROM unnest($1::text[]) WITH ORDINALITY AS s(stretch, number) ORDER BY number"
)
OPTIONS = f'HighlightAll=true, StartSel="{OPENING}", StopSel="{CLOSING}"'


async def highlighted(texts: Sequence[str], query: Query) -> list[str]:
    """The same texts, every word asked for between OPENING and CLOSING."""
    if not query.any_of or not texts:
        return list(texts)
    rows = await database.fetch(HIGHLIGHTED, list(texts), query.any_of, OPTIONS)
    return [row["marked"] for row in rows]
