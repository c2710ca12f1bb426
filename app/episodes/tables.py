"""The tables of the front door: children, missing episodes, return home interviews, risk assessments, places, imports.

Instants are UTC. A date that came without a time is stored as the start of that London day, and its column is
named in `date_only`, so that hour figures can leave it out.
"""

from piccolo.columns import (
    JSONB,
    Array,
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

from app.people.tables import Person


class RiskScale(Table):
    """The authority's own ordered scale, lowest first; a new row replaces the one before from its date."""

    id = BigSerial(primary_key=True)
    levels = Array(base_column=Text(), default=list, null=False)
    holds_from = Date(default=None, null=False, unique=True)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)


class Child(Table):
    id = BigSerial(primary_key=True)
    child_ref = Text(default=None, null=False, unique=True)
    name = Text(default="", null=False)
    born_on = Date(default=None, null=True)
    sex = Text(default="", null=False)
    ethnicity = Text(default="", null=False)
    disability = Text(default="", null=False)
    other_refs = Array(base_column=Text(), default=list, null=False)
    social_worker = Text(default="", null=False)
    social_worker_email = Text(default="", null=False)
    team = Text(default="", null=False)
    school = Text(default="", null=False)
    placement = Text(default="", null=False)
    provider = Text(default="", null=False)
    placed_in = Text(default="", null=False)
    legal_status = Varchar(length=10, default="", null=False)
    responsible_authority = Text(default="", null=False)
    merged_into: ForeignKey = ForeignKey("self", on_delete=OnDelete.restrict, default=None, null=True)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    child_legal_status_is_known = Check("legal_status IN ('', 'cla', 'cp', 'cin', 'none')")


class Episode(Table):
    """One time away. NULL in `responsible_authority`, `placed_in`, `legal_status`: the child's value holds.

    `merged_into` says where it counts: NULL: as itself. Another: as a report of that one. Itself: nowhere, since it
    was recorded by mistake and withdrawn. So whatever asks for `merged_into IS NULL` has what counts, and no more.
    """

    id = BigSerial(primary_key=True)
    episode_ref = Text(default=None, null=True, unique=True)
    child = ForeignKey(Child, on_delete=OnDelete.restrict, default=None, null=False)
    category = Varchar(length=10, default="missing", null=False)
    started_at = Timestamptz(default=None, null=False)
    reported_at = Timestamptz(default=None, null=True)
    returned_at = Timestamptz(default=None, null=True)
    la_notified_at = Timestamptz(default=None, null=True)
    date_only = Array(base_column=Text(), default=list, null=False)
    end_unknown_after = Date(default=None, null=True)
    missing_from = Text(default="", null=False)
    missing_from_kind = Varchar(length=20, default="", null=False)
    found_at = Text(default="", null=False)
    legal_status = Varchar(length=10, default=None, null=True)
    responsible_authority = Text(default=None, null=True)
    placed_in = Text(default=None, null=True)
    police_risk = Varchar(length=20, default="", null=False)
    sw_contact_at = Timestamptz(default=None, null=True)
    strategy_discussion_at = Timestamptz(default=None, null=True)
    strategy_discussion_by = Text(default="", null=False)
    high_risk_notified_at = Timestamptz(default=None, null=True)
    high_risk_notified_by = Text(default="", null=False)
    media_consent_at = Timestamptz(default=None, null=True)
    media_consent_by = Text(default="", null=False)
    confirmed_missing_at = Timestamptz(default=None, null=True)
    confirmed_missing_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    immediate_concern = Boolean(default=False, null=False)
    source = Varchar(length=10, default="homeward", null=False)
    first_recorded_at = Timestamptz(default=TimestamptzNow(), null=False)
    merged_into: ForeignKey = ForeignKey("self", on_delete=OnDelete.restrict, default=None, null=True)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    episode_category_is_known = Check("category IN ('missing', 'away', 'absent', 'curfew')")
    episode_one_start_per_child = Unique(["child", "started_at", "category"])


class Interview(Table):
    id = BigSerial(primary_key=True)
    child = ForeignKey(Child, on_delete=OnDelete.restrict, default=None, null=False)
    interview_key = Text(default=None, null=False, unique=True)
    offered_at = Timestamptz(default=None, null=True)
    offer_method = Text(default="", null=False)
    outcome = Varchar(length=20, default="pending", null=False)
    held_at = Timestamptz(default=None, null=True)
    date_only = Array(base_column=Text(), default=list, null=False)
    mode = Varchar(length=20, default="", null=False)
    interviewer = Text(default="", null=False)
    independent = Boolean(default=None, null=True)
    offered_by = Text(default="", null=False)
    push_factors = Text(default="", null=False)
    pull_factors = Text(default="", null=False)
    child_said = Text(default="", null=False)
    followed_up_at = Timestamptz(default=None, null=True)
    follow_up_mode = Varchar(length=20, default="", null=False)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    interview_outcome_is_known = Check(
        "outcome IN ('completed', 'declined-child', 'declined-carer', 'unable', 'not-required', 'pending')"
    )


