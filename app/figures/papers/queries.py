"""What a paper's sheet is made of: the figures' answers, and the few counts that no figure has. Nothing is written."""

from dataclasses import replace
from datetime import date, timedelta

from app.access import Identity
from app.actions.tracking.queries import due_in
from app.actions.tracking.rules import Line, line_of
from app.figures.catalogue import FIGURES, figure_for
from app.figures.oversight.queries import repeat_children
from app.figures.papers.rules.nottinghamshire import COHORTS, Answers, PlaceLine, Thresholds
from app.figures.papers.rules.sheets import Period, by_key, count_in, months_of, quarters_of
from app.figures.papers.rules.wolverhampton import Answers as WolverhamptonAnswers
from app.figures.queries import Records
from app.figures.rules import ALL, AWAY, HERE, OLA, OWN, Figure, Question, Share
from app.london import add_months, day_start, london_date, month_start
from app.panels.kinds import KINDS
from app.panels.selection.queries import recurring_places
from app.panels.selection_rules import MissingInDays, MissingInMonth
from app.panels.terms.queries import standing_panel, standing_panels, terms_at
from app.panels.terms.rules import StandingPanel
from app.windows import Window, quarter_start

MISSING, INTERVIEWS, RECALL = (FIGURES[name] for name in ("missing", "interviews", "recall"))


# Thurrock


async def periods_of(question: Question) -> list[Period]:
    """Every month of the window and every whole quarter within it, with missing episodes and interviews."""
    figures = await _both(question)
    periods = months_of(question, figures)
    for label, first, last in quarters_of(question):
        said = await _both(replace(question, from_on=first, to_on=last, brief=True))
        values = {name: by_key(figure.values) for name, figure in said.items()}
        periods.append(Period(label, first, last, values, is_quarter=True))
    return periods


async def _both(question: Question) -> dict[str, Figure]:
    return {
        "missing": await figure_for(MISSING, question),
        "interviews": await figure_for(INTERVIEWS, question),
    }


# Wolverhampton


async def wolverhampton(question: Question, panel_name: str) -> WolverhamptonAnswers:
    """The three figures of the paragraphs; recall for the panel that is asked for."""
    question = replace(question, brief=True)
    of_children = question.without_panel()
    repeatedly = await repeat_children(of_children)
    return WolverhamptonAnswers(
        panel_name,
        by_key((await figure_for(RECALL, question)).values),
        by_key((await figure_for(MISSING, of_children)).values),
        by_key((await figure_for(INTERVIEWS, of_children)).values),
        Share(
            "management_oversight",
            "Repeatedly missing children with management oversight on file",
            sum(child.has_oversight for child in repeatedly),
            len(repeatedly),
        ),
    )


def _is_asked(question: Question, own: bool, here: bool) -> bool:
    """Whether somebody on these sides is among those asked for."""
    return question.authority in (ALL, OWN if own else OLA) and question.placed in (
        ALL,
        HERE if here else AWAY,
    )


async def panel_named(slug: str) -> str:
    panel = await standing_panel(slug)
    return panel.name if panel else slug


async def first_panel_of(kind: str) -> str:
    """The slug of the panel of this kind that an authority began with; blank where it has none."""
    panel = await _panel_of(kind)
    return panel.slug if panel else ""


async def _panel_of(kind: str) -> StandingPanel | None:
    found = [panel for panel in await standing_panels() if panel.kind.slug == kind]
    return min(found, key=lambda panel: (not panel.active, panel.slug != kind, panel.id), default=None)


# Nottinghamshire

IN_A_MONTH, IN_DAYS = "multiple-missing-hotspots", "repeat-missing"
FEWEST_TO_NAME = 2
"""A place where fewer children were is not named: it may be where that child lives."""


async def nottinghamshire(question: Question, *, names_places: bool = True) -> Answers:
    """The thresholds are those that the panels' terms set on the day of the count."""
    thresholds = await _thresholds(question.as_at_on)
    often, whole = {}, {}
    for key, _, authority, placed in COHORTS:
        asked = replace(question, authority=authority, placed=placed, repeats=thresholds.month.count)
        figure = await figure_for(MISSING, asked)
        often[key] = months_of(asked, {"missing": figure})
        values = by_key(figure.values)
        whole[key] = {name: count_in(values, name) for name in ("episodes", "children")}
    triggered = await _triggered(question, thresholds.days)
    for key, *_ in COHORTS:
        whole[key]["triggered"] = triggered.pop((key, None), 0)
    months = {
        (key, month): triggered.get((key, month), 0) for key, *_ in COHORTS for month in question.months
    }
    window = _last_month(question)
    places = await _places(thresholds.month, question, window, names_places)
    return Answers(thresholds, often, whole, months, places, window)


