"""The tables of minutes: one record per meeting, the discussion of each item, and every saved text."""

from piccolo.columns import JSONB, BigSerial, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from app.panels.tables import AgendaItem, Meeting
from app.people.tables import Person


class Minutes(Table):
    """The minutes of one meeting; `content` and `sha256` are fixed at approval."""

    id = BigSerial(primary_key=True)
    meeting = ForeignKey(Meeting, on_delete=OnDelete.restrict, default=None, null=False, unique=True)
    status = Varchar(length=20, default="draft", null=False)
    taker = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    approver = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    actions_issued_at = Timestamptz(default=None, null=True)
    sent_to_chair_at = Timestamptz(default=None, null=True)
    approved_at = Timestamptz(default=None, null=True)
    circulated_at = Timestamptz(default=None, null=True)
    filed_at = Timestamptz(default=None, null=True)
    remarks = Text(default="", null=False)
    content = Text(default=None, null=True)
    sha256 = Text(default=None, null=True)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    minutes_status_is_known = Check("status IN ('draft', 'with-chair', 'approved', 'circulated')")
    minutes_fixed_when_approved = Check(
        "(status IN ('approved', 'circulated')) = (content IS NOT NULL) OR taker IS NULL"
    )


class Discussion(Table):
    """What came of one agenda item. Its whole text stands in the revision of the same `version`.

    Its past are its revisions, so no other copy is kept: long texts are written once.
    """

    id = BigSerial(primary_key=True)
    agenda_item = ForeignKey(AgendaItem, on_delete=OnDelete.restrict, default=None, null=False, unique=True)
    outcome = Varchar(length=20, default="", null=False)
    risk_before = Text(default="", null=False)
    risk_after = Text(default="", null=False)
    risk_rationale = Text(default="", null=False)
    decision = Text(default="", null=False)
    rationale = Text(default="", null=False)
    case_decision = Varchar(length=20, default="", null=False)
    closure_reason = Varchar(length=20, default="", null=False)
    next_review_on = Date(default=None, null=True)
    saved_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    version = Integer(default=1, null=False)

    discussion_outcome_is_known = Check("outcome IN ('', 'discussed', 'not-reached')")
    discussion_case_decision_is_known = Check("case_decision IN ('', 'keep-open', 'close')")


class DiscussionRevision(Table):
    """Every saved text; `editing` names the open page it came from, `edits` counts that page's changes."""

    id = BigSerial(primary_key=True)
    discussion = ForeignKey(Discussion, on_delete=OnDelete.restrict, default=None, null=False)
    version = Integer(default=None, null=False)
    text = JSONB(default="{}", null=False)
    saved_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    saved_at = Timestamptz(default=None, null=False)
    editing = Text(default="", null=False)
    edits = Integer(default=None, null=True)

    discussion_revision_once = Unique(["discussion", "version"])
