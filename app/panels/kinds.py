"""The seven panel kinds and the plain one, as frozen values; where two differ, they differ in a field. No database.

How each rule selects stands in `selection`; what an authority overrides stands in `terms`.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Annotated

from app.london import add_months
from app.panels.sections import CHILD_SECTIONS, PLACE_SECTIONS, PROBLEM_SECTIONS, Section
from app.panels.selection_rules import (
    AnySinceLastMeeting,
    Asked,
    ByHand,
    CaseFlow,
    MissingAndAtRisk,
    MissingInDays,
    MissingInMonth,
    RiskAtOrAbove,
    Rule,
    TopByConcern,
)


@dataclass(frozen=True)
class Rhythm:
    """How often the panel meets; `weeks` and `months` are both 0 where it is not on a calendar."""

    words: str
    weeks: int = 0
    months: int = 0

    @property
    def is_weekly(self) -> bool:
        return self.weeks == 1

    def after(self, day: date) -> date:
        """When the next meeting would be, were one held on this day; four weeks on where there is no calendar."""
        if self.months:
            return add_months(day, self.months)
        return day + timedelta(weeks=self.weeks or 4)


@dataclass(frozen=True)
class Timescales:
    """In working days: `agenda` before the meeting, `filed` and `corrections` after circulation, the others after it.

    `acknowledged`: after an action was issued. `initial_meeting`: after acceptance. `convene`: after the episode that
    triggered a meeting for one child.
    """

    agenda: Annotated[int, Asked("Agenda circulated, working days before the meeting", 0, 60)] = 5
    actions: Annotated[int, Asked("Actions issued within, working days", 0, 60)] = 1
    acknowledged: Annotated[int, Asked("Actions acknowledged within, working days of issue", 0, 60)] = 2
    draft: Annotated[int, Asked("Draft minutes to the chair within, working days", 0, 60)] = 5
    circulated: Annotated[int, Asked("Minutes approved and circulated within, working days", 0, 60)] = 10
    filed: Annotated[int, Asked("Filed on each child’s record within, working days", 0, 60)] = 2
    corrections: Annotated[
        int, Asked("Corrections of circulated minutes taken within, working days", 1, 60)
    ] = 5
    initial_meeting: Annotated[int, Asked("Initial meeting after acceptance, working days", 0, 120)] = 10
    convene: Annotated[int, Asked("Meeting after a trigger, working days", 0, 120)] = 10


@dataclass(frozen=True)
class Ladder:
    """How long each rung has before an overdue action goes on to the next, in working days; 0: on the same day.

    The owner is told on the first working day after the due date. Defaults: no published paper gives a number.
    """

    line_lead: Annotated[
        int, Asked("Overdue action: from its owner to the line lead after, working days", 0, 60)
    ] = 3
    agency_lead: Annotated[
        int, Asked("Overdue action: from the line lead to the agency’s lead after, working days", 0, 60)
    ] = 3
    chair: Annotated[
        int, Asked("Overdue action: from the agency’s lead to the chair after, working days", 0, 60)
    ] = 3
    agenda: Annotated[
        int, Asked("Overdue action: from the chair to the next agenda after, working days", 0, 60)
    ] = 3


@dataclass(frozen=True)
class UrgentLadder(Ladder):
    """The same for urgent actions."""

    line_lead: Annotated[
        int, Asked("Urgent overdue action: from its owner to the line lead after, working days", 0, 60)
    ] = 1
    agency_lead: Annotated[
        int,
        Asked("Urgent overdue action: from the line lead to the agency’s lead after, working days", 0, 60),
    ] = 1
    chair: Annotated[
        int, Asked("Urgent overdue action: from the agency’s lead to the chair after, working days", 0, 60)
    ] = 1
    agenda: Annotated[
        int, Asked("Urgent overdue action: from the chair to the next agenda after, working days", 0, 60)
    ] = 1


@dataclass(frozen=True)
class Escalation:
    """Who hears of an overdue action, and when."""

    routine: Ladder = Ladder()
    urgent: UrgentLadder = UrgentLadder()


@dataclass(frozen=True)
class StandingItem:
    """What every meeting of a panel has on its agenda. The children stand between the opening and closing ones."""

    key: str
    title: str
    minutes: int


STANDING_ITEMS: MappingProxyType[str, StandingItem] = MappingProxyType(
    {
        item.key: item
        for item in (
            StandingItem("introductions", "Introductions and apologies", 5),
            StandingItem("confidentiality", "Confidentiality statement", 2),
            StandingItem("previous-minutes", "Minutes of the last meeting", 5),
            StandingItem("open-actions", "Open actions", 10),
            StandingItem("any-other-business", "Any other business", 5),
        )
    }
)
"""In the order of an agenda."""

AFTER_CHILDREN = frozenset({"any-other-business"})

WEEKLY_STANDING = ("confidentiality", "open-actions")
"""A weekly meeting knows each other and its minutes."""

WEEKLY_TIMESCALES = Timescales(agenda=1, draft=2, circulated=5)


@dataclass(frozen=True)
class PanelKind:
    """What a kind of panel is, with the defaults that a standing panel's terms of reference may override.

    `quorum` counts agencies present or by deputy, `required_agencies` are kinds of agency that must be among them.
    `version` changes whenever the rule's meaning does. `source`: whose published practice it is.
    """

    slug: str
    name: str
    source: str
    led_by: str
    rule: Rule
    rhythm: Rhythm
    outcomes: tuple[str, ...]
    sections: tuple[Section, ...] = CHILD_SECTIONS
    place_sections: tuple[Section, ...] = ()
    quorum: int = 3
    required_agencies: tuple[str, ...] = ("social-care", "police")
    timescales: Timescales = Timescales()
    escalation: Escalation = Escalation()
    minutes_per_item: int = 10
    meeting_minutes: int = 120
    takes_cases: bool = False
    standing_items: tuple[str, ...] = tuple(STANDING_ITEMS)
    keeps_rank: bool = False
    """The rule ranks the children, and that is their order; elsewhere recalled ones come first, then by risk."""
    for_one_child: bool = False
    """Meetings are convened for one child each, not on a calendar."""
    version: int = 1


_CASE_OUTCOMES = ("risk level before and after", "safety plan", "case closed or kept open", "actions")

_KINDS = (
    PanelKind(
        slug="mace",
        name="Multi-Agency Child Exploitation (MACE)",
        source="Wolverhampton",
        led_by="MACE chair; the Exploitation Hub co-ordinates",
        rule=CaseFlow(),
        rhythm=Rhythm("every two weeks", weeks=2),
        outcomes=_CASE_OUTCOMES,
        quorum=3,
        required_agencies=("social-care", "police", "health"),
        minutes_per_item=15,
        meeting_minutes=180,
        takes_cases=True,
    ),
    PanelKind(
        slug="multiple-missing-hotspots",
        name="Multiple Missing and Hotspots",
        source="Nottinghamshire",
        led_by="multi-agency",
        rule=MissingInMonth(),
        rhythm=Rhythm("every month", months=1),
        outcomes=("services joined up", "hotspot actions"),
        place_sections=PLACE_SECTIONS,
    ),
    PanelKind(
        slug="missing-children-panel",
        name="Missing Children Panel",
        source="Thurrock",
        led_by="Exploitation and Missing Team",
        rule=AnySinceLastMeeting(),
        rhythm=Rhythm("every week", weeks=1),
        outcomes=("risks", "actions to locate and safeguard", "return home interview status"),
        timescales=WEEKLY_TIMESCALES,
        minutes_per_item=5,
        standing_items=WEEKLY_STANDING,
    ),
    PanelKind(
        slug="missing-operational-group",
        name="Missing Operational Group",
        source="Birmingham",
        led_by="Chief Social Work Officer",
        rule=TopByConcern(),
        rhythm=Rhythm("every month", months=1),
        outcomes=(
            "inter-service problems found",
            "feedback to child-protection and children-in-care leads",
            "intelligence to police",
        ),
        sections=CHILD_SECTIONS + PROBLEM_SECTIONS,
        minutes_per_item=20,
        keeps_rank=True,
    ),
    PanelKind(
        slug="child-exploitation-tracking",
        name="Child Exploitation Tracking Panel",
        source="Thurrock",
        led_by="two heads of service, co-chairs",
        rule=RiskAtOrAbove(),
        rhythm=Rhythm("every month", months=1),
        outcomes=("review of each child’s safety plan", "senior oversight"),
        quorum=3,
        required_agencies=("social-care", "police", "health"),
    ),
    PanelKind(
        slug="high-risk-misper",
        name="High Risk Misper Meeting",
        source="Somerset",
        led_by="multi-agency",
        rule=MissingAndAtRisk(),
        rhythm=Rhythm("every week", weeks=1),
        outcomes=("risk recorded", "disruption"),
        timescales=WEEKLY_TIMESCALES,
        meeting_minutes=90,
        standing_items=WEEKLY_STANDING,
    ),
    PanelKind(
        slug="repeat-missing",
        name="Repeat missing meeting",
        source="Nottinghamshire",
        led_by="multi-agency",
        rule=MissingInDays(),
        rhythm=Rhythm("when a child’s episodes trigger one"),
        outcomes=("circumstances and support needs", "whether later episodes fell"),
        quorum=2,
        required_agencies=("social-care",),
        minutes_per_item=45,
        meeting_minutes=60,
        standing_items=("introductions", "confidentiality"),
        for_one_child=True,
    ),
    PanelKind(
        slug="general",
        name="Plain panel",
        source="",
        led_by="any",
        rule=ByHand(),
        rhythm=Rhythm("as planned"),
        outcomes=("decisions", "actions"),
        quorum=2,
        required_agencies=(),
        standing_items=("introductions", "previous-minutes", "open-actions", "any-other-business"),
    ),
)

KINDS: MappingProxyType[str, PanelKind] = MappingProxyType({kind.slug: kind for kind in _KINDS})
"""Every kind by its slug, in the order in which they are listed."""
