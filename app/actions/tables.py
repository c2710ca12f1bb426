"""The tables of actions: what was agreed, who does it by when, and every update."""

from piccolo.columns import (
    JSONB,
    BigInt,
    BigSerial,
    Boolean,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from app.episodes.tables import Child
from app.panels.tables import AgendaItem, Meeting, Panel
from app.people.tables import Agency, Person, Post


class Action(Table):
    """Owned by a person, or by a post of an agency, or (nobody named yet) by an agency."""

    id = BigSerial(primary_key=True)
    action_ref = Text(default=None, null=True, unique=True)
    panel = ForeignKey(Panel, on_delete=OnDelete.restrict, default=None, null=False)
    meeting = ForeignKey(Meeting, on_delete=OnDelete.restrict, default=None, null=True)
    agenda_item = ForeignKey(AgendaItem, on_delete=OnDelete.restrict, default=None, null=True)
    child = ForeignKey(Child, on_delete=OnDelete.restrict, default=None, null=True)
    text = Text(default=None, null=False)
    why = Text(default="", null=False)
    priority = Varchar(length=10, default="routine", null=False)
    strand = Varchar(length=20, default="", null=False)
    owner = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    agency = ForeignKey(Agency, on_delete=OnDelete.restrict, default=None, null=False)
    post = ForeignKey(Post, on_delete=OnDelete.restrict, default=None, null=True)
    issued_on = Date(default=None, null=False)
    issued_at = Timestamptz(default=None, null=True)
    due_on = Date(default=None, null=False)
    original_due_on = Date(default=None, null=False)
    status = Varchar(length=20, default="issued", null=False)
    finished_on = Date(default=None, null=True)
    tracking = Integer(default=None, null=True)
    tracking_overruled = Boolean(default=False, null=False)
    anticipated_on = Date(default=None, null=True)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    action_status_is_known = Check(
        "status IN ('issued', 'acknowledged', 'in-progress', 'completed', 'not-possible', 'not-done', 'withdrawn')"
    )
    action_finished_when_settled = Check(
        "(status IN ('completed', 'not-possible', 'not-done', 'withdrawn')) = (finished_on IS NOT NULL)"
    )
    action_priority_is_known = Check("priority IN ('routine', 'urgent')")
    action_tracking_is_known = Check("tracking IS NULL OR tracking BETWEEN 1 AND 6")


class ActionUpdate(Table):
    """One word on an action: who, when, which status, what was said."""

    id = BigSerial(primary_key=True)
    action = ForeignKey(Action, on_delete=OnDelete.restrict, default=None, null=False)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    status = Varchar(length=20, default=None, null=False)
    note = Text(default="", null=False)
    made_at = Timestamptz(default=None, null=False)


class ActionExtension(Table):
    """More time asked for: until when and why, and what was answered. `due_on_then` is the due date at the asking."""

    id = BigSerial(primary_key=True)
    action = ForeignKey(Action, on_delete=OnDelete.restrict, default=None, null=False)
    asked_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    asked_at = Timestamptz(default=None, null=False)
    asked_for = Date(default=None, null=False)
    due_on_then = Date(default=None, null=False)
    why = Text(default=None, null=False)
    answer = Varchar(length=10, default="", null=False)
    answered_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    answered_at = Timestamptz(default=None, null=True)
    granted_for = Date(default=None, null=True)
    note = Text(default="", null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    action_extension_answer_is_known = Check("answer IN ('', 'granted', 'refused')")
    action_extension_answered_by_somebody = Check(
        "(answer <> '') = (answered_at IS NOT NULL AND answered_by IS NOT NULL)"
    )
    action_extension_granted_with_a_date = Check("(answer = 'granted') = (granted_for IS NOT NULL)")


class ActionHandover(Table):
    """An action given to somebody else: by whom, when, from whom and why. A row never changes."""

    id = BigSerial(primary_key=True)
    action = ForeignKey(Action, on_delete=OnDelete.restrict, default=None, null=False)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    made_at = Timestamptz(default=None, null=False)
    from_owner = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    from_post = ForeignKey(Post, on_delete=OnDelete.restrict, default=None, null=True)
    to_owner = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    reason = Text(default=None, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    action_handover_to_another = Check("to_owner <> from_owner")


class ActionEvidence(Table):
    """A file that shows what was done, with its bytes. A row never changes; taking it away is a row of its own."""

    id = BigSerial(primary_key=True)
    action = ForeignKey(Action, on_delete=OnDelete.restrict, default=None, null=False)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    added_at = Timestamptz(default=None, null=False)
    name = Text(default=None, null=False)
    kind = Varchar(length=10, default=None, null=False)
    size = Integer(default=None, null=False)
    sha256 = Text(default=None, null=False)
    content = Bytea(default=None, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    action_evidence_kind_is_known = Check("kind IN ('pdf', 'png', 'jpeg', 'webp', 'docx')")


class ActionEvidenceWithdrawal(Table):
    """A file that was added by mistake: given out no more, kept with who took it away and why."""

    id = BigSerial(primary_key=True)
    evidence = ForeignKey(ActionEvidence, on_delete=OnDelete.restrict, default=None, null=False, unique=True)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    withdrawn_at = Timestamptz(default=None, null=False)
    reason = Text(default=None, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)


class Recommendation(Table):
    """What an audit, a committee or an inspection recommended: of no meeting, led and tracked like an action."""

    id = BigSerial(primary_key=True)
    source = Varchar(length=20, default=None, null=False)
    source_title = Text(default=None, null=False)
    source_on = Date(default=None, null=False)
    reference = Text(default="", null=False)
    text = Text(default=None, null=False)
    owner = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    agency = ForeignKey(Agency, on_delete=OnDelete.restrict, default=None, null=False)
    post = ForeignKey(Post, on_delete=OnDelete.restrict, default=None, null=True)
    due_on = Date(default=None, null=False)
    original_due_on = Date(default=None, null=False)
    status = Varchar(length=20, default="issued", null=False)
    finished_on = Date(default=None, null=True)
    tracking = Integer(default=None, null=True)
    tracking_overruled = Boolean(default=False, null=False)
    anticipated_on = Date(default=None, null=True)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    recommendation_source_is_known = Check("source IN ('audit', 'scrutiny', 'inspection', 'review', 'other')")
    recommendation_status_is_known = Check(
        "status IN ('issued', 'acknowledged', 'in-progress', 'completed', 'not-possible', 'not-done')"
    )
    recommendation_finished_when_settled = Check(
        "(status IN ('completed', 'not-possible', 'not-done')) = (finished_on IS NOT NULL)"
    )
    recommendation_tracking_is_known = Check("tracking IS NULL OR tracking BETWEEN 1 AND 6")


class RecommendationUpdate(Table):
    """One word on a recommendation: who, when, which status, what was said."""

    id = BigSerial(primary_key=True)
    recommendation = ForeignKey(Recommendation, on_delete=OnDelete.restrict, default=None, null=False)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    status = Varchar(length=20, default=None, null=False)
    note = Text(default="", null=False)
    made_at = Timestamptz(default=None, null=False)


class TrackingAssessment(Table):
    """One judgement of an action or a recommendation, never changed; without a person it came from a file.

    The latest one stands in the columns `tracking…` and `anticipated_on` of what it judges.
    """

    id = BigSerial(primary_key=True)
    action = ForeignKey(Action, on_delete=OnDelete.restrict, default=None, null=True)
    recommendation = ForeignKey(Recommendation, on_delete=OnDelete.restrict, default=None, null=True)
    category = Integer(default=None, null=False)
    overruled = Boolean(default=False, null=False)
    anticipated_on = Date(default=None, null=True)
    words = Text(default="", null=False)
    meeting = ForeignKey(Meeting, on_delete=OnDelete.restrict, default=None, null=True)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    assessed_at = Timestamptz(default=None, null=False)

    tracking_assessment_of_one = Check("num_nonnulls(action, recommendation) = 1")
    tracking_assessment_category_is_known = Check("category BETWEEN 1 AND 6")
    tracking_assessment_anticipates = Check("category NOT IN (3, 5) OR anticipated_on IS NOT NULL")


class ActionRung(Table):
    """A rung of the ladder that an overdue action has reached, for one due date; `vacant`: nobody stood on it."""

    id = BigSerial(primary_key=True)
    action = ForeignKey(Action, on_delete=OnDelete.restrict, default=None, null=False)
    due_on = Date(default=None, null=False)
    rung = Varchar(length=20, default=None, null=False)
    reached_on = Date(default=None, null=False)
    vacant = Boolean(default=False, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    action_rung_once = Unique(["action", "due_on", "rung"])
    action_rung_is_known = Check("rung IN ('owner', 'line-lead', 'agency-lead', 'chair', 'agenda')")


class ActionReminder(Table):
    """That a person was told of an action, as what, on which working day: once for each due date."""

    id = BigSerial(primary_key=True)
    action = ForeignKey(Action, on_delete=OnDelete.restrict, default=None, null=False)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    due_on = Date(default=None, null=False)
    rung = Varchar(length=20, default=None, null=False)
    told_on = Date(default=None, null=False)
    told_at = Timestamptz(default=None, null=False)

    action_reminder_once = Unique(["action", "person", "due_on", "rung"])
    action_reminder_rung_is_known = Check(
        "rung IN ('due-soon', 'owner', 'line-lead', 'agency-lead', 'chair')"
    )


class RecommendationReminder(Table):
    """The same of a recommendation, which has no panel and so no ladder: due soon, or overdue."""

    id = BigSerial(primary_key=True)
    recommendation = ForeignKey(Recommendation, on_delete=OnDelete.restrict, default=None, null=False)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    due_on = Date(default=None, null=False)
    rung = Varchar(length=20, default=None, null=False)
    told_on = Date(default=None, null=False)
    told_at = Timestamptz(default=None, null=False)

    recommendation_reminder_once = Unique(["recommendation", "person", "due_on", "rung"])
    recommendation_reminder_rung_is_known = Check("rung IN ('due-soon', 'owner')")


class ReminderRun(Table):
    """An hour of a working day at which digests were written; the row is the right to write them."""

    id = BigSerial(primary_key=True)
    day = Date(default=None, null=False)
    hour = Integer(default=None, null=False)
    ran_at = Timestamptz(default=None, null=False)

    reminder_run_once = Unique(["day", "hour"])


class Digest(Table):
    """That a person's digest of a day was written."""

    id = BigSerial(primary_key=True)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    day = Date(default=None, null=False)
    written_at = Timestamptz(default=None, null=False)

    digest_once_a_day = Unique(["person", "day"])


class DigestPreference(Table):
    """How a person wants to be reminded, where they have said so: whether at all, and at what hour in London."""

    id = BigSerial(primary_key=True)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    wanted = Boolean(default=None, null=False)
    hour = Integer(default=None, null=False)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    digest_preference_once = Unique(["person"])
    digest_preference_hour_is_by_day = Check("hour BETWEEN 6 AND 20")


class SavedView(Table):
    """Filters of the overview of actions that a person keeps under a name of their own."""

    id = BigSerial(primary_key=True)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    name = Text(default=None, null=False)
    query = Text(default="", null=False)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)


class ActionReview(Table):
    """What a panel says of an action at a later meeting. No meeting: settled before panels reviewed anything here.

    `stood`: the action as it stood when it was looked at; `changed`: what the review set, with what was there before.
    """

    id = BigSerial(primary_key=True)
    action = ForeignKey(Action, on_delete=OnDelete.restrict, default=None, null=False)
    meeting = ForeignKey(Meeting, on_delete=OnDelete.restrict, default=None, null=True)
    view = Varchar(length=20, default=None, null=False)
    note = Text(default="", null=False)
    stood = JSONB(default="{}", null=False)
    changed = JSONB(default="{}", null=False)
    settles = Boolean(default=False, null=False)
    reviewed_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    reviewed_at = Timestamptz(default=None, null=False)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    action_review_once = Unique(["action", "meeting"], nulls_distinct=False)
    action_review_view_is_known = Check("view IN ('accepted', 'chased', 're-set', 'dropped', 'left')")


class ActionMessage(Table):
    """Which message told whom of which action, and what: that it was issued, changed, withdrawn or moved elsewhere."""

    id = BigSerial(primary_key=True)
    action = ForeignKey(Action, on_delete=OnDelete.restrict, default=None, null=False)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    message = BigInt(default=None, null=False)
    word = Varchar(length=20, default="issued", null=False)

    action_message_word_is_known = Check("word IN ('issued', 'changed', 'withdrawn', 'moved')")
    action_message_once = Unique(["message", "action"])
