"""Every figure there is: its definition, what counts it, which values a page puts first. No SQL of its own."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app import database
from app.figures.actions.queries import ACTIONS
from app.figures.attendance.queries import ATTENDANCE
from app.figures.counting import Behind, Drill
from app.figures.interviews.queries import INTERVIEWS
from app.figures.meetings.queries import MEETINGS
from app.figures.minutes import rules as minutes_rules
from app.figures.minutes.queries import MINUTES
from app.figures.missing.queries import MISSING
from app.figures.recall.queries import RECALL
from app.figures.recall.rules import WHY_TWO
from app.figures.reduction.queries import REDUCTION, began_by_day
from app.figures.reduction.rules import CAPTION, WHAT_CAPTION_MEANS
from app.figures.rules import Definition, Figure, Measure, Question
from app.minutes.timeliness.rules import STAGE_WORDS


@dataclass(frozen=True)
class FigureKind:
    """One figure. `about_panels`: it can be asked for one panel, and then those who lead that panel may see it.

    `behind` gives the records that a number counts. `first` are the keys of the overview, `tiles` those of the page's
    top, `columns` those of its splits, `drawn` the one of its chart; `parts` are families of values with a prefix
    each, shown as the rows of one table.
    """

    definition: Definition
    count: Callable[[Question], Awaitable[Figure]]
    behind: Callable[[Question, Drill], Awaitable[Behind]]
    first: tuple[str, ...]
    tiles: tuple[str, ...]
    columns: tuple[str, ...]
    drawn: str
    about_panels: bool = False
    counts_people: bool = False
    """Some values count children or people, who can be in several months."""
    parts: tuple[tuple[str, str], ...] = ()
    parts_title: str = ""
    cases_at: str = "/cases/"
    """Where a row about a case leads: to the case, or to this figure's own page of it."""
    made_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The values from whose rows a reckoned one is made."""
    said_beside: tuple[str, ...] = ()
    """What no reader of its numbers may be left without."""
    beside: Callable[[Question], Awaitable[Any]] | None = None
    """What a picture of the page needs besides the values."""
    followed_for: int = 0
    """Months that must follow the window before its answer is complete; pages begin with a window that has them."""

    @property
    def name(self) -> str:
        return self.definition.name

    def has_rows(self, key: str) -> bool:
        """Whether the records that this value counts can be listed; what is reckoned from counts has none."""
        return self.definition.key(key).reckon is None

    def nothing(self) -> list[Measure]:
        """Its values without any records."""
        return self.definition.values({}, 1)


# half and nine in ten of all meetings held, whether finished or not; filing has no age before the circulation
_OF_MINUTES = {
    f"{prefix}{name}": (f"{prefix}outstanding" if name == "oldest_outstanding_days" else "held",)
    for prefix in ("", *(f"{key}_" for key in minutes_rules.STAGE_KEYS.values()))
    for name in ("median_days", "p90_days", "oldest_outstanding_days")
}

FIGURES = {
    kind.name: kind
    for kind in (
        FigureKind(
            MISSING.definition,
            MISSING.figure,
            MISSING.behind,
            first=("episodes", "children", "returned_24h"),
            tiles=(
                "episodes",
                "children",
                "repeat_children",
                "returned_24h",
                "still_missing",
                "children_under_16",
                "episodes_per_month",
                "sw_contact",
            ),
            columns=("episodes", "children", "repeat_children", "returned_24h", "sw_contact"),
            drawn="episodes",
            made_of={"episodes_per_month": ("episodes",)},
            counts_people=True,
        ),
        FigureKind(
            INTERVIEWS.definition,
            INTERVIEWS.figure,
            INTERVIEWS.behind,
            first=("eligible", "offered_72h", "completed_of_eligible"),
            tiles=(
                "eligible",
                "offered",
                "offered_72h",
                "completed_of_eligible",
                "completed_of_offered",
                "completed_of_eligible_repeat",
                "declined_episodes",
                "unaccounted",
            ),
            columns=("eligible", "offered", "offered_72h", "completed_of_eligible", "declined_episodes"),
            drawn="offered_72h",
            counts_people=True,
        ),
        FigureKind(
            MEETINGS.definition,
            MEETINGS.figure,
            MEETINGS.behind,
            first=("initial_in_standard", "reviews_on_time", "held"),
            tiles=(
                "initial_in_standard",
                "reviews_on_time",
                "agendas_in_time",
                "held",
                "cancelled",
                "accepted",
            ),
            columns=("held", "cancelled", "initial_in_standard", "reviews_on_time", "agendas_in_time"),
            drawn="initial_in_standard",
            about_panels=True,
        ),
        FigureKind(
            MINUTES.definition,
            MINUTES.figure,
            MINUTES.behind,
            first=("held", "within_standard", "oldest_outstanding_days"),
            tiles=(
                "held",
                "within_standard",
                "median_days",
                "p90_days",
                "outstanding",
                "oldest_outstanding_days",
            ),
            columns=(
                "held",
                "within_standard",
                "median_days",
                "p90_days",
                "outstanding",
                "oldest_outstanding_days",
            ),
            drawn="within_standard",
            about_panels=True,
            made_of=_OF_MINUTES,
            parts=tuple((STAGE_WORDS[stage], f"{key}_") for stage, key in minutes_rules.STAGE_KEYS.items()),
            parts_title="Where minutes wait: each stage against its standard",
        ),
        FigureKind(
            ATTENDANCE.definition,
            ATTENDANCE.figure,
            ATTENDANCE.behind,
            first=("quorate", "agency_police", "agency_health"),
            tiles=(
                "quorate",
                "agency_social_care",
                "agency_police",
                "agency_health",
                "held",
                "not_recorded",
            ),
            columns=("held", "quorate", "agency_social_care", "agency_police", "agency_health"),
            drawn="quorate",
            about_panels=True,
        ),
        FigureKind(
            ACTIONS.definition,
            ACTIONS.figure,
            ACTIONS.behind,
            first=("due", "completed_on_time", "overdue"),
            tiles=(
                "due",
                "completed_on_time",
                "completed_late",
                "not_possible",
                "not_done",
                "overdue",
                "median_days",
            ),
            columns=("due", "completed_on_time", "completed_late", "overdue", "median_days"),
            drawn="completed_on_time",
            about_panels=True,
            made_of={"median_days": ("completed_on_time", "completed_late")},
        ),
        FigureKind(
            RECALL.definition,
            RECALL.figure,
            RECALL.behind,
            first=("recalled_12m", "recalled_of_met", "survival_12m"),
            tiles=(
                "recalled_12m",
                "recalled_of_met",
                "survival_3m",
                "survival_6m",
                "survival_12m",
                "met_threshold",
                "closed_of_met",
                "sustained_of_met",
                "rereferral_dfe",
            ),
            columns=("met_threshold", "recalled_of_met", "closures", "recalled_12m", "survival_12m"),
            drawn="closures",
            counts_people=True,
            about_panels=True,
            made_of=dict.fromkeys(("survival_3m", "survival_6m", "survival_12m"), ("closures",)),
            said_beside=(WHY_TWO,),
            followed_for=12,
        ),
        FigureKind(
            REDUCTION.definition,
            REDUCTION.figure,
            REDUCTION.behind,
            first=("eligible", "reduced"),
            tiles=(
                "reduced",
                "eligible",
                "rate_before",
                "rate_after",
                "closures",
                "left_out_no_baseline",
                "waiting_90d",
                "gone_90d",
            ),
            columns=("closures", "eligible", "reduced", "rate_before", "rate_after"),
            drawn="eligible",
            about_panels=True,
            made_of=dict.fromkeys(
                ("episodes_before", "episodes_after", "rate_before", "rate_after"), ("eligible",)
            ),
            cases_at="/figures/reduction/cases/",
            said_beside=(CAPTION, WHAT_CAPTION_MEANS),
            beside=began_by_day,
            followed_for=3,
        ),
    )
}


async def figure_for(kind: FigureKind, question: Question) -> Figure:
    """The figure's answer, read in one transaction; a panel means nothing for figures about episodes."""
    async with database.transaction():
        figure = await kind.count(question)
    if question.panel and not kind.about_panels:
        return replace(figure, not_applied=("panel", *figure.not_applied))
    return figure


def answered(kind: FigureKind, question: Question, figure: Figure) -> dict[str, Any]:
    """The answer as other programs take it: the values, and beside them what was asked."""
    return {
        "figure": kind.name,
        "definition": kind.definition.reference,
        "from": question.from_on.isoformat(),
        "to": question.to_on.isoformat(),
        "as_at": question.as_at_on.isoformat(),
        "known_at": question.known_at.isoformat() if question.known_at else None,
        "panel": question.panel,
        "authority": question.authority,
        "placed": question.placed,
        "legal_status": question.legal_status,
        "age_band": question.age_band,
        "not_applied": list(figure.not_applied),
        "values": [value.plain() for value in figure.values],
        "by_month": [
            {"month": f"{month:%Y-%m}", "values": [value.plain() for value in values]}
            for month, values in figure.by_month
        ],
        "by": {split: [group.plain() for group in groups] for split, groups in figure.by.items()},
    }
