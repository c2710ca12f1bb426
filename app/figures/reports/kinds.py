"""The kinds of report as values: for whom, about which period, with which sections in which order."""

from dataclasses import dataclass

from app.figures.catalogue import FIGURES
from app.figures.dimensions import DIVERSITY
from app.figures.listed.sections import BACK, NOW, THIS_WEEK
from app.figures.oversight.sections import OVERSIGHT
from app.figures.reports.of_figures import figure_section
from app.figures.reports.opening import OPENING
from app.figures.reports.periods import (
    HALF_YEAR,
    INSPECTION_YEAR,
    QUARTER,
    SEVEN_DAYS,
    TWO_MONTHS,
    WEEK,
    Period,
)
from app.figures.sections import Audience, Grouping, Section


@dataclass(frozen=True)
class ReportKind:
    """One kind of report. `slug` is stored and stands in addresses: it never changes.

    `audiences`: for whom it can be made, the usual one first. `about_panels`: it can be made for one panel.
    """

    slug: str
    title: str
    about: str
    audiences: tuple[Audience, ...]
    period: Period
    sections: tuple[Section, ...]
    about_panels: bool = False
    months: bool = True
    groupings: tuple[Grouping, ...] = ()
    """Whether sections of figures have a table by month, and by what else."""

    def __post_init__(self) -> None:
        if self.names_children and Audience.COMMITTEE in self.audiences:
            raise ValueError(f"{self.slug} names children, which no committee is told")

    @property
    def names_children(self) -> bool:
        return any(section.names_children for section in self.sections)


def _figures(*names: str) -> tuple[Section, ...]:
    """The sections of these figures, in this order."""
    return tuple(figure_section(FIGURES[name]) for name in names if name in FIGURES)


CHILDREN = ("missing", "interviews")
PANELS = ("meetings", "minutes", "attendance", "actions")
LASTING = ("recall", "reduction")

WHOSE = Grouping("Whose children they are, and where they are placed", ("authority", "placed"))
LEGAL_STATUS = Grouping("Legal status", ("legal_status",), (*CHILDREN, *LASTING))
WHO_THEY_ARE = Grouping("Age, sex, ethnicity and disability", DIVERSITY, (*CHILDREN, *LASTING))
BY_PANEL, BY_AGENCY = Grouping("By panel", ("panel",)), Grouping("By agency", ("agency",))

KINDS: tuple[ReportKind, ...] = (
    ReportKind(
        "weekly-list",
        "Weekly list",
        "Every child who was missing from home or care in the week, by name, Monday to Sunday.",
        audiences=(Audience.MANAGERS,),
        period=WEEK,
        sections=(OPENING, THIS_WEEK),
    ),
    ReportKind(
        "twice-weekly-list",
        "Twice-weekly list",
        "Every child who is missing now, by name, and who is back since the last seven days began.",
        audiences=(Audience.MANAGERS,),
        period=SEVEN_DAYS,
        sections=(OPENING, NOW, BACK),
    ),
    ReportKind(
        "oversight-report",
        "Management oversight report",
        "Every child who is repeatedly missing in two months, by name, with what is on file and what is not.",
        audiences=(Audience.MANAGERS,),
        period=TWO_MONTHS,
        sections=(OPENING, OVERSIGHT),
    ),
    ReportKind(
        "quarterly-figures",
        "Quarterly figures",
        "Every figure of three months beside the three months before, by month.",
        audiences=(Audience.MANAGERS, Audience.COMMITTEE),
        period=QUARTER,
        sections=(OPENING, *_figures(*CHILDREN, *PANELS, *LASTING)),
        about_panels=True,
        groupings=(WHOSE, WHO_THEY_ARE, BY_PANEL, BY_AGENCY),
    ),
    ReportKind(
        "six-monthly-report",
        "Six-monthly report to committee",
        "What a committee is told twice a year: children missing, interviews, panels, and whether it helped.",
        audiences=(Audience.COMMITTEE, Audience.MANAGERS),
        period=HALF_YEAR,
        sections=(OPENING, *_figures(*CHILDREN, *PANELS, *LASTING)),
        months=False,
        groupings=(WHO_THEY_ARE,),
    ),
    ReportKind(
        "annual-report",
        "Annual report",
        "The inspection year, April to March: every figure by month and by group of children, beside the year before.",
        audiences=(Audience.MANAGERS, Audience.COMMITTEE),
        period=INSPECTION_YEAR,
        sections=(OPENING, *_figures(*CHILDREN, *PANELS, *LASTING)),
        groupings=(WHOSE, LEGAL_STATUS, WHO_THEY_ARE, BY_PANEL, BY_AGENCY),
    ),
)
"""In the order in which they are offered."""


def kind_of(slug: str) -> ReportKind | None:
    """The kind with this slug; None where there is none (any more)."""
    return next((kind for kind in KINDS if kind.slug == slug), None)
