"""Nottinghamshire's thresholds: who is missing often, whose children they are, at which places. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.figures.papers.rules.sheets import Asking, Cell, Line, Period, Sheet, Table, count_in, number
from app.figures.rules import ALL, AWAY, HERE, OLA, OWN, Value
from app.figures.words import NOTHING
from app.panels.selection_rules import MissingInDays, MissingInMonth
from app.panels.words import counted
from app.windows import Window

COHORTS = (
    ("all", "All children", ALL, ALL),
    ("own-here", "Own, placed here", OWN, HERE),
    ("own-away", "Own, placed out of the area", OWN, AWAY),
    ("ola", "Of other authorities", OLA, ALL),
)
"""Each child with its latest episode of the month is in one of the last three: key, label, authority, placed."""


MOST_PLACES = 40
"""Places that are listed one by one."""


@dataclass(frozen=True)
class Thresholds:
    """How often is often: the rules of the panels that work with them, and what these panels are called."""

    month: MissingInMonth
    days: MissingInDays
    month_panel: str
    days_panel: str


@dataclass(frozen=True)
class PlaceLine:
    """A place that recurs. `name` is blank where it is counted and not named: a home, or where one child was."""

    name: str
    episodes: int
    children: int
    place_id: int | None = None


@dataclass(frozen=True)
class Answers:
    """`often`: by cohort, every month with its values of `missing`, asked for the threshold of one month.

    `triggered`: by cohort and the first day of a month, the children with as many starts in the rolling days.
    `whole`: by cohort, those of the whole window. `places`: of the last month, `place_window`.
    """

    thresholds: Thresholds
    often: Mapping[str, Sequence[Period]]
    whole: Mapping[str, Mapping[str, int]]
    triggered: Mapping[tuple[str, date], int]
    places: Sequence[PlaceLine]
    place_window: Window


def sheet(asking: Asking, answers: Answers) -> Sheet:
    return Sheet(
        tables=(
            _in_a_month(asking, answers),
            _in_days(asking, answers),
            _whose(asking, answers),
            _places(answers),
        ),
        notes=tuple(_notes(asking, answers)),
    )


def _heads(first: str) -> tuple[str, ...]:
    return (first, *(label for _, label, _, _ in COHORTS))


def _in_a_month(asking: Asking, answers: Answers) -> Table:
    rule = answers.thresholds.month
    return Table(
        f"Children missing {rule.count} times or more in a calendar month",
        _heads("Month"),
        tuple(
            Line(
                period.label,
                tuple(
                    Cell(
                        number(count_in(answers.often[key][place].values["missing"], "repeat_children")),
                        href=_link(asking, period, key),
                        measure=answers.often[key][place].values["missing"]["repeat_children"],
                    )
                    for key, _, _, _ in COHORTS
                ),
            )
            for place, period in enumerate(answers.often["all"])
        ),
    )


def _in_days(asking: Asking, answers: Answers) -> Table:
    rule = answers.thresholds.days
    label = f"Children missing {rule.count} times in {rule.days} days"
    lines = [
        Line(
            period.label,
            tuple(_count(label, answers.triggered[key, period.first.replace(day=1)]) for key, *_ in COHORTS),
        )
        for period in answers.often["all"]
    ]
    whole = Line(
        "All months, each child once",
        tuple(_count(label, answers.whole[key]["triggered"]) for key, *_ in COHORTS),
        is_sum=True,
    )
    return Table(f"{label}, by the month of the episode that made it so", _heads("Month"), (*lines, whole))


def _whose(asking: Asking, answers: Answers) -> Table:
    window = asking.question.from_on, asking.question.to_on
    lines = []
    for key, label, authority, placed in COHORTS:
        said = answers.whole[key]
        cells = [
            _count(
                words,
                said[name],
                asking.rows_at("missing", name, *window, authority=authority, placed=placed),
            )
            for name, words in (("episodes", "Missing episodes"), ("children", "Children"))
        ]
        lines.append(Line(label, tuple(cells), is_sum=key == "all"))
    return Table(
        "Whose children they are, and where they are placed",
        ("Whose", "Missing episodes", "Children"),
        tuple(lines),
    )


def _places(answers: Answers) -> Table:
    rule = answers.thresholds.month.places
    named = [place for place in answers.places if place.name]
    lines = [
        Line(
            place.name,
            (_count("Episodes", place.episodes, _of_place(place)), _count("Children", place.children)),
        )
        for place in named[:MOST_PLACES]
    ]
    unnamed = [place for place in answers.places if not place.name]
    for rest, why in ((named[MOST_PLACES:], "with fewer episodes"), (unnamed, "not named here")):
        if rest:
            episodes = _count("Episodes", sum(place.episodes for place in rest))
            words = f"{counted(len(rest), 'more place')}, {why}"
            lines.append(Line(words, (episodes, Cell(NOTHING)), is_sum=True))
    return Table(
        f"Places that recur, {answers.place_window.words}",
        ("Place", "Episodes", "Children"),
        tuple(lines),
        empty=f"No place has {rule.episodes} episodes or {rule.children} children in this month.",
    )


def _of_place(place: PlaceLine) -> str:
    return f"/places/{place.place_id}" if place.place_id is not None else ""


def _count(label: str, value: int, href: str = "") -> Cell:
    return Cell(number(value), href=href, measure=Value("", label, value))


def _link(asking: Asking, period: Period, key: str) -> str:
    authority, placed = next((a, p) for one, _, a, p in COHORTS if one == key)
    return asking.figure_at("missing", period.first, period.last, authority=authority, placed=placed)


def _notes(asking: Asking, answers: Answers) -> list[str]:
    said = answers.thresholds
    notes = [
        f"{said.month.count} times in a calendar month is the rule of {said.month_panel}, "
        f"{said.days.count} times in {said.days.days} days that of {said.days_panel}: other terms of reference of "
        "these panels change the tables.",
        f"A child is missing {said.days.count} times in {said.days.days} days when an episode begins that is the "
        f"{_nth(said.days.count)} within the {said.days.days} days that end with its own. Episodes before the window "
        "count towards it.",
        "A child with episodes on both sides is counted under the latest of the month. Own children placed here, own "
        "children placed out of the area and children of other authorities add up to all children.",
        "A child is counted once in each month, so months must not be added up.",
        "Places are counted as they are recorded now, whatever the filters say; a home with "
        f"{said.month.places.home_children} children or more. Not named are homes, and places of one child alone: an "
        "address can tell who lives there.",
    ]
    last = asking.question.to_on - timedelta(days=1)
    if (last + timedelta(days=1)).day != 1 or asking.question.from_on.day != 1:
        notes.append("The window begins or ends within a month, so that month is not complete.")
    return notes


def _nth(number: int) -> str:
    return {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}.get(number, f"{number}th")
