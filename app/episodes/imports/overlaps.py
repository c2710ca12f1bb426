"""Warnings about episodes of one child that overlap, after the staged ones are in. Writes nothing."""

from app import database

_UNTIL = (
    "coalesce(e.returned_at, (e.end_unknown_after + 1)::timestamp AT TIME ZONE 'Europe/London', 'infinity')"
)

# Curfew breaches run beside missing episodes and are never counted with them. Of a child's other episodes only those
# between its first staged start and its last staged end can meet a staged one.
_AROUND = f"""
WITH staged AS (
    SELECT s.child, min(e.started_at) AS first_at, max({_UNTIL}) AS last_until
    FROM staged_episode s JOIN episode e ON e.id = s.episode WHERE s.refused IS NULL GROUP BY s.child
), around AS (
    SELECT e.id, e.child, e.started_at, e.returned_at, s.row, {_UNTIL} AS until
    FROM staged JOIN episode e ON e.child = staged.child LEFT JOIN staged_episode s ON s.episode = e.id
    WHERE e.merged_into IS NULL AND e.category <> 'curfew'
      AND e.started_at <= staged.last_until AND {_UNTIL} >= staged.first_at
), met AS (
    SELECT *,
        max(until) OVER earlier > started_at AS meets_earlier,
        min(started_at) FILTER (WHERE row IS NULL) OVER later < until AS meets_later
    FROM around
    WINDOW earlier AS (PARTITION BY child ORDER BY started_at, until, id
                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
           later AS (PARTITION BY child ORDER BY started_at, until, id
                     ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
)
SELECT met.row, other.started_at, other.returned_at IS NULL AND other.started_at <= met.started_at AS is_open,
       to_char(other.started_at AT TIME ZONE 'Europe/London', 'FMDD Month YYYY') AS began
FROM met CROSS JOIN LATERAL (
    SELECT o.started_at, o.returned_at FROM episode o
    WHERE o.child = met.child AND o.id <> met.id AND o.merged_into IS NULL AND o.category <> 'curfew'
      AND o.started_at < met.until
      AND coalesce(o.returned_at, (o.end_unknown_after + 1)::timestamp AT TIME ZONE 'Europe/London', 'infinity')
          > met.started_at
      AND (o.started_at <= met.started_at OR NOT EXISTS (SELECT FROM staged_episode x WHERE x.episode = o.id))
    ORDER BY o.started_at DESC LIMIT 1
) other
WHERE met.row IS NOT NULL AND (meets_earlier OR meets_later)
ORDER BY met.row
"""


async def overlap_warnings() -> list[tuple[int, str]]:
    """The staged rows that overlap an episode stored before or an earlier one of the file, one warning each."""
    await database.execute("CREATE INDEX ON staged_episode (episode)")
    return [
        (
            found["row"],
            f"The episode that began on {' '.join(found['began'].split())} is still open."
            if found["is_open"]
            else f"Overlaps the episode that began on {' '.join(found['began'].split())} (rule 574).",
        )
        for found in await database.fetch(_AROUND)
    ]
