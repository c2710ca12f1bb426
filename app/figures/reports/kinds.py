"""The kinds of report as values: for whom, about which period, with which sections in which order."""

from app.figures.catalogue import FIGURES
from app.figures.dimensions import OF_CHILDREN
from app.figures.reports.of_figures import figure_section
from app.figures.reports.opening import OPENING
from app.figures.reports.periods import HALF_YEAR, INSPECTION_YEAR, QUARTER
from app.figures.reports.shapes import Audience, ReportKind, Section


def _figures(*names: str) -> tuple[Section, ...]:
    """The sections of these figures, in this order."""
    return tuple(figure_section(FIGURES[name]) for name in names if name in FIGURES)


CHILDREN = ("missing", "interviews")
PANELS = ("meetings", "minutes", "attendance", "actions")
LASTING = ("recall", "reduction")

KINDS: tuple[ReportKind, ...] = (
    ReportKind(
        "quarterly-figures",
        "Quarterly figures",
        "Every figure of three months beside the three months before, by month.",
        audiences=(Audience.MANAGERS, Audience.COMMITTEE),
        period=QUARTER,
        sections=(OPENING, *_figures(*CHILDREN, *PANELS, *LASTING)),
        about_panels=True,
        splits=("authority", "placed", "panel", "agency"),
    ),
    ReportKind(
        "six-monthly-report",
        "Six-monthly report to committee",
        "What a committee is told twice a year: children missing, interviews, panels, and whether it helped.",
        audiences=(Audience.COMMITTEE, Audience.MANAGERS),
        period=HALF_YEAR,
        sections=(OPENING, *_figures(*CHILDREN, *PANELS, *LASTING)),
        months=False,
    ),
    ReportKind(
        "annual-report",
        "Annual report",
        "The inspection year, April to March: every figure by month and by group of children, beside the year before.",
        audiences=(Audience.MANAGERS, Audience.COMMITTEE),
        period=INSPECTION_YEAR,
        sections=(OPENING, *_figures(*CHILDREN, *PANELS, *LASTING)),
        splits=(*(dimension.name for dimension in OF_CHILDREN), "panel", "agency"),
    ),
)
"""In the order in which they are offered."""


def kind_of(slug: str) -> ReportKind | None:
    """The kind with this slug; None where there is none (any more)."""
    return next((kind for kind in KINDS if kind.slug == slug), None)
