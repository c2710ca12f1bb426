"""The tables of panels: standing panels, terms, referrals, cases, meetings, agendas, contributions, calendars."""

from piccolo.columns import (
    JSONB,
    Array,
    BigInt,
    BigSerial,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Text,
    Time,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from app.episodes.tables import Child, Episode, Place
from app.people.tables import Agency, Person


class Panel(Table):
    """A standing panel of the authority; `kind` is the slug of a PanelKind."""

    id = BigSerial(primary_key=True)
    slug = Varchar(length=60, default=None, null=False, unique=True)
    name = Text(default=None, null=False)
    kind = Varchar(length=40, default=None, null=False)
    active = Boolean(default=True, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)


class TermsOfReference(Table):
    """What overrides the kind's defaults, from a London date on (the latest on or before a day holds)."""

    id = BigSerial(primary_key=True)
    panel = ForeignKey(Panel, on_delete=OnDelete.restrict, default=None, null=False)
    holds_from = Date(default=None, null=False)
    overrides = JSONB(default="{}", null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    terms_of_reference_one_a_day = Unique(["panel", "holds_from"])


class Seat(Table):
    id = BigSerial(primary_key=True)
    panel = ForeignKey(Panel, on_delete=OnDelete.restrict, default=None, null=False)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    agency = ForeignKey(Agency, on_delete=OnDelete.restrict, default=None, null=False)
    role = Varchar(length=20, default="member", null=False)
    ended_at = Timestamptz(default=None, null=True)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    seat_role_is_known = Check("role IN ('chair', 'vice-chair', 'minute-taker', 'member', 'observer')")


class Referral(Table):
    """A child brought to the authority's attention. `threshold` is blank until decided; `panel`: asked for, or decided.

    `asked_panel` stays what the referrer asked for, also when the decision named another.

    `of_record`: the record of the child with which it came, where a merge brought it beside its like of the same day.

    `tool_scores` is a list of `{"tool", "score"}`. `received_at` is None for referrals that came with a tracker.
    """

    id = BigSerial(primary_key=True)
    panel = ForeignKey(Panel, on_delete=OnDelete.restrict, default=None, null=True)
    child = ForeignKey(Child, on_delete=OnDelete.restrict, default=None, null=False)
    referred_on = Date(default=None, null=False)
    threshold = Varchar(length=10, default="", null=False)
    note = Text(default="", null=False)
    agency = ForeignKey(Agency, on_delete=OnDelete.restrict, default=None, null=True)
    referrer = Text(default="", null=False)
    concerns = Array(base_column=Text(), default=list, null=False)
    tool_scores = JSONB(default="[]", null=False)
    risk_level = Text(default="", null=False)
    consent = Varchar(length=20, default="", null=False)
    consent_reason = Text(default="", null=False)
    lawful_basis = Text(default="", null=False)
    wanted = Text(default="", null=False)
    transition_note = Text(default="", null=False)
    received_at = Timestamptz(default=None, null=True)
    received_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    decided_at = Timestamptz(default=None, null=True)
    decided_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    rationale = Text(default="", null=False)
    diverted_to = Text(default="", null=False)
    asked_panel = ForeignKey(Panel, on_delete=OnDelete.restrict, default=None, null=True)
    of_record = ForeignKey(Child, on_delete=OnDelete.restrict, default=None, null=True)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    referral_consent_is_known = Check("consent IN ('', 'given', 'refused', 'not-sought')")
    referral_threshold_is_known = Check("threshold IN ('', 'met', 'not-met', 'diverted')")


class Briefing(Table):
    """A daily exploitation briefing that has ended; what comes later belongs to the next one."""

    id = BigSerial(primary_key=True)
    closed_at = Timestamptz(default=None, null=False)
    closed_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    note = Text(default="", null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)


class BriefingDecision(Table):
    """What a briefing decided about one missing notification; with the threshold met, `referral` is what it made."""

    id = BigSerial(primary_key=True)
    episode = ForeignKey(Episode, on_delete=OnDelete.restrict, default=None, null=False, unique=True)
    threshold = Varchar(length=10, default=None, null=False)
    panel = ForeignKey(Panel, on_delete=OnDelete.restrict, default=None, null=True)
    diverted_to = Text(default="", null=False)
    rationale = Text(default="", null=False)
    referral = ForeignKey(Referral, on_delete=OnDelete.restrict, default=None, null=True)
    decided_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    decided_at = Timestamptz(default=None, null=False)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    briefing_decision_threshold_is_known = Check("threshold IN ('met', 'not-met', 'diverted')")


class PanelCase(Table):
    """A child under a panel's oversight, from acceptance to closure; a recall points to the case before it."""

    id = BigSerial(primary_key=True)
    panel = ForeignKey(Panel, on_delete=OnDelete.restrict, default=None, null=False)
    child = ForeignKey(Child, on_delete=OnDelete.restrict, default=None, null=False)
    referral = ForeignKey(Referral, on_delete=OnDelete.restrict, default=None, null=False)
    recall_of: ForeignKey = ForeignKey("self", on_delete=OnDelete.restrict, default=None, null=True)
    accepted_on = Date(default=None, null=False)
    first_meeting_on = Date(default=None, null=True)
    last_reviewed_on = Date(default=None, null=True)
    next_review_on = Date(default=None, null=True)
    closed_on = Date(default=None, null=True)
    closure_reason = Varchar(length=20, default="", null=False)
    risk_at_start = Text(default="", null=False)
    risk_at_close = Text(default="", null=False)
    closure_rationale = Text(default="", null=False)
    closed_despite = Text(default="", null=False)
    closed_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    came_from: ForeignKey = ForeignKey("self", on_delete=OnDelete.restrict, default=None, null=True)
    came_by = Varchar(length=10, default="", null=False)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    panel_case_closure_reason_is_known = Check(
        "closure_reason IN ('', 'reduced-risk', 'moved', 'turned-18', 'transferred', 'died', 'other')"
    )
    panel_case_closed_with_a_reason = Check("(closed_on IS NULL) = (closure_reason = '')")
    panel_case_came_by_is_known = Check("came_by IN ('', 'step-down', 'transfer')")


class CaseCheck(Table):
    """A dated line of a case's file checklist; the latest of each kind counts."""

    id = BigSerial(primary_key=True)
    panel_case = ForeignKey(PanelCase, on_delete=OnDelete.restrict, default=None, null=False)
    kind = Varchar(length=30, default=None, null=False)
    done_on = Date(default=None, null=False)
    note = Text(default="", null=False)
    noted_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    case_check_kind_is_known = Check(
        "kind IN ('management-oversight', 'exploitation-tool', 'risk-assessment', 'safety-plan', 'nrm-referral', "
        "'social-worker-contact')"
    )


class Series(Table):
    """A standing panel's rhythm in London wall time; another rhythm is another series, this one gets its `ends_on`.

    `weekday` 0 = Monday; `nth` of the month, -1 = the last; every second week and every third month count from the
    first such day on or after `starts_on`. `generated_until`: its days up to then have been turned into meetings.
    """

    id = BigSerial(primary_key=True)
    panel = ForeignKey(Panel, on_delete=OnDelete.restrict, default=None, null=False)
    frequency = Varchar(length=12, default=None, null=False)
    weekday = Integer(default=None, null=False)
    nth = Integer(default=None, null=True)
    clock = Time(default=None, null=False)
    length_minutes = Integer(default=120, null=False)
    place = Text(default="", null=False)
    video_link = Text(default="", null=False)
    chair = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    minute_taker = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    holiday_rule = Varchar(length=10, default="after", null=False)
    starts_on = Date(default=None, null=False)
    ends_on = Date(default=None, null=True)
    generated_until = Date(default=None, null=True)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    series_frequency_is_known = Check("frequency IN ('weekly', 'fortnightly', 'monthly', 'quarterly')")
    series_holiday_rule_is_known = Check("holiday_rule IN ('before', 'after', 'skip')")
    series_weekday_is_known = Check("weekday BETWEEN 0 AND 6")


class Meeting(Table):
    """One meeting; `child` where it is held for one child alone; `trigger_episode` where an episode called for it.

    `series_day`: the day the rhythm of its series gave it, also when it was moved or cancelled since.
    """

    id = BigSerial(primary_key=True)
    panel = ForeignKey(Panel, on_delete=OnDelete.restrict, default=None, null=False)
    starts_at = Timestamptz(default=None, null=False)
    date_only = Boolean(default=False, null=False)
    length_minutes = Integer(default=120, null=False)
    place = Text(default="", null=False)
    video_link = Text(default="", null=False)
    child = ForeignKey(Child, on_delete=OnDelete.restrict, default=None, null=True)
    trigger_episode = ForeignKey(Episode, on_delete=OnDelete.restrict, default=None, null=True)
    series = ForeignKey(Series, on_delete=OnDelete.restrict, default=None, null=True)
    series_day = Date(default=None, null=True)
    status = Varchar(length=20, default="planned", null=False)
    cancelled_reason = Text(default="", null=False)
    chair = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    minute_taker = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    chair_name = Text(default="", null=False)
    minute_taker_name = Text(default="", null=False)
    agenda_issued_at = Timestamptz(default=None, null=True)
    ended_at = Timestamptz(default=None, null=True)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    meeting_status_is_known = Check("status IN ('planned', 'agenda-issued', 'held', 'cancelled')")


class NotConvened(Table):
    """A trigger that nobody meets about, and why; it answers the child's episodes up to `answers_until`."""

    id = BigSerial(primary_key=True)
    panel = ForeignKey(Panel, on_delete=OnDelete.restrict, default=None, null=False)
    child = ForeignKey(Child, on_delete=OnDelete.restrict, default=None, null=False)
    trigger_episode = ForeignKey(Episode, on_delete=OnDelete.restrict, default=None, null=False)
    answers_until = Timestamptz(default=None, null=False)
    reason = Text(default=None, null=False)
    decided_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    decided_at = Timestamptz(default=None, null=False)
    withdrawn_at = Timestamptz(default=None, null=True)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)


class AgendaItem(Table):
    """A child, a place or a standing item of a meeting, with the reason that put it there, kept as it was then.

    A restricted item shows its `open_title` to whoever is neither among the people nor the agencies allowed to see it.
    """

    id = BigSerial(primary_key=True)
    meeting = ForeignKey(Meeting, on_delete=OnDelete.restrict, default=None, null=False)
    kind = Varchar(length=10, default="child", null=False)
    child = ForeignKey(Child, on_delete=OnDelete.restrict, default=None, null=True)
    panel_case = ForeignKey(PanelCase, on_delete=OnDelete.restrict, default=None, null=True)
    place = ForeignKey(Place, on_delete=OnDelete.restrict, default=None, null=True)
    title = Text(default="", null=False)
    standing_key = Varchar(length=30, default="", null=False)
    restricted = Boolean(default=False, null=False)
    open_title = Text(default="", null=False)
    allowed_people = Array(base_column=BigInt(), default=list, null=False)
    allowed_agencies = Array(base_column=BigInt(), default=list, null=False)
    status = Varchar(length=20, default="on-agenda", null=False)
    position = Integer(default=0, null=False)
    minutes = Integer(default=10, null=False)
    reason = Text(default="", null=False)
    rule_version = Text(default="", null=False)
    episode_ids = Array(base_column=BigInt(), default=list, null=False)
    facts = JSONB(default="{}", null=False)
    added_by = Varchar(length=20, default="rule", null=False)
    left_off_reason = Text(default="", null=False)
    brought_forward_from: ForeignKey = ForeignKey(
        "self", on_delete=OnDelete.restrict, default=None, null=True
    )
    first_issued_in = Integer(default=None, null=True)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    agenda_item_kind_is_known = Check("kind IN ('child', 'place', 'standing')")
    agenda_item_status_is_known = Check("status IN ('on-agenda', 'left-off', 'deferred')")
    agenda_item_added_by_is_known = Check("added_by IN ('rule', 'hand', 'carried')")
    agenda_item_one_item_each = Unique(["meeting", "kind", "child", "title"], nulls_distinct=False)


class AgendaVersion(Table):
    """An agenda as it was issued: its items in order, as references and reasons."""

    id = BigSerial(primary_key=True)
    meeting = ForeignKey(Meeting, on_delete=OnDelete.restrict, default=None, null=False)
    number = Integer(default=None, null=False)
    issued_at = Timestamptz(default=None, null=False)
    issued_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    items = JSONB(default="[]", null=False)

    agenda_version_once = Unique(["meeting", "number"])


class Attendance(Table):
    id = BigSerial(primary_key=True)
    meeting = ForeignKey(Meeting, on_delete=OnDelete.restrict, default=None, null=False)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    agency = ForeignKey(Agency, on_delete=OnDelete.restrict, default=None, null=False)
    name = Text(default="", null=False)
    status = Varchar(length=20, default="invited", null=False)
    deputy_name = Text(default="", null=False)
    replied_at = Timestamptz(default=None, null=True)
    confidentiality_at = Timestamptz(default=None, null=True)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    attendance_status_is_known = Check(
        "status IN ('invited', 'accepted', 'apologies', 'deputy', 'present', 'information-sent', 'absent')"
    )
    attendance_once = Unique(["meeting", "person"])


class GuestSlot(Table):
    """Somebody without a seat who is asked to one item of a meeting, at its time, and sees that item alone."""

    id = BigSerial(primary_key=True)
    meeting = ForeignKey(Meeting, on_delete=OnDelete.restrict, default=None, null=False)
    agenda_item = ForeignKey(AgendaItem, on_delete=OnDelete.restrict, default=None, null=False)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    capacity = Text(default="", null=False)
    invited_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    invited_at = Timestamptz(default=None, null=False)
    ended_at = Timestamptz(default=None, null=True)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)


