"""The clocks that run now, over all children or some; and the interview's clock as SQL for counts."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from app import database
from app.episodes.children.queries import FINAL_FIRST
from app.episodes.clocks.rules import (
    HIGH_RISK_NOTIFICATION_HOURS,
    INTERVIEW_CLOCK_DAYS,
    INTERVIEW_HOURS,
    STRATEGY_DISCUSSION_HOURS,
    Clock,
    next_due,
    open_clocks,
)
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
    child_ids: Collection[int] | None,
    now: datetime,
    *,
    away_alone: bool = False,
    episode_ids: Collection[int] | None = None,
) -> list[RunningClocks]:
    """Every episode on which a clock runs, by its next deadline; those with everything answered last.

    `child_ids`: of these children; None: of all. `away_alone`: of children who have not returned. `episode_ids`: of
    these episodes.
    """
    values: list[object] = [now, now - timedelta(days=INTERVIEW_CLOCK_DAYS)]
    narrowed = " AND e.returned_at IS NULL" if away_alone else ""
    if child_ids is not None:
        values.append(sorted(child_ids))
        narrowed += f" AND e.child = ANY(${len(values)}::bigint[])"
    if episode_ids is not None:
        values.append(sorted(episode_ids))
        narrowed += f" AND e.id = ANY(${len(values)}::bigint[])"
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


@dataclass(frozen=True)
class ClocksPage:
    """One page of the running clocks, and of how many episodes: all, of children away, with something overdue."""

    shown: list[RunningClocks]
    running: int
    missing: int
    overdue: int

    def total(self, show: str) -> int:
        """How many there are of a kind of SHOWN_IN_SQL."""
        of_kind = {"missing": self.missing, "returned": self.running - self.missing, "overdue": self.overdue}
        return of_kind.get(show, self.running)


SHOWN_IN_SQL = {"all": "true", "missing": "away", "returned": "NOT away", "overdue": "due_at < $1"}


async def page_of_clocks(show: str, now: datetime, *, page: int, per_page: int) -> ClocksPage:
    """The running clocks in the order of `running_clocks`, one page of them; `show` is a key of SHOWN_IN_SQL."""
    row = await database.fetch_one(
        _PAGE.format(shown=SHOWN_IN_SQL[show]),
        now,
        now - timedelta(days=INTERVIEW_CLOCK_DAYS),
        per_page,
        (page - 1) * per_page,
    )
    assert row is not None
    shown = await running_clocks(None, now, episode_ids=row.pop("ids"))
    return ClocksPage(shown, **row)


def due_while_away_in_sql(episode: str, child: str) -> str:
    """SQL for `rules.next_due` of an episode with this alias whose child has not returned; NULL: all is answered."""
    e, c = episode, child
    return (
        f"least(CASE WHEN {e}.strategy_discussion_at IS NULL THEN {e}.started_at + CASE WHEN {e}.immediate_concern "
        f"THEN interval '0' ELSE interval '{STRATEGY_DISCUSSION_HOURS} hours' END END, "
        f"CASE WHEN {e}.high_risk_notified_at IS NULL AND coalesce({e}.legal_status, {c}.legal_status) = 'cla' "
        f"THEN {e}.started_at + interval '{HIGH_RISK_NOTIFICATION_HOURS} hours' END)"
    )


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


_COUNTED = (
    "e.category = 'missing' AND e.merged_into IS NULL AND e.end_unknown_after IS NULL AND e.started_at <= $1"
)
_BACK = f"{_COUNTED} AND e.returned_at >= $2 AND e.returned_at <= $1"

# What runs, with no more than a page's order and counts need: the child is away; nobody has recorded an interview; or
# the final one is pending, and its clock is answered once one was offered.
_PAGE = f"""
    WITH running AS MATERIALIZED (
        SELECT e.id, e.started_at, true AS away, {due_while_away_in_sql("e", "c")} AS due_at
        FROM episode e JOIN child c ON c.id = e.child WHERE {_COUNTED} AND e.returned_at IS NULL
        UNION ALL
        SELECT e.id, e.started_at, false, {interview_due_in_sql("e")}
        FROM episode e WHERE {_BACK} AND NOT EXISTS (SELECT FROM interview_episode l WHERE l.episode = e.id)
        UNION ALL
        SELECT e.id, e.started_at, false, CASE WHEN said.offered_at IS NULL THEN {interview_due_in_sql("e")} END
        FROM episode e CROSS JOIN LATERAL (
            SELECT (array_agg(n.outcome ORDER BY {FINAL_FIRST}))[1] AS outcome, min(n.offered_at) AS offered_at
            FROM interview_episode l JOIN interview n ON n.id = l.interview WHERE l.episode = e.id) said
        WHERE {_BACK} AND said.outcome = 'pending' AND e.id IN (
            SELECT l.episode FROM interview n JOIN interview_episode l ON l.interview = n.id
            WHERE n.outcome = 'pending')
    )
    SELECT (SELECT count(*) FROM running) AS running, (SELECT count(*) FROM running WHERE away) AS missing,
           (SELECT count(*) FROM running WHERE due_at < $1) AS overdue,
           array(SELECT id FROM running WHERE {{shown}} ORDER BY due_at IS NULL, coalesce(due_at, started_at), id
                 LIMIT $3 OFFSET $4) AS ids
"""
