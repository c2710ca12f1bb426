"""The run of reminders over 50,000 open actions of 500 people, day by day up the ladder, and undone in the end."""

from collections.abc import AsyncIterator
from datetime import date, datetime, time
from time import perf_counter

from app import database
from app.actions.digests.changes import send_digests
from app.london import LONDON, add_working_days, london_date
from benchmarks.authority import Built
from benchmarks.measuring import Measured, of_runs

ACTIONS = 50_000
PEOPLE = 500
DAYS = 12
"""Working days: the longest run is among the first ones, when everybody is told of everything that was overdue."""
AIM = 10_000

# Everybody has a line lead and every agency two leads; one action in five names its agency alone, one in ten is urgent.
SET = """
    WITH made AS (
        INSERT INTO person (email, name, agency, roles)
        SELECT 'reminded-' || n || '@bench.example.org', 'Sample Person ' || n, 1 + n % 5,
            CASE WHEN n <= 10 THEN ARRAY['agency-lead'] ELSE ARRAY[]::text[] END
        FROM generate_series(1, $1::int) n RETURNING id, agency
    ), numbered AS (SELECT id, agency, row_number() OVER (ORDER BY id) - 1 AS n FROM made)
    INSERT INTO action (panel, text, owner, agency, issued_on, due_on, original_due_on, priority)
    SELECT (SELECT id FROM panel ORDER BY id LIMIT 1 OFFSET a.n % 8), 'Sample action ' || a.n,
        CASE WHEN a.n % 5 > 0 THEN p.id END, p.agency, $3::date - 90, $3::date + d, $3::date + d,
        CASE WHEN a.n % 10 = 0 THEN 'urgent' ELSE 'routine' END
    FROM (SELECT n, ((n * 7919) % 100)::int - 80 AS d FROM generate_series(1, $2::bigint) n) a
    JOIN numbered p ON p.n = a.n % $1::int
"""
LEAD = """
    UPDATE person p SET line_lead = (SELECT min(l.id) + p.id % 10 FROM person l WHERE l.email LIKE 'reminded-%')
    WHERE p.email LIKE 'reminded-%' AND p.id % 20 > 9
"""


class _Undone(Exception):
    """Takes everything back."""


async def measure_reminders(built: Built, only: str) -> AsyncIterator[Measured]:
    what = f"reminders over {ACTIONS:,} actions"
    if only not in what:
        return
    took: list[float] = []
    sent: list[int] = []
    try:
        async with database.transaction():
            today = london_date(built.now)
            await database.execute(SET, PEOPLE, ACTIONS, today)
            await database.execute(LEAD)
            for number in range(1, DAYS + 1):
                day = add_working_days(today, number)
                start = perf_counter()
                sent.append(await send_digests(_morning(day), "https://homeward.example.org"))
                took.append((perf_counter() - start) * 1000)
            raise _Undone
    except _Undone:
        note = f"{sent[0]:,} digests on the first day, {sum(sent):,} in all; the longest took {max(took):,.0f} ms"
        yield of_runs(what, took, AIM, note)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(8, 5), LONDON)
