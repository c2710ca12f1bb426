"""The tables of panels: standing panels, terms of reference, seats, referrals, cases, meetings, agendas, attendance."""

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
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from app.episodes.tables import Child, Episode
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
    id = BigSerial(primary_key=True)
    panel = ForeignKey(Panel, on_delete=OnDelete.restrict, default=None, null=False)
    child = ForeignKey(Child, on_delete=OnDelete.restrict, default=None, null=False)
    referred_on = Date(default=None, null=False)
    threshold = Varchar(length=10, default="", null=False)
    note = Text(default="", null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    referral_threshold_is_known = Check("threshold IN ('', 'met', 'not-met', 'diverted')")
    referral_once_a_day = Unique(["panel", "child", "referred_on"])


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
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    panel_case_closure_reason_is_known = Check(
        "closure_reason IN ('', 'reduced-risk', 'moved', 'turned-18', 'transferred', 'died', 'other')"
    )
    panel_case_closed_with_a_reason = Check("(closed_on IS NULL) = (closure_reason = '')")


class Meeting(Table):
    """One meeting; `child` where it is held for one child alone; `trigger_episode` where an episode called for it."""

    id = BigSerial(primary_key=True)
    panel = ForeignKey(Panel, on_delete=OnDelete.restrict, default=None, null=False)
    starts_at = Timestamptz(default=None, null=False)
    date_only = Boolean(default=False, null=False)
    length_minutes = Integer(default=120, null=False)
    place = Text(default="", null=False)
    video_link = Text(default="", null=False)
    child = ForeignKey(Child, on_delete=OnDelete.restrict, default=None, null=True)
    trigger_episode = ForeignKey(Episode, on_delete=OnDelete.restrict, default=None, null=True)
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


class AgendaItem(Table):
    """A child, a place or a standing item of a meeting, with the reason that put it there, kept as it was then."""

    id = BigSerial(primary_key=True)
    meeting = ForeignKey(Meeting, on_delete=OnDelete.restrict, default=None, null=False)
    kind = Varchar(length=10, default="child", null=False)
    child = ForeignKey(Child, on_delete=OnDelete.restrict, default=None, null=True)
    panel_case = ForeignKey(PanelCase, on_delete=OnDelete.restrict, default=None, null=True)
    title = Text(default="", null=False)
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
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    attendance_status_is_known = Check(
        "status IN ('invited', 'accepted', 'apologies', 'deputy', 'present', 'information-sent', 'absent')"
    )
    attendance_once = Unique(["meeting", "person"])