async def _thresholds(on: date) -> Thresholds:
    rules, names = [], []
    for kind in (IN_A_MONTH, IN_DAYS):
        panel = await _panel_of(kind)
        rules.append((await terms_at(panel, on)).rule if panel else KINDS[kind].rule)
        names.append(panel.name if panel else KINDS[kind].name)
    month, days = rules
    assert isinstance(month, MissingInMonth)
    assert isinstance(days, MissingInDays)
    return Thresholds(month, days, *names)


def _triggers(rule: MissingInDays) -> str:
    """A start triggers where it is the last of so many within the London days that end with its own."""
    return f"""
WITH spaced AS (
    SELECT e.child, e.id, e.started_at, {{own}} AS own, {{here}} AS here, {{legal_status}} AS is_asked,
        (e.started_at AT TIME ZONE 'Europe/London')::date AS day,
        (lag(e.started_at, {rule.count - 1}) OVER (PARTITION BY e.child ORDER BY e.started_at, e.id)
            AT TIME ZONE 'Europe/London')::date AS first_day
    FROM {{episode}} e JOIN {{child}} c ON c.id = e.child
    WHERE e.category = 'missing' AND e.merged_into IS NULL AND e.started_at >= {{from_at}} - interval '{rule.days} days'
        AND e.started_at < {{to_at}} AND e.started_at < {{until}}
), triggers AS (
    SELECT child, id, started_at, own, here, width_bucket(started_at, {{edges}}) AS month FROM spaced
    WHERE started_at >= {{from_at}} AND day - first_day < {rule.days} AND is_asked
), children AS (
    SELECT child, month, (array_agg(own ORDER BY started_at DESC, id DESC))[1] AS own,
        (array_agg(here ORDER BY started_at DESC, id DESC))[1] AS here
    FROM triggers GROUP BY GROUPING SETS ((child, month), (child))
)
SELECT month, own, here, count(*) AS children FROM children GROUP BY 1, 2, 3
"""


async def _triggered(question: Question, rule: MissingInDays) -> dict[tuple[str, date | None], int]:
    """By cohort and month (None: the whole window), the children with a start that triggers."""
    found: dict[tuple[str, date | None], int] = {}
    for row in await Records(question).rows(_triggers(rule)):
        month = question.months[row["month"] - 1] if row["month"] is not None else None
        for key, _, authority, placed in COHORTS:
            if _is_asked(replace(question, authority=authority, placed=placed), row["own"], row["here"]):
                found[key, month] = found.get((key, month), 0) + row["children"]
    return found


def _last_month(question: Question) -> Window:
    """The last month of the window, as far as the window has it."""
    last = month_start(question.to_on - timedelta(days=1))
    return Window(max(last, question.from_on), min(add_months(last, 1), question.to_on))


async def _places(
    rule: MissingInMonth, question: Question, window: Window, names_places: bool
) -> list[PlaceLine]:
    end = min(day_start(window.last), question.until)
    places = await recurring_places(rule.places, ["missing"], day_start(window.first), end)
    return [
        PlaceLine(
            place.place if names_places and not place.is_home and place.children >= FEWEST_TO_NAME else "",
            place.episodes,
            place.children,
            place.place_id,
        )
        for place in places
    ]


# Birmingham


async def tracked(who: Identity, question: Question) -> tuple[list[tuple[date, Line]], Line]:
    """By quarter, and in all, how many of what was due stand in each category, of what this person tracks."""
    today = london_date(question.now)
    rows = await due_in(who, Window(question.from_on, question.to_on))
    quarters = []
    first = quarter_start(question.from_on)
    while first < question.to_on:
        after = add_months(first, 3)
        due = [row for row in rows if first <= row.original_due_on < after]
        quarters.append((first, line_of(f"{first:%Y-%m}", "", due, today)))
        first = after
    return quarters, line_of("", "", rows, today)
