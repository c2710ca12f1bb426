"""The clocks that run now, over all children or some; and the interview's clock as SQL for counts."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from app import database
from app.episodes.children.queries import FINAL_FIRST
from app.episodes.clocks.rules import INTERVIEW_CLOCK_DAYS, INTERVIEW_HOURS, Clock, next_due, open_clocks
from app.episodes.rules import EpisodeFacts, told_or_childs

_EPISODE = [one.name for one in fields(EpisodeFacts)]

# Only narrows: what runs is for the rule to say. An outcome other than pending has settled the interview.
_RUNNING = f"""
    SELECT {", ".join(f"e.{name}" for name in _EPISODE)}, c.id AS child_id, c.name, c.child_ref, c.born_on,
           c.legal_status AS childs_legal_status, final.outcome, offers.offered_at, p.name AS confirmed_by
    FROM episode e JOIN child c ON c.id = e.child
    LEFT JOIN person p ON p.id = e.confirmed_missing_by
    LEFT JOIN LATERAL (
        SELECT n.outcome FROM interview_episode ie JOIN interview n ON n.id = ie.interview WHERE ie.episode = e.id
        ORDER BY {FINAL_FIRST} LIMIT 1) final ON e.returned_at IS NOT NULL
    LEFT JOIN LATERAL (
        SELECT min(n.offered_at) AS offered_at FROM interview_episode ie JOIN interview n ON n.id = ie.interview
        WHERE ie.episode = e.id) offers ON e.returned_at IS NOT NULL
    WHERE e.category = 'missing' AND e.merged_into IS NULL AND e.end_unknown_after IS NULL
      AND e.started_at <= $1 AND (e.returned_at IS NULL OR (e.returned_at >= $2 AND e.returned_at <= $1))
      AND (e.returned_at IS NULL OR final.outcome IS NULL OR final.outcome = 'pending')
"""


@dataclass(frozen=True)
class RunningClocks:
    """An episode on which something runs, with its child. `due_at`: the next deadline; None when all is answered."""

    child_id: int
    name: str
    child_ref: str
    born_on: date | None
    episode: EpisodeFacts
    clocks: tuple[Clock, ...]
    due_at: datetime | None
    confirmed_by: str = ""

    @property
    def known_as(self) -> str:
        return self.name or self.child_ref

    def overdue(self, now: datetime) -> list[Clock]:
        """What is overdue, the statutory clock of the interview alone where both of its clocks are."""
        return [one for one in self.clocks if one.is_overdue(now) and one.kind != "interview-told"]


async def running_clocks(
    child_ids: Collection[int] | None, now: datetime, *, away_alone: bool = False
) -> list[RunningClocks]:
    """Every episode on which a clock runs, by its next deadline; those with everything answered last.

    `child_ids`: of these children; None: of all. `away_alone`: of children who have not returned.
    """
    values: list[object] = [now, now - timedelta(days=INTERVIEW_CLOCK_DAYS)]
    narrowed = " AND e.returned_at IS NULL" if away_alone else ""
    if child_ids is not None:
        values.append(sorted(child_ids))
        narrowed += " AND e.child = ANY($3::bigint[])"
    found = []
    for row in await database.fetch(_RUNNING + narrowed, *values):
        episode = EpisodeFacts(
            **{name: row[name] for name in _EPISODE} | {"date_only": tuple(row["date_only"])}
        )
        in_care = told_or_childs(episode.legal_status, row["childs_legal_status"]) == "cla"
        clocks = open_clocks(episode, row["outcome"], row["offered_at"], in_care, now)
        if clocks:
            found.append(
                RunningClocks(
                    row["child_id"],
                    row["name"],
                    row["child_ref"],
                    row["born_on"],
                    episode,
                    tuple(clocks),
                    next_due(clocks),
                    row["confirmed_by"] or "",
                )
            )
    return sorted(
        found, key=lambda one: (one.due_at is None, one.due_at or one.episode.started_at, one.episode.id)
    )


async def overdue_clocks(child_ids: Collection[int], now: datetime) -> list[RunningClocks]:
    """Of these children, the episodes with something overdue: children still away first, then the longest overdue."""
    if not child_ids:
        return []
    overdue = [one for one in await running_clocks(child_ids, now) if one.overdue(now)]
    return sorted(overdue, key=lambda one: one.episode.returned_at is not None)


def interview_due_in_sql(episode: str) -> str:
    """SQL for `rules.interview_due_at` of the returned episode with this alias."""
    return (
        f"(CASE WHEN 'returned_at' = ANY({episode}.date_only) THEN {_end_of_day(f'{episode}.returned_at')} "
        f"ELSE {episode}.returned_at END + interval '{INTERVIEW_HOURS} hours')"
    )


def told_at_in_sql(episode: str) -> str:
    """SQL for `rules.told_at` of the returned episode with this alias, whose notice came with a time."""
    e, told_on, back_on = episode, _day(f"{episode}.la_notified_at"), _day(f"{episode}.returned_at")
    return (
        f"(CASE WHEN 'returned_at' <> ALL({e}.date_only) THEN greatest({e}.la_notified_at, {e}.returned_at) "
        f"WHEN {told_on} >= {back_on} THEN {e}.la_notified_at ELSE {_end_of_day(f'{e}.returned_at')} END)"
    )


def _day(instant: str) -> str:
    return f"({instant} AT TIME ZONE 'Europe/London')::date"


def _end_of_day(instant: str) -> str:
    return f"(({_day(instant)} + 1)::timestamp AT TIME ZONE 'Europe/London')"
