"""Reads of minutes: the record of a meeting, its items with their outcomes. No writes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from app import database
from app.access import Identity, Permission
from app.lifecycle import Forbidden
from app.london import london_date
from app.minutes.discussion.rules import MARKED_FIELDS, OUTCOMES
from app.minutes.marking.rules import Mark, Sees, hidden_keys, marks_from_text
from app.minutes.rules import ItemFacts, MinutesFacts, MinutesStatus, may_read
from app.panels.agenda.queries import terms_of
from app.panels.attendance.queries import attendees_of
from app.panels.attendance.rules import Attendee, Quorum, quorum_of
from app.panels.cases.closing.queries import open_matters
from app.panels.cases.closing.rules import NOTHING_OPEN, OpenMatters
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import MeetingFacts
from app.panels.restricting.rules import HIDDEN_KIND


@dataclass(frozen=True)
class MinutesRecord:
    """The minutes of one meeting. `id` and `version` are 0 until the first word is written.

    Minutes that came from a file have stamps and a status, but no text.
    """

    id: int
    status: str
    taker_id: int | None
    taker_name: str
    approver_name: str
    actions_issued_at: datetime | None
    sent_to_chair_at: datetime | None
    approved_at: datetime | None
    circulated_at: datetime | None
    filed_at: datetime | None
    remarks: str
    content: str | None
    sha256: str | None
    version: int

    @property
    def is_from_a_file(self) -> bool:
        return self.taker_id is None and self.content is None and self.status != MinutesStatus.DRAFT

    @property
    def status_shown(self) -> str:
        """The status in the words of the tags."""
        if self.id == 0:
            return "not-started"
        if self.status == MinutesStatus.DRAFT and self.remarks:
            return "sent-back"
        return "filed" if self.filed_at else self.status


NOTHING_WRITTEN = MinutesRecord(0, "draft", None, "", "", None, None, None, None, None, "", None, None, 0)

RECORD = """
    SELECT n.id, n.status, n.taker AS taker_id, coalesce(t.name, '') AS taker_name,
           coalesce(a.name, '') AS approver_name, n.actions_issued_at, n.sent_to_chair_at, n.approved_at,
           n.circulated_at, n.filed_at, n.remarks, n.content, n.sha256, n.version
    FROM minutes n LEFT JOIN person t ON t.id = n.taker LEFT JOIN person a ON a.id = n.approver
    WHERE n.meeting = $1
"""


async def minutes_of(meeting_id: int, lock: bool = False) -> MinutesRecord:
    """The record of a meeting's minutes; with `lock` no save or move passes until the transaction ends."""
    rows = await database.fetch_as(MinutesRecord, RECORD + ("FOR UPDATE OF n" if lock else ""), meeting_id)
    return rows[0] if rows else NOTHING_WRITTEN


async def minutes_for(
    who: Identity, meeting_id: int, doing: Permission = Permission.SEE_MINUTES
) -> tuple[MeetingFacts, MinutesRecord]:
    """A meeting and its minutes, if this person may read them as they stand (else Forbidden; Invisible without
    a seat)."""
    meeting = await meeting_for(who, meeting_id, doing)
    minutes = await minutes_of(meeting_id)
    if not may_read(who, minutes.status, meeting.scope):
        raise Forbidden(Permission.SEE_DRAFT_MINUTES)
    return meeting, minutes


@dataclass(frozen=True)
class ItemLine:
    """One item as the side of the page lists it; `number` counts the items on the agenda."""

    id: int
    number: int
    kind: str
    child_id: int | None
    child_ref: str
    child_name: str
    title: str
    outcome: str
    risk_before: str
    risk_after: str
    risk_rationale: str
    decision: str
    case_id: int | None
    case_is_open: bool
    case_decision: str
    closure_reason: str
    next_review_on: date | None
    is_begun: bool
    rationale: str = ""
    closed_despite: str = ""
    kept_marks: Mapping[str, Any] = field(default_factory=dict)
    minutes: int = 0
    """Planned for it."""

    @property
    def marks(self) -> dict[str, Mark]:
        return marks_from_text(self.kept_marks)

    @property
    def name(self) -> str:
        return self.child_name or self.child_ref or self.title

    @property
    def is_hidden(self) -> bool:
        return self.kind == HIDDEN_KIND

    def behind(self, open_title: str) -> "ItemLine":
        """What is left of a restricted item for others: its number, its open title and whether it is done."""
        return replace(
            self,
            kind=HIDDEN_KIND,
            child_id=None,
            child_ref="",
            child_name="",
            title=open_title,
            risk_before="",
            risk_after="",
            risk_rationale="",
            decision="",
            case_id=None,
            case_is_open=False,
            case_decision="",
            closure_reason="",
            next_review_on=None,
            kept_marks={},
        )

    def for_readers(self, sees: Sees) -> "ItemLine":
        """The line as if what is marked for others had never been written."""
        gone = hidden_keys(self.marks, sees)
        texts: dict[str, Any] = dict.fromkeys(gone.intersection(MARKED_FIELDS), "")
        return replace(self, **texts) if texts else self

    @property
    def outcome_shown(self) -> str:
        """In short, for the side: what became of it."""
        if self.outcome == "discussed" and self.case_decision == "close":
            return "Closed"
        if self.outcome:
            return OUTCOMES[self.outcome]
        return "Begun" if self.is_begun else ""

    @property
    def facts(self) -> ItemFacts:
        return ItemFacts(
            self.number,
            self.outcome,
            self.case_is_open,
            self.case_decision,
            self.closure_reason,
            self.risk_before,
            self.risk_after,
            self.risk_rationale,
            self.next_review_on,
            bool(self.rationale or self.decision),
            self.closed_despite,
        )


