"""Looks words up in what a person may see of agendas and minutes, and reads the texts around them. No writes."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from app import database
from app.access import Identity, Permission, permits
from app.episodes.children.queries import children_found
from app.episodes.queries import child_for
from app.lifecycle import Forbidden, Invisible
from app.london import day_start
from app.minutes.handed_in import handed_in
from app.minutes.search.rules import (
    ACTION,
    AGENDA,
    BEST,
    EVERYTHING,
    MINUTES,
    MOST_FOUND,
    Asked,
    Found,
    Hit,
    Limits,
    Query,
    asked_from_kept,
    panels_where,
    put_together,
    stems_in,
)
from app.panels.restricting.queries import seer, sees_item

FIRST_LOOK = 60
"""So many of the newest meetings are gone through before all others."""

# Words are looked up by their stems and, for names, as they are. What leaves words out is taken by stems alone: a name
# that is not there as it stands would let every text through.
QUERY = """
    WITH q AS (
        SELECT websearch_to_tsquery('english', $1) AS stems, websearch_to_tsquery('simple', $1) AS plain
    ), wanted AS (
        SELECT numnode(stems) = 0 AS is_common, CASE WHEN numnode(stems) = 0 THEN plain
            WHEN strpos(plain::text, '!') > 0 THEN stems ELSE stems || plain END AS query FROM q
    )
    SELECT query::text AS wanted, querytree(query) AS tree, is_common, array_to_string(ARRAY(
        SELECT DISTINCT m[1] FROM regexp_matches(querytree(query), '(''(?:[^'']|'''')*'')', 'g') m), ' | ') AS any_of
    FROM wanted
"""


async def query_of(words: str) -> Query | None:
    """The words as PostgreSQL looks for them; None where nothing is left to find: signs, or words to leave out."""
    if not words:
        return EVERYTHING
    row = await database.fetch_one(QUERY, words)
    assert row is not None
    if not row["any_of"]:
        return None
    return Query(row["wanted"], row["any_of"], stems_in(row["any_of"]), row["is_common"])


async def panels() -> dict[int, str]:
    """The name of every panel by its id, in the order of names."""
    rows = await database.fetch("SELECT id, name FROM panel ORDER BY name, id")
    return {row["id"]: row["name"] for row in rows}


async def children_named(who: Identity, text: str) -> list[int]:
    """The ids of the children whom this person may see and who have this number, or this in their name or reference."""
    if not permits(who, Permission.SEE_CHILD):
        return []
    if text.isdecimal() and len(text) < 10:
        try:
            return [(await child_for(who, int(text))).id]
        except (Invisible, Forbidden):
            return []
    return [line.id for line in await children_found(who, text)]


async def limits_of(asked: Asked, children: list[int] | None) -> Limits:
    return Limits(
        list(await panels()),
        asked.panel,
        day_start(asked.from_on) if asked.from_on else None,
        day_start(asked.to_on + timedelta(days=1)) if asked.to_on and asked.to_on < date.max else None,
        children,
    )


HITS = f"""
    WITH newest AS (
        SELECT s.id, s.kind, s.agenda_item, m.id AS meeting, m.panel, m.starts_at
        FROM searchable s JOIN meeting m ON m.id = s.meeting LEFT JOIN minutes n ON n.meeting = m.id
        WHERE {{words}} AND m.panel = ANY($2) AND ($3::bigint IS NULL OR m.panel = $3)
            AND ($4::timestamptz IS NULL OR m.starts_at >= $4) AND ($5::timestamptz IS NULL OR m.starts_at < $5)
            AND ($6::bigint[] IS NULL OR s.agenda_item = ANY(ARRAY(
                SELECT id FROM agenda_item WHERE child = ANY($6))))
            AND ($15::bigint[] IS NULL OR s.meeting = ANY($15))
            AND s.kind = ANY($7) AND CASE s.kind
                WHEN 'minutes' THEN m.panel = ANY($8) AND (m.panel = ANY($9) OR n.status = 'circulated')
                    AND NOT coalesce(n.taker IS NULL AND n.content IS NULL AND n.status <> 'draft', false)
                ELSE s.issued OR (m.status IN ('planned', 'agenda-issued') AND m.panel = ANY($10))
                    OR (m.status = 'held' AND NOT EXISTS (SELECT FROM agenda_version v WHERE v.meeting = m.id)) END
            AND s.agenda_item NOT IN (SELECT agenda_item FROM searchable_waiting)
            AND s.agenda_item NOT IN (SELECT i.id FROM agenda_item i JOIN meeting m ON m.id = i.meeting
                WHERE i.restricted AND NOT {sees_item(11)})
            AND {sees_item(11, "s")}
        ORDER BY m.starts_at DESC, m.id DESC LIMIT {MOST_FOUND + 1}
    )
    SELECT n.kind, n.agenda_item AS id, n.panel AS panel_id, n.meeting AS meeting_id, n.starts_at AS at,
        {{rank}} AS rank, i.position
    FROM newest n JOIN searchable s ON s.id = n.id JOIN agenda_item i ON i.id = n.agenda_item
"""
WITH_WORDS = "s.words @@ $1::tsquery"
IN_A_FEW = "(s.words @@ $1::tsquery) IS TRUE"
"""The same without the index of all words, which takes longer than going through a few meetings."""
WITHOUT_WORDS = "$1::text IS NULL"
RANK = "ts_rank(s.words, $1::tsquery, 1)"


async def hits_in_meetings(who: Identity, asked: Asked, query: Query, limits: Limits) -> list[Hit]:
    """The newest agenda items and minuted items with these words that this person may read, 501 at most."""
    kinds = [kind for kind in (MINUTES, AGENDA) if asked.wants(kind)]
    sees = panels_where(who, Permission.SEE_MEETING, limits.panels)
    if not kinds or not sees:
        return []
    return await database.fetch_as(
        Hit,
        HITS.format(
            words=_words(query, limits),
            rank=RANK if asked.order == BEST and query.wanted else "0::float4",
        ),
        query.wanted,
        sees,
        limits.panel,
        limits.begins,
        limits.ends,
        limits.children,
        kinds,
        *(
            panels_where(who, permission, sees)
            for permission in (
                Permission.SEE_MINUTES,
                Permission.SEE_DRAFT_MINUTES,
                Permission.PREPARE_AGENDA,
            )
        ),
        *seer(who),
        limits.among,
    )


def _words(query: Query, limits: Limits) -> str:
    if not query.wanted:
        return WITHOUT_WORDS
    return IN_A_FEW if limits.among and len(limits.among) == FIRST_LOOK else WITH_WORDS


async def found(who: Identity, asked: Asked, query: Query, children: list[int] | None) -> Found:
    """Everything of minutes, agendas and actions that this person may see and that holds the words.

    What is listed of a word that everybody uses is found in the newest meetings already: these are gone through
    first, and of the rest as many as the word's frequency in them calls for.
    """
    limits = await limits_of(asked, children)
    look, meetings = FIRST_LOOK, 0 if children else await _meetings(who, limits)
    while 2 * look < meetings:
        newest = await _newest(who, limits, look)
        hits = await _hits(
            who, asked, query, replace(limits, begins=newest[-1][1], among=[id for id, _ in newest])
        )
        if len(hits) > MOST_FOUND:
            return put_together(hits, asked.order)
        look = max(4 * look, 2 * look * MOST_FOUND // max(len(hits), 1))
    return put_together(await _hits(who, asked, query, limits), asked.order)


async def _hits(who: Identity, asked: Asked, query: Query, limits: Limits) -> list[Hit]:
    hits = await hits_in_meetings(who, asked, query, limits)
    return hits + (await handed_in.find_actions(who, asked, query, limits) if asked.wants(ACTION) else [])


IN_REACH = (
    "FROM meeting WHERE panel = ANY($1) AND ($2::bigint IS NULL OR panel = $2) "
    "AND ($3::timestamptz IS NULL OR starts_at >= $3) AND ($4::timestamptz IS NULL OR starts_at < $4)"
)


def _reach(who: Identity, limits: Limits) -> list[Any]:
    return [
        panels_where(who, Permission.SEE_MEETING, limits.panels),
        limits.panel,
        limits.begins,
        limits.ends,
    ]


async def _meetings(who: Identity, limits: Limits) -> int:
    counted: int = await database.fetch_value(f"SELECT count(*) {IN_REACH}", *_reach(who, limits))
    return counted


async def _newest(who: Identity, limits: Limits, meetings: int) -> list[tuple[int, datetime]]:
    """Id and beginning of so many of the newest meetings, newest first."""
    rows = await database.fetch(
        f"SELECT id, starts_at {IN_REACH} ORDER BY starts_at DESC, id DESC LIMIT $5",
        *_reach(who, limits),
        meetings,
    )
    return [(row["id"], row["starts_at"]) for row in rows]


async def asked_by(who: Identity, search_id: int) -> Asked:
    """A search that this person asked. Raises Invisible for anybody else's, and for one that is forgotten."""
    kept = await database.fetch_value(
        "SELECT asked FROM search_asked WHERE id = $1 AND person = $2", search_id, who.person_id
    )
    if kept is None:
        raise Invisible
    return asked_from_kept(kept)
