"""Reads for one item's discussion: what was said, what the records tell about the child. No writes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from app import database
from app.access import Identity
from app.episodes.children.queries import FINAL_FIRST
from app.lifecycle import Invisible
from app.minutes.discussion.rules import EpisodeTold, Said, said_from_text
from app.minutes.marking.rules import hidden_keys, marks_from_text, seen_by
from app.panels.meetings.rules import MeetingFacts
from app.panels.restricting.queries import seer, sees_item
from app.panels.restricting.rules import may_see_item

LOOK_BACK = timedelta(days=90)
"""How far back episodes are told where the panel has not discussed the child before."""


@dataclass(frozen=True)
class Discussion:
    """An item with what has been said of it. `version` 0 and no `id`: nothing yet."""

    item_id: int
    kind: str
    item_status: str
    title: str
    reason: str
    minutes: int
    child_id: int | None
    child_ref: str
    child_name: str
    born_on: date | None
    social_worker: str
    placement: str
    id: int | None
    version: int
    text: dict[str, Any]
    saved_by: int | None
    saved_by_name: str
    saved_at: datetime | None
    panel_id: int = 0
    restricted: bool = False
    allowed_people: Sequence[int] = ()
    allowed_agencies: Sequence[int] = ()
    standing_key: str = ""

    @property
    def said(self) -> Said:
        return said_from_text(self.text)

    @property
    def name(self) -> str:
        return self.child_name or self.child_ref or self.title


DISCUSSION = """
    SELECT i.id AS item_id, i.kind, i.status AS item_status, i.title, i.reason, i.minutes, i.child AS child_id,
           coalesce(c.child_ref, '') AS child_ref, coalesce(c.name, '') AS child_name, c.born_on,
           coalesce(c.social_worker, '') AS social_worker, coalesce(c.placement, '') AS placement,
           d.id, coalesce(d.version, 0) AS version, coalesce(r.text, '{}'::jsonb) AS text, r.saved_by,
           coalesce(p.name, '') AS saved_by_name, r.saved_at, m.panel AS panel_id,
           i.restricted, i.allowed_people, i.allowed_agencies, coalesce(i.standing_key, '') AS standing_key
    FROM agenda_item i JOIN meeting m ON m.id = i.meeting LEFT JOIN child c ON c.id = i.child
    LEFT JOIN discussion d ON d.agenda_item = i.id
    LEFT JOIN discussion_revision r ON r.discussion = d.id AND r.version = d.version
    LEFT JOIN person p ON p.id = r.saved_by
"""


async def discussion_for(who: Identity, meeting_id: int, item_id: int) -> Discussion:
    """The discussion of an item of this meeting, if this person may see the item. Else raises Invisible."""
    discussion = await discussion_of(meeting_id, item_id)
    if not may_see_item(who, discussion.panel_id, discussion):
        raise Invisible
    return discussion


async def discussion_of(meeting_id: int, item_id: int) -> Discussion:
    """The discussion of an item of this meeting. Raises Invisible for an item of another one."""
    rows = await database.fetch_as(
        Discussion, DISCUSSION + "WHERE i.id = $1 AND i.meeting = $2", item_id, meeting_id
    )
    if not rows:
        raise Invisible
    return rows[0]


async def discussions_of(meeting_id: int) -> list[Discussion]:
    """Every discussion of a meeting, in the order of its agenda."""
    return await database.fetch_as(
        Discussion,
        DISCUSSION + "WHERE i.meeting = $1 AND i.status = 'on-agenda' ORDER BY i.position, i.id",
        meeting_id,
    )


async def latest_risk(child_id: int, day: date) -> tuple[str, date] | None:
    """The child's latest risk assessment on or before a day: its level and its date."""
    row = await database.fetch_one(
        "SELECT level, assessed_on FROM risk_assessment WHERE child = $1 AND assessed_on <= $2 "
        "ORDER BY assessed_on DESC, id DESC LIMIT 1",
        child_id,
        day,
    )
    return (row["level"], row["assessed_on"]) if row else None


@dataclass(frozen=True)
class LastTime:
    """The panel's last meeting that discussed this child."""

    meeting_id: int
    item_id: int
    starts_at: datetime
    decision: str
    sections: dict[str, str]
    next_review_on: date | None
    marks: dict[str, Any]

    def without(self, keys: Collection[str]) -> "LastTime":
        return replace(
            self,
            decision="" if "decision" in keys else self.decision,
            sections={key: text for key, text in self.sections.items() if key not in keys},
            marks={},
        )


async def last_time(who: Identity, meeting: MeetingFacts, child_id: int) -> LastTime | None:
    """The latest discussion of the child on this panel before this meeting, with what of it this person may see."""
    rows = await database.fetch_as(
        LastTime,
        "SELECT m.id AS meeting_id, i.id AS item_id, m.starts_at, coalesce(d.decision, '') AS decision, "
        "coalesce(r.text -> 'sections', '{}'::jsonb) AS sections, d.next_review_on, "
        "coalesce(r.text -> 'marks', '{}'::jsonb) AS marks "
        "FROM agenda_item i JOIN meeting m ON m.id = i.meeting "
        "LEFT JOIN discussion d ON d.agenda_item = i.id "
        "LEFT JOIN discussion_revision r ON r.discussion = d.id AND r.version = d.version "
        "WHERE m.panel = $1 AND i.child = $2 AND m.status = 'held' AND i.status = 'on-agenda' "
        f"AND coalesce(d.outcome, '') <> 'not-reached' AND m.starts_at < $3 AND {sees_item(4)} "
        "ORDER BY m.starts_at DESC, m.id DESC LIMIT 1",
        meeting.panel_id,
        child_id,
        meeting.starts_at,
        *seer(who),
    )
    if not rows:
        return None
    return rows[0].without(hidden_keys(marks_from_text(rows[0].marks), seen_by(who, meeting.panel_id)))


EPISODES = f"""
    SELECT e.category, e.started_at, e.returned_at, e.date_only, e.missing_from, e.found_at,
           (SELECT n.outcome FROM interview_episode x JOIN interview n ON n.id = x.interview WHERE x.episode = e.id
            ORDER BY {FINAL_FIRST}
            LIMIT 1) AS interview
    FROM episode e
    WHERE e.child = $1 AND e.started_at >= $2 AND e.started_at < $3 AND e.merged_into IS NULL
    ORDER BY e.started_at LIMIT 50
"""


async def episodes_since(child_id: int, since: datetime, until: datetime) -> list[EpisodeTold]:
    """The child's episodes that started in [since, until), oldest first, each with its interview's outcome."""
    return await database.fetch_as(EpisodeTold, EPISODES, child_id, since, until)


@dataclass(frozen=True)
class OpenCase:
    id: int
    accepted_on: date
    next_review_on: date | None
    is_recall: bool


async def open_case(panel_id: int, child_id: int, day: date) -> OpenCase | None:
    """The child's open case on this panel, accepted on or before a day."""
    rows = await database.fetch_as(
        OpenCase,
        "SELECT id, accepted_on, next_review_on, recall_of IS NOT NULL AS is_recall FROM panel_case "
        "WHERE panel = $1 AND child = $2 AND closed_on IS NULL AND accepted_on <= $3",
        panel_id,
        child_id,
        day,
    )
    return rows[0] if rows else None
