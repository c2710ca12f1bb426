"""The tables of actions: what was agreed, who does it by when, and every update."""

from piccolo.columns import BigSerial, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check
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
    anticipated_on = Date(default=None, null=True)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    action_status_is_known = Check(
        "status IN ('issued', 'acknowledged', 'in-progress', 'completed', 'not-possible', 'not-done')"
    )
    action_finished_when_settled = Check(
        "(status IN ('completed', 'not-possible', 'not-done')) = (finished_on IS NOT NULL)"
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