ITEM_LINES = """
    SELECT i.id, (row_number() OVER (ORDER BY i.position, i.id))::int AS number, i.kind, i.child AS child_id,
           coalesce(c.child_ref, '') AS child_ref, coalesce(c.name, '') AS child_name, i.title,
           coalesce(d.outcome, '') AS outcome, coalesce(d.risk_before, '') AS risk_before,
           coalesce(d.risk_after, '') AS risk_after, coalesce(d.risk_rationale, '') AS risk_rationale,
           coalesce(d.decision, '') AS decision, p.id AS case_id, p.id IS NOT NULL AS case_is_open,
           coalesce(d.case_decision, '') AS case_decision, coalesce(d.closure_reason, '') AS closure_reason,
           d.next_review_on, d.id IS NOT NULL AS is_begun,
           coalesce(d.rationale, '') AS rationale, coalesce(r.text ->> 'closed_despite', '') AS closed_despite,
           coalesce(r.text -> 'marks', '{}'::jsonb) AS kept_marks, i.minutes
    FROM agenda_item i JOIN meeting m ON m.id = i.meeting
    LEFT JOIN child c ON c.id = i.child
    LEFT JOIN discussion d ON d.agenda_item = i.id
    LEFT JOIN discussion_revision r ON r.discussion = d.id AND r.version = d.version
    LEFT JOIN panel_case p ON p.panel = m.panel AND p.child = i.child AND p.closed_on IS NULL
        AND p.accepted_on <= (m.starts_at AT TIME ZONE 'Europe/London')::date
    WHERE i.meeting = $1 AND i.status = 'on-agenda'
    ORDER BY number
"""


async def item_lines(meeting_id: int) -> list[ItemLine]:
    """The items of the agenda in its order, with what became of each. A case is the panel's open one of the child."""
    return await database.fetch_as(ItemLine, ITEM_LINES, meeting_id)


def lines_as_seen(lines: Sequence[ItemLine], hidden: Mapping[int, str], sees: Sees) -> list[ItemLine]:
    """The lines with only the open title of each hidden item, and without what is marked for others."""
    return [line.behind(hidden[line.id]) if line.id in hidden else line.for_readers(sees) for line in lines]


@dataclass(frozen=True)
class Came:
    """Who was asked to a meeting and came, and whether that made a quorum."""

    attendees: Sequence[Attendee]
    quorum: Quorum

    @property
    def is_recorded(self) -> bool:
        return any(one.came for one in self.attendees)


async def who_came(meeting: MeetingFacts) -> Came:
    """The attendance of a meeting against its panel's terms of that day."""
    attendees = await attendees_of(meeting)
    terms = await terms_of(meeting)
    return Came(attendees, quorum_of(attendees, terms.quorum, terms.required_agencies))


async def still_open(
    who: Identity | None, meeting: MeetingFacts, items: Collection[ItemLine], today: date
) -> dict[int, OpenMatters]:
    """By item that closes a case, what the safe-closure check finds as of the meeting."""
    closing = {
        item.child_id: item.id for item in items if item.child_id and item.case_id and item.facts.closes
    }
    found = await open_matters(
        who, meeting.panel_id, dict.fromkeys(closing, london_date(meeting.starts_at)), today
    )
    return {closing[child]: matters for child, matters in found.items()}


def minutes_facts(
    meeting: MeetingFacts,
    minutes: MinutesRecord,
    items: Collection[ItemLine],
    came: Came,
    mover_id: int = 0,
    remarks: str = "",
    still_open: Mapping[int, OpenMatters] | None = None,
) -> MinutesFacts:
    """What decides whether these minutes may move. Who took them: who wrote them down, and who was named to."""
    takers = {person_id for person_id in (minutes.taker_id, meeting.minute_taker_id) if person_id}
    return MinutesFacts(
        meeting_held=meeting.status == "held",
        attendance_recorded=came.is_recorded,
        items=tuple(
            replace(item.facts, still_open=(still_open or {}).get(item.id, NOTHING_OPEN).words)
            for item in items
        ),
        taker_ids=frozenset(takers),
        mover_id=mover_id,
        remarks=remarks,
        meeting_on=london_date(meeting.starts_at),
    )


async def was_taken(submission_key: str | None) -> bool:
    """Whether the form with this key was taken before."""
    if not submission_key:
        return False
    return bool(
        await database.fetch_value(
            "SELECT EXISTS (SELECT FROM history_entry WHERE submission_key = $1)", submission_key
        )
    )


async def leads_to_tell(panel_id: int, but_not: int) -> list[dict[str, Any]]:
    """Person id and e-mail of the panel's chairs and vice-chairs, without one person."""
    return await database.fetch(
        "SELECT p.id, p.email FROM seat s JOIN person p ON p.id = s.person WHERE s.panel = $1 AND p.id <> $2 "
        "AND s.role IN ('chair', 'vice-chair') AND s.ended_at IS NULL AND p.disabled_at IS NULL ORDER BY p.id",
        panel_id,
        but_not,
    )


async def address_of(person_id: int | None) -> str | None:
    """The e-mail address of a person who can still sign in."""
    email: str | None = await database.fetch_value(
        "SELECT email FROM person WHERE id = $1 AND disabled_at IS NULL", person_id
    )
    return email
