"""The tables of figures: reports, and samples for inspections. What is counted stands in the tables of other rooms."""

from piccolo.columns import JSONB, BigSerial, Date, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from app.panels.tables import Panel, PanelCase
from app.people.tables import Person


class Report(Table):
    """A report about [from_on, to_on). `content` and `sha256` are written once, when it is fixed; then nothing changes.

    `narrative`: the officer's words by section. `follows`: the fixed report of which this is a new version. Without
    `made_by` a schedule made it.
    """

    id = BigSerial(primary_key=True)
    kind = Varchar(length=40, default=None, null=False)
    audience = Varchar(length=20, default=None, null=False)
    from_on = Date(default=None, null=False)
    to_on = Date(default=None, null=False)
    panel = ForeignKey(Panel, on_delete=OnDelete.restrict, default=None, null=True)
    status = Varchar(length=20, default="draft", null=False)
    narrative = JSONB(default="{}", null=False)
    written_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    written_at = Timestamptz(default=None, null=True)
    number = Integer(default=1, null=False)
    follows: ForeignKey = ForeignKey("self", on_delete=OnDelete.restrict, default=None, null=True, index=True)
    made_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    made_at = Timestamptz(default=None, null=False)
    fixed_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    fixed_at = Timestamptz(default=None, null=True)
    content = Text(default=None, null=True)
    sha256 = Text(default=None, null=True)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    report_status_is_known = Check("status IN ('draft', 'fixed', 'discarded')")
    report_audience_is_known = Check("audience IN ('managers', 'committee')")
    report_has_a_period = Check("from_on < to_on")
    report_fixed_with_its_content = Check(
        "(status = 'fixed') = (content IS NOT NULL AND sha256 IS NOT NULL AND fixed_at IS NOT NULL)"
    )


class InspectionSample(Table):
    """Panel cases drawn by their seed from the `population` cases open in [from_on, to_on). It never changes."""

    id = BigSerial(primary_key=True)
    seed = Text(default=None, null=False)
    from_on = Date(default=None, null=False)
    to_on = Date(default=None, null=False)
    panel = ForeignKey(Panel, on_delete=OnDelete.restrict, default=None, null=True)
    size = Integer(default=None, null=False)
    population = Integer(default=None, null=False)
    drawn_by = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    drawn_at = Timestamptz(default=None, null=False)

    inspection_sample_has_a_window = Check("from_on < to_on")


class InspectionCase(Table):
    """A case of a sample, in the order in which it was drawn."""

    id = BigSerial(primary_key=True)
    sample = ForeignKey(InspectionSample, on_delete=OnDelete.restrict, default=None, null=False)
    position = Integer(default=None, null=False)
    panel_case = ForeignKey(PanelCase, on_delete=OnDelete.restrict, default=None, null=False)

    inspection_case_place_once = Unique(["sample", "position"])
    inspection_case_once = Unique(["sample", "panel_case"])