class CalendarFeed(Table):
    """A person's private calendar address; only the hash of its token is kept."""

    id = BigSerial(primary_key=True)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    token_hash = Text(default=None, null=False, unique=True)
    made_at = Timestamptz(default=None, null=False)
    revoked_at = Timestamptz(default=None, null=True)
    last_read_at = Timestamptz(default=None, null=True)


class Contribution(Table):
    """What one agency, or one guest, knows about one item before the meeting; `submitted_at` is None while a draft."""

    id = BigSerial(primary_key=True)
    agenda_item = ForeignKey(AgendaItem, on_delete=OnDelete.restrict, default=None, null=False)
    agency = ForeignKey(Agency, on_delete=OnDelete.restrict, default=None, null=False)
    nothing_known = Boolean(default=False, null=False)
    known = Text(default="", null=False)
    known_since = Text(default="", null=False)
    risks = Text(default="", null=False)
    strengths = Text(default="", null=False)
    actions_taken = Text(default="", null=False)
    written_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    written_at = Timestamptz(default=None, null=False)
    submitted_at = Timestamptz(default=None, null=True)
    version = Integer(default=1, null=False)
    guest = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)


class ServiceProblem(Table):
    """A problem between services that a case brought to light, followed from meeting to meeting until resolved."""

    id = BigSerial(primary_key=True)
    panel = ForeignKey(Panel, on_delete=OnDelete.restrict, default=None, null=False)
    agenda_item = ForeignKey(AgendaItem, on_delete=OnDelete.restrict, default=None, null=False)
    service = Text(default=None, null=False)
    problem = Text(default=None, null=False)
    owner = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    agency = ForeignKey(Agency, on_delete=OnDelete.restrict, default=None, null=True)
    found_on = Date(default=None, null=False)
    resolved_on = Date(default=None, null=True)
    resolution = Text(default="", null=False)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)


class ServiceProblemWord(Table):
    """What was said about a problem at a later meeting, or between meetings."""

    id = BigSerial(primary_key=True)
    service_problem = ForeignKey(ServiceProblem, on_delete=OnDelete.restrict, default=None, null=False)
    meeting = ForeignKey(Meeting, on_delete=OnDelete.restrict, default=None, null=True)
    words = Text(default=None, null=False)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    said_at = Timestamptz(default=None, null=False)
