"""Builds an authority of invented children, in SQL and from a fixed seed; its days lie before the one of measuring."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg

from app.london import london_date
from app.web.sessions import hash_token
from benchmarks.sizes import Size

SEED = 0.1729
CHAIR, MANAGER, MINUTE_TAKER, POLICE, CONVENER = 1, 2, 3, 4, 5
ITEMS_ON_THE_PAGE = 30
FEED_TOKEN = "calendar-of-the-police"
FEED_MEETINGS = 200
SPELL = 540
"""Days in which one child's episodes fall."""

TABLES = (
    "agency",
    "person",
    "seat",
    "child",
    "episode",
    "interview",
    "interview_episode",
    "risk_assessment",
    "referral",
    "briefing",
    "briefing_decision",
    "panel_case",
    "case_check",
    "place",
    "place_name",
    "meeting",
    "calendar_feed",
    "agenda_item",
    "agenda_version",
    "contribution",
    "attendance",
    "minutes",
    "discussion",
    "discussion_revision",
    "action",
    "action_update",
    "history_entry",
)

STEPS = Path(__file__).with_name("authority.sql")


@dataclass(frozen=True)
class Built:
    """What the measurements name. `coming` is each panel's next meeting by slug, `issued` one whose agenda is out."""

    size: Size
    now: datetime
    coming: dict[str, int]
    held: int
    items: list[int]
    child: int
    issued: int
    case: int
    place: int


async def build(connection: asyncpg.Connection, size: Size, now: datetime) -> Built:
    """Fills a migrated, empty database."""
    words = {
        "now": now.isoformat(),
        "today": london_date(now).isoformat(),
        "days": size.years * 365,
        "spell": SPELL,
        "places": 40 + size.children // 200,
        "items": ITEMS_ON_THE_PAGE,
        "chair": CHAIR,
        "minute_taker": MINUTE_TAKER,
        "police": POLICE,
        "convener": CONVENER,
        "feed": FEED_MEETINGS,
        "feed_hash": hash_token(FEED_TOKEN),
        **{name: getattr(size, name) for name in ("children", "episodes", "cases", "meetings", "actions")},
        **{name: getattr(size, name) for name in ("people", "entries")},
    }
    await connection.execute("SET session_replication_role = replica; SET synchronous_commit = off")
    await connection.execute("SET maintenance_work_mem = '256MB'; SET work_mem = '64MB'; SET jit = off")
    async with connection.transaction():
        indexes = await _drop_indexes(connection)
        defaults = await _record_at(connection, now - timedelta(days=size.years * 365))
        await connection.execute(f"SELECT setseed({SEED})")
        for statement in STEPS.read_text().format(**words).rstrip(";\n").split(";\n"):
            await connection.execute(statement)
        for statement in (*indexes, *defaults):
            await connection.execute(statement)
        for table in TABLES:
            await connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), coalesce(max(id), 1)) FROM {table}"
            )
    await connection.execute("VACUUM ANALYZE")
    await connection.execute("CHECKPOINT")
    return await find(connection, size, now)


async def _drop_indexes(connection: asyncpg.Connection) -> list[str]:
    """Takes the indexes off that back no constraint and returns how to make them again: loading is faster without."""
    rows = await connection.fetch(
        "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.schemaname = 'public' AND i.tablename = ANY($1) "
        "AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = i.indexname)",
        list(TABLES),
    )
    for row in rows:
        await connection.execute(f'DROP INDEX "{row["indexname"]}"')
    return [row["indexdef"] for row in rows]


async def _record_at(connection: asyncpg.Connection, at: datetime) -> list[str]:
    """What is built counts as recorded before it all happened, unless it says when; returns how to end that again."""
    rows = await connection.fetch(
        "SELECT table_name, column_default FROM information_schema.columns WHERE table_schema = 'public' "
        "AND column_name = 'recorded_at' AND table_name = ANY($1)",
        list(TABLES),
    )
    for row in rows:
        await connection.execute(
            f"ALTER TABLE {row['table_name']} ALTER recorded_at SET DEFAULT timestamptz '{at.isoformat()}'"
        )
    return [
        f"ALTER TABLE {row['table_name']} ALTER recorded_at SET DEFAULT {row['column_default']}"
        for row in rows
    ]


async def find(connection: asyncpg.Connection, size: Size, now: datetime) -> Built:
    """What there is to name in an authority that was built at this instant."""
    coming = await connection.fetch(
        "SELECT p.slug, m.id FROM meeting m JOIN panel p ON p.id = m.panel "
        "WHERE m.starts_at > $1 AND m.status = 'planned' ORDER BY m.starts_at DESC",
        now,
    )
    issued = await connection.fetchval("SELECT max(id) FROM meeting WHERE status = 'agenda-issued'")
    case = await connection.fetchval("SELECT max(id) FROM panel_case WHERE recall_of IS NOT NULL")
    place = await connection.fetchval(
        "SELECT place FROM place_name GROUP BY place ORDER BY count(*) DESC LIMIT 1"
    )
    held = await connection.fetchval(
        "SELECT m.id FROM meeting m JOIN panel p ON p.id = m.panel WHERE p.slug = 'mace' AND m.starts_at < $1 "
        "ORDER BY m.starts_at DESC LIMIT 1",
        now,
    )
    items = await connection.fetch("SELECT id FROM agenda_item WHERE meeting = $1 ORDER BY position", held)
    child = await connection.fetchval(
        "SELECT e.child FROM episode e JOIN agenda_item i ON i.child = e.child WHERE e.started_at > $1 "
        "GROUP BY e.child ORDER BY abs(count(*) - 15), e.child LIMIT 1",
        now - timedelta(days=365 * size.years),
    )
    next_ones = {row["slug"]: row["id"] for row in coming if row["slug"] != "general"}
    return Built(size, now, next_ones, held, [r["id"] for r in items], child, issued, case, place)
