"""What the pages of figures show: bars, findings, chips, columns. Pure; wording of tables is in the templates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from app.figures.catalogue import FigureKind
from app.figures.dimensions import DIMENSIONS, DIVERSITY
from app.figures.queries import PanelChoice
from app.figures.questions.rules import CHOICES, Asked
from app.figures.rules import ALL, Definition, Figure, Group, Measure, Question, Share
from app.london import day_words, london_date

MOST_LABELS = 14

RowsOf = Callable[..., str]
"""Gives the address of the rows behind a value, of a month or of a group of a split; blank where it has none."""

COLUMN_LABELS = {
    "agency_health": "Health",
    "agency_police": "Police",
    "agency_social_care": "Social care",
    "agendas_in_time": "Agendas in time",
    "cancelled": "Cancelled",
    "children": "Children",
    "closures": "Closed",
    "completed_late": "Late",
    "completed_of_eligible": "Completed",
    "completed_on_time": "On time",
    "declined_episodes": "Declined",
    "due": "Due",
    "eligible": "Eligible",
    "episodes": "Episodes",
    "held": "Held",
    "initial_in_standard": "Initial in time",
    "median_days": "Median days",
    "met_threshold": "People",
    "offered": "Offered",
    "offered_72h": "Within 72 hours",
    "oldest_outstanding_days": "Oldest, days",
    "outstanding": "Outstanding",
    "overdue": "Overdue",
    "p90_days": "90 % by day",
    "quorate": "Quorate",
    "rate_after": "In 30 days after",
    "rate_before": "In 30 days before",
    "recalled_12m": "Recalled, fair",
    "recalled_of_met": "Recalled, printed",
    "reduced": "Fewer after",
    "repeat_children": "3 or more",
    "rereferral_dfe": "Referred again",
    "returned_24h": "Within 24 hours",
    "reviews_on_time": "Reviews in time",
    "survival_12m": "Not recalled, curve",
    "sw_contact": "Contact",
    "within_standard": "In time",
}
"""Short words over the columns of tables, and beside the cells on a phone."""

FILTER_NAMES = {
    "panel": "panel",
    "authority": "whose children they are",
    "placed": "where children are placed",
    "legal_status": "legal status",
    "age_band": "age",
}


@dataclass(frozen=True)
class Chip:
    """A filter that is on: what it says, and the address without it."""

    text: str
    href: str


def chips(path: str, asked: Asked, panel_names: dict[str, str]) -> list[Chip]:
    """The filters beside the window, each with the address that drops it."""
    words = {
        "panel": panel_names.get(asked.given["panel"], asked.given["panel"]),
        "as_at": f"As at {asked.given['as_at']}" if asked.given["as_at"] else "",
        "known_at": f"As known on {asked.given['known_at'].replace('T', ' at ')}"
        if asked.given["known_at"]
        else "",
    }
    for name, choices in CHOICES.items():
        if asked.given[name] != ALL:
            words[name] = choices.get(asked.given[name], asked.given[name])
    return [Chip(text, f"{path}?{_without(asked, name)}") for name, text in words.items() if text]


def _without(asked: Asked, dropped: str) -> str:
    kept = {name: value for name, value in asked.given.items() if value and value != ALL and name != dropped}
    return urlencode(kept)


def picked(values: Sequence[Measure], keys: Sequence[str]) -> list[Measure]:
    """The values with these keys, in the order of the keys."""
    by_key = {value.key: value for value in values}
    return [by_key[key] for key in keys]


def rows_by_month(kind: FigureKind, figure: Figure) -> list[tuple[str, list[Measure]]]:
    """A row for each value: its label, then the whole, then every month. Families of values have their own table."""
    prefixes = tuple(prefix for _, prefix in kind.parts)
    months = [{value.key: value for value in values} for _, values in figure.by_month]
    return [
        (value.label, [value, *(month[value.key] for month in months)])
        for value in figure.values
        if not (prefixes and value.key.startswith(prefixes))
    ]


def part_keys(kind: FigureKind, figure: Figure) -> list[str]:
    """The values that every family has."""
    known = {value.key for value in figure.values}
    return [
        key
        for key in kind.columns
        if kind.parts and all(f"{prefix}{key}" in known for _, prefix in kind.parts)
    ]


def rows_of_parts(kind: FigureKind, figure: Figure) -> list[tuple[str, list[Measure]]]:
    """A row for each family of values that differ by a prefix, such as the stages of minutes."""
    by_key = {value.key: value for value in figure.values}
    keys = part_keys(kind, figure)
    return [(label, [by_key[f"{prefix}{key}"] for key in keys]) for label, prefix in kind.parts]


@dataclass(frozen=True)
class DefinitionRow:
    """One value of a figure in plain words; what is reckoned, or a plain number, is out of nothing."""

    key: str
    label: str
    words: str
    out_of: str
    left_out: tuple[str, ...]


def definition_rows(definition: Definition, without: tuple[str, ...] = ()) -> list[DefinitionRow]:
    """Each value, in the order of the keys; families with the prefixes `without` are said in the words above them."""
    labels = {key.name: key.label for key in definition.keys}
    return [
        DefinitionRow(
            key.name,
            key.label,
            key.words,
            f"{key.out_of_words[:1].upper()}{key.out_of_words[1:]}",
            tuple(labels.get(name, name) for name in key.left_out),
        )
        for key in definition.keys
        if not (without and key.name.startswith(without))
    ]


def not_applied_words(kind: FigureKind, figure: Figure) -> str:
    """A sentence about filters that mean nothing for this figure; blank where all were applied."""
    names = [FILTER_NAMES[name] for name in figure.not_applied]
    if not names:
        return ""
    return f"{kind.definition.title} cannot be told apart by {' or '.join(names)}, so that was left aside."


def is_share(value: Measure) -> bool:
    return isinstance(value, Share)


def counts_something(value: Measure) -> bool:
    """Whether there is anything behind a value: a share of none and a count of 0 have nothing to look at."""
    return bool(value.denominator if isinstance(value, Share) else value.value)


def panel_note(panel: PanelChoice | None, question: Question, figure: Figure) -> str:
    """A sentence where a panel was set up after the window had ended and so has nothing in it; else blank."""
    if panel is None or any(counts_something(value) for value in figure.values):
        return ""
    since = london_date(panel.recorded_at)
    if since < question.to_on:
        return ""
    return f"{panel.name} was set up here on {day_words(since)}, after this time had ended."


@dataclass(frozen=True)
class Split:
    """One way to split a figure, with the values of each group that a table shows."""

    name: str
    title: str
    groups: list[tuple[Group, list[Measure]]]


def splits_of(kind: FigureKind, figure: Figure, *, diversity: bool) -> list[Split]:
    """The splits with groups: those that equality law asks about, or all the others."""
    return [
        Split(name, DIMENSIONS[name].title, [(group, picked(group.values, kind.columns)) for group in groups])
        for name, groups in figure.by.items()
        if groups and (name in DIVERSITY) is diversity
    ]


def bars(kind: FigureKind, figure: Figure, rows: RowsOf) -> list[dict[str, Any]]:
    """The bars of the chart: one value by month, a share as whole per cent with its counts."""
    drawn = []
    every = -(-len(figure.by_month) // MOST_LABELS)
    for number, (month, values) in enumerate(figure.by_month):
        value = next(value for value in values if value.key == kind.drawn)
        bar: dict[str, Any] = {
            "label": f"{month:%b %y}" if number % every == 0 else "",
            "long_label": f"{month:%B %Y}",
            "value": value.whole_percent if isinstance(value, Share) else value.value,
            "href": rows(value, month=month),
        }
        if isinstance(value, Share):
            bar |= {"numerator": value.numerator, "denominator": value.denominator}
        drawn.append(bar)
    return drawn


def finding(kind: FigureKind, figure: Figure) -> str:
    """What the chart shows, in a sentence: the highest month and the lowest; blank where there is one or none."""
    found: list[tuple[float, date]] = []
    unit = ""
    for month, values in figure.by_month:
        value = next(value for value in values if value.key == kind.drawn)
        number = value.whole_percent if isinstance(value, Share) else value.value
        unit = " %" if isinstance(value, Share) else ""
        if number is not None:
            found.append((number, month))
    if len(found) < 2 or min(found)[0] == max(found)[0]:
        return ""
    (most, high), (least, low) = max(found, key=lambda pair: pair[0]), min(found, key=lambda pair: pair[0])
    return f"Highest in {high:%B %Y} ({most:,}{unit}), lowest in {low:%B %Y} ({least:,}{unit})."
