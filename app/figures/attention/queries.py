"""Reads what is late now: minutes by stage, actions by agency, reviews by panel. Each as this person may see it."""

from datetime import date, datetime

from app import database
from app.access import Identity, Permission, permits
from app.actions.overview.queries import counts_of, groups_of
from app.actions.overview.rules import OVERDUE, ActionChoice
from app.figures.attention.rules import (
    PROMPTNESS,
    Attention,
    Counted,
    ReviewsOverdue,
    late_minutes,
    overdue_actions,
    overdue_reviews,
)
from app.london import day_start, london_date
from app.minutes.promptness.queries import minuted_meetings
from app.minutes.promptness.rules import late_ones
from app.windows import year_so_far

ESCALATED = "escalated"


async def late_now(who: Identity, now: datetime) -> list[Attention]:
    """Minutes, actions and reviews of all panels that are late; for those who see every panel by their role."""
    today = london_date(now)
    return [
        *await _minutes(who, now, today),
        *await _actions(who, today),
        *overdue_reviews(await _reviews(today)),
    ]


async def _minutes(who: Identity, now: datetime, today: date) -> list[Attention]:
    """Those of the year with which the page of promptness begins, and how many older ones were never circulated."""
    year = year_so_far(today)
    late = late_ones(await minuted_meetings(year.first, year.last, now, unfinished=True))
    older = await database.fetch_value(
        "SELECT count(*) FROM meeting m LEFT JOIN minutes n ON n.meeting = m.id "
        "WHERE m.status = 'held' AND m.starts_at < $1 AND n.circulated_at IS NULL",
        day_start(year.first),
    )
    return late_minutes(late, older, PROMPTNESS if permits(who, Permission.SEE_PROMPTNESS) else "#minutes")


async def _actions(who: Identity, today: date) -> list[Attention]:
    groups = await groups_of(who, ActionChoice(state=OVERDUE, by="agency"), today)
    escalated = await counts_of(who, ActionChoice(state=ESCALATED), today)
    return overdue_actions(
        [Counted(group.name, group.counts[OVERDUE]) for group in groups if group.counts[OVERDUE]],
        escalated[ESCALATED],
    )


async def _reviews(today: date) -> list[ReviewsOverdue]:
    """The panel with the most first."""
    return await database.fetch_as(
        ReviewsOverdue,
        "SELECT p.slug, p.name, count(*) AS number, min(k.next_review_on) AS oldest_on "
        "FROM panel_case k JOIN panel p ON p.id = k.panel "
        "WHERE k.closed_on IS NULL AND k.next_review_on < $1 GROUP BY p.id ORDER BY number DESC, p.name",
        today,
    )