class InterviewEpisode(Table):
    """Which episodes one interview covers."""

    id = BigSerial(primary_key=True)
    interview = ForeignKey(Interview, on_delete=OnDelete.cascade, default=None, null=False)
    episode = ForeignKey(Episode, on_delete=OnDelete.restrict, default=None, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    interview_episode_once = Unique(["interview", "episode"])


class RiskAssessment(Table):
    id = BigSerial(primary_key=True)
    child = ForeignKey(Child, on_delete=OnDelete.restrict, default=None, null=False)
    assessed_on = Date(default=None, null=False)
    level = Text(default=None, null=False)
    tool = Text(default="", null=False)
    flags = Array(base_column=Text(), default=list, null=False)
    next_review_on = Date(default=None, null=True)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    risk_assessment_once_a_day_per_tool = Unique(["child", "assessed_on", "tool"])


class Merge(Table):
    """Two records of one episode, or of one child, told to be the same; `moved` says by table which rows went over."""

    id = BigSerial(primary_key=True)
    kind = Varchar(length=10, default=None, null=False)
    kept = BigInt(default=None, null=False)
    merged = BigInt(default=None, null=False)
    moved = JSONB(default="{}", null=False)
    reason = Text(default="", null=False)
    merged_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    merged_at = Timestamptz(default=None, null=False)
    undone_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    undone_at = Timestamptz(default=None, null=True)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    merge_kind_is_known = Check("kind IN ('episode', 'child')")
    merge_of_two = Check("kept <> merged")


class NoMatch(Table):
    """Two records that look alike and were found to be different; `one` is the smaller id."""

    id = BigSerial(primary_key=True)
    kind = Varchar(length=10, default=None, null=False)
    one = BigInt(default=None, null=False)
    other = BigInt(default=None, null=False)
    said_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    said_at = Timestamptz(default=None, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    no_match_kind_is_known = Check("kind IN ('episode', 'child')")
    no_match_once = Unique(["kind", "one", "other"])


class Withdrawal(Table):
    """An episode, interview or risk assessment that was recorded by mistake, until the withdrawal is undone.

    An episode stays in its table, merged into itself. An interview and an assessment leave theirs, so that nothing
    can count them; `held` keeps their rows by table, and those of interviews that were about the episode alone.
    """

    id = BigSerial(primary_key=True)
    kind = Varchar(length=20, default=None, null=False)
    record = BigInt(default=None, null=False)
    child = ForeignKey(Child, on_delete=OnDelete.restrict, default=None, null=False)
    held = JSONB(default="{}", null=False)
    reason = Text(default=None, null=False)
    withdrawn_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    withdrawn_at = Timestamptz(default=None, null=False)
    undone_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    undone_at = Timestamptz(default=None, null=True)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    withdrawal_kind_is_known = Check("kind IN ('episode', 'interview', 'risk_assessment')")


class Place(Table):
    """A place of concern; what episodes call it stands in its names."""

    id = BigSerial(primary_key=True)
    name = Text(default=None, null=False)
    kind = Varchar(length=20, default="other", null=False)
    ward = Text(default="", null=False)
    postcode = Text(default="", null=False)
    note = Text(default="", null=False)
    merged_into: ForeignKey = ForeignKey("self", on_delete=OnDelete.restrict, default=None, null=True)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)


class PlaceName(Table):
    """A name under which episodes know a place, case-folded with single blanks."""

    id = BigSerial(primary_key=True)
    place = ForeignKey(Place, on_delete=OnDelete.restrict, default=None, null=False)
    name = Text(default=None, null=False, unique=True)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)


class ImportFile(Table):
    """An uploaded file from its check to the end; its content goes when it is in or dropped. Its name is not kept.

    `beat_at` is the last sign of life of the process that works on it.
    """

    id = BigSerial(primary_key=True)
    kind = Varchar(length=20, default=None, null=False)
    layout = Varchar(length=20, default="homeward", null=False)
    content = Bytea(default=None, null=True)
    sha256 = Text(default=None, null=False)
    status = Varchar(length=20, default="checking", null=False)
    uploaded_by = BigInt(default=None, null=True)
    uploaded_at = Timestamptz(default=TimestamptzNow(), null=False)
    confirmed_by = BigInt(default=None, null=True)
    beat_at = Timestamptz(default=None, null=True)
    finished_at = Timestamptz(default=None, null=True)
    progress = Integer(default=0, null=False)
    result = JSONB(default="{}", null=False)
    rejected_rows = Bytea(default=None, null=True)
    problem = Text(default="", null=False)

    import_file_status_is_known = Check(
        "status IN ('checking', 'checked', 'importing', 'imported', 'failed', 'dropped')"
    )


class Schedule(Table):
    """When a list or a report goes out as a link, and to whom; without a row the default of its kind holds.

    `weekdays` count from Monday as 1; `hour` is London's; `people` are ids. Nothing due before `holds_from` is sent.
    """

    id = BigSerial(primary_key=True)
    kind = Varchar(length=40, default=None, null=False, unique=True)
    is_on = Boolean(default=False, null=False)
    weekdays = Array(base_column=Integer(), default=list, null=False)
    hour = Integer(default=9, null=False)
    roles = Array(base_column=Varchar(), default=list, null=False)
    people = Array(base_column=BigInt(), default=list, null=False)
    holds_from = Timestamptz(default=None, null=False)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    schedule_hour_is_one = Check("hour BETWEEN 0 AND 23")


class ScheduledMessage(Table):
    """A list or a report that went out: which, for which day, when, and who was told. Once for each day."""

    id = BigSerial(primary_key=True)
    kind = Varchar(length=40, default=None, null=False)
    due_on = Date(default=None, null=False)
    sent_at = Timestamptz(default=None, null=False)
    told = Array(base_column=BigInt(), default=list, null=False)

    scheduled_message_once = Unique(["kind", "due_on"])
