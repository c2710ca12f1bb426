"""The tables of minutes: one record per meeting, the discussion of each item, and every saved text."""

from piccolo.columns import JSONB, BigSerial, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from app.episodes.tables import Child
from app.panels.tables import AgendaItem, Meeting, Panel
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


class MinutesReminder(Table):
    """That somebody was told of a standard for minutes: the working day before it passes, or the one after."""

    id = BigSerial(primary_key=True)
    meeting = ForeignKey(Meeting, on_delete=OnDelete.restrict, default=None, null=False)
    standard = Varchar(length=20, default=None, null=False)
    moment = Varchar(length=10, default=None, null=False)
    reminded_at = Timestamptz(default=None, null=False)

    minutes_reminder_once = Unique(["meeting", "standard", "moment"])
    minutes_reminder_standard_is_known = Check("standard IN ('draft-to-chair', 'circulated', 'filed')")
    minutes_reminder_moment_is_known = Check("moment IN ('before', 'after')")


class PromptnessSummary(Table):
    """That managers were told how minutes stand, once for each week; `week` is its Monday."""

    id = BigSerial(primary_key=True)
    week = Date(default=None, null=False)
    sent_at = Timestamptz(default=None, null=False)

    promptness_summary_once = Unique(["week"])


class QualitySample(Table):
    """A random sample of minuted items, drawn by its seed from `population` items of meetings in [from_on, to_on)."""

    id = BigSerial(primary_key=True)
    seed = Text(default=None, null=False)
    from_on = Date(default=None, null=False)
    to_on = Date(default=None, null=False)
    panel = ForeignKey(Panel, on_delete=OnDelete.restrict, default=None, null=True)
    size = Integer(default=None, null=False)
    population = Integer(default=None, null=False)
    drawn_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    drawn_at = Timestamptz(default=None, null=False)

    quality_sample_has_a_window = Check("from_on < to_on")


class QualityGrade(Table):
    """One item of a sample with its marks and remarks by criterion; not graded yet while `graded_at` is None."""

    id = BigSerial(primary_key=True)
    sample = ForeignKey(QualitySample, on_delete=OnDelete.restrict, default=None, null=False)
    position = Integer(default=None, null=False)
    agenda_item = ForeignKey(AgendaItem, on_delete=OnDelete.restrict, default=None, null=False)
    marks = JSONB(default="{}", null=False)
    graded_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    graded_at = Timestamptz(default=None, null=True)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    quality_grade_place_once = Unique(["sample", "position"])
    quality_grade_item_once = Unique(["sample", "agenda_item"])


class Presence(Table):
    """An open page on which minutes are taken, and its item (None: the overview). Unlogged; goes with its session."""

    page = Text(primary_key=True)
    session = Text(default=None, null=False, index=True)
    person = ForeignKey(Person, on_delete=OnDelete.cascade, default=None, null=False)
    meeting = ForeignKey(Meeting, on_delete=OnDelete.cascade, default=None, null=False)
    item = ForeignKey(AgendaItem, on_delete=OnDelete.cascade, default=None, null=True)
    seen_at = Timestamptz(default=None, null=False)


class MinutesRecipient(Table):
    """Whom a circulation told of minutes (`told_at`), and whom somebody added or left out, with the reason."""

    id = BigSerial(primary_key=True)
    minutes = ForeignKey(Minutes, on_delete=OnDelete.restrict, default=None, null=False)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False, index=True)
    status = Varchar(length=20, default=None, null=False)
    reason = Text(default="", null=False)
    told_at = Timestamptz(default=None, null=True)
    reminded_at = Timestamptz(default=None, null=True)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    minutes_recipient_once = Unique(["minutes", "person"])
    minutes_recipient_status_is_known = Check("status IN ('proposed', 'added', 'left-out')")
    minutes_recipient_by_hand_has_a_reason = Check("status = 'proposed' OR reason <> ''")
    minutes_recipient_left_out_is_not_told = Check("status <> 'left-out' OR told_at IS NULL")


class MinutesCorrection(Table):
    """What somebody asked to be corrected in circulated minutes, and the decision; no item = the whole minutes.

    `words`: of an accepted one the addendum, of a declined one the reason. Decided rows never change.
    """

    id = BigSerial(primary_key=True)
    minutes = ForeignKey(Minutes, on_delete=OnDelete.restrict, default=None, null=False)
    agenda_item = ForeignKey(AgendaItem, on_delete=OnDelete.restrict, default=None, null=True)
    stands = Text(default=None, null=False)
    should_say = Text(default=None, null=False)
    asked_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    asked_at = Timestamptz(default=None, null=False)
    status = Varchar(length=20, default="asked", null=False)
    number = Integer(default=None, null=True)
    words = Text(default="", null=False)
    decided_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    decided_at = Timestamptz(default=None, null=True)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    minutes_correction_number_once = Unique(["minutes", "number"])
    minutes_correction_status_is_known = Check("status IN ('asked', 'accepted', 'declined')")
    minutes_correction_accepted_has_a_number = Check("(status = 'accepted') = (number IS NOT NULL)")
    minutes_correction_decided_with_words = Check("(status <> 'asked') = (words <> '')")
    minutes_correction_decided_by_somebody = Check(
        "(status <> 'asked') = (decided_by IS NOT NULL AND decided_at IS NOT NULL)"
    )


class MinutesAcceptance(Table):
    """What a later meeting, under its standing item, said of earlier minutes."""

    id = BigSerial(primary_key=True)
    minutes = ForeignKey(Minutes, on_delete=OnDelete.restrict, default=None, null=False, index=True)
    agenda_item = ForeignKey(AgendaItem, on_delete=OnDelete.restrict, default=None, null=False)
    verdict = Varchar(length=20, default=None, null=False)
    remarks = Text(default="", null=False)
    saved_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    saved_at = Timestamptz(default=None, null=False)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    minutes_acceptance_once = Unique(["agenda_item", "minutes"])
    minutes_acceptance_verdict_is_known = Check("verdict IN ('accepted', 'with-corrections', 'not-accepted')")
    minutes_acceptance_refusal_has_remarks = Check("verdict <> 'not-accepted' OR remarks <> ''")


class Extract(Table):
    """That a child's part of circulated minutes was put on the child's own record; taken back when withdrawn."""

    id = BigSerial(primary_key=True)
    minutes = ForeignKey(Minutes, on_delete=OnDelete.restrict, default=None, null=False)
    child = ForeignKey(Child, on_delete=OnDelete.restrict, default=None, null=False, index=True)
    way = Varchar(length=20, default=None, null=False)
    note = Text(default="", null=False)
    delivered_at = Timestamptz(default=None, null=False)
    delivered_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    withdrawn_at = Timestamptz(default=None, null=True)
    withdrawn_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    withdrawn_reason = Text(default="", null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    extract_way_is_known = Check("way IN ('document', 'pasted', 'sent', 'other')")
    extract_taken_back_by_somebody_with_a_reason = Check(
        "(withdrawn_at IS NOT NULL) = (withdrawn_by IS NOT NULL AND withdrawn_reason <> '')"
    )
