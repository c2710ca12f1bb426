"""Which number somebody wants to see behind: read from an address, and said in words. Pure; nothing is counted."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from app.figures.counting import Drill, Part
from app.figures.dimensions import DIMENSIONS
from app.figures.rules import Definition, Figure, Group, Key, Measure, Share, Value

FIELDS = ("key", "part", "month", "split", "group")

PARTS = {
    Part.COUNTED: "Counted",
    Part.NOT_COUNTED: "Not counted",
    Part.OUT_OF: "All of them",
}


@dataclass(frozen=True)
class DrillRead:
    """What came of reading: a number to look behind, or a sentence by field; `given` is the input."""

    drill: Drill | None
    errors: dict[str, str] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Tab:
    """Another part of the same number, or who is left out of it; `number` is how many there are."""

    text: str
    number: int
    href: str
    is_current: bool = False


def rows_href(
    path: str,
    query: str,
    key: str,
    *,
    part: str = "",
    month: date | None = None,
    split: str = "",
    group: str = "",
) -> str:
    """The address of the rows behind a value. `path`: of the figure; `query`: its question as an address has it."""
    told = {
        "key": key,
        "part": "" if part == Part.COUNTED else part,
        "month": f"{month:%Y-%m}" if month else "",
        "split": split,
        "group": group,
    }
    drill = urlencode({name: value for name, value in told.items() if value})
    return f"{path}/rows?{drill}{'&' if query else ''}{query}"


def read_drill(given: Mapping[str, str], definition: Definition, months: Collection[date]) -> DrillRead:
    """Reads the fields of FIELDS. `months`: the first days of those in the window."""
    kept = {name: given.get(name, "").strip() for name in FIELDS}
    errors: dict[str, str] = {}
    key = next((key for key in definition.keys if key.name == kept["key"]), None)
    if key is None:
        told = f"There is no value “{kept['key']}” in this figure" if kept["key"] else "No value is named"
        errors["key"] = f"{told}. Choose one from the list"
    part = _part(kept["part"], key, errors)
    month = _month(kept["month"], months, errors)
    split, group = kept["split"], kept["group"]
    if split and split not in DIMENSIONS:
        errors["group"] = f"“{split}” is not a way to split this figure. Choose a group on the figure’s page"
    elif bool(split) != bool(group):
        errors["group"] = "A group needs its split and a split its group. Choose a group on the figure’s page"
    elif split and kept["month"]:
        errors["month"] = "Ask for one month or for one group, not for both"
    if errors or key is None:
        return DrillRead(None, errors, kept)
    return DrillRead(Drill(key.name, part, month, split, group), {}, kept)


def _part(text: str, key: Key | None, errors: dict[str, str]) -> Part:
    if not text:
        return Part.COUNTED
    if text not in list(Part):
        errors["part"] = f"“{text}” is no part of a number. Choose counted, not-counted or out-of"
        return Part.COUNTED
    if key is not None and not key.out_of and text != Part.COUNTED:
        errors["part"] = f"{key.label} is not a share: what it counts is all there is"
    return Part(text)


def _month(text: str, months: Collection[date], errors: dict[str, str]) -> date | None:
    if not text:
        return None
    found = next((month for month in months if f"{month:%Y-%m}" == text), None)
    if found is None:
        errors["month"] = f"“{text}” is not a month of the time asked for. Choose one from the list"
    return found


def group_of(figure: Figure, drill: Drill) -> Group | None:
    return next((group for group in figure.by.get(drill.split, ()) if group.key == drill.group), None)


def measures_of(figure: Figure, drill: Drill) -> list[Measure] | None:
    """The values among which the number stands; None where nothing was counted for such a group."""
    if drill.month is not None:
        return next((values for month, values in figure.by_month if month == drill.month), None)
    if drill.split:
        group = group_of(figure, drill)
        return group.values if group else None
    return figure.values


def how_many(measure: Measure, part: Part) -> int | None:
    """How many records are behind a part of a value; None where a value is no count."""
    if isinstance(measure, Share):
        left = measure.denominator - measure.numerator
        return {Part.COUNTED: measure.numerator, Part.OUT_OF: measure.denominator}.get(part, left)
    if isinstance(measure, Value) and isinstance(measure.value, int):
        return measure.value
    return None


def tabs(definition: Definition, values: list[Measure], drill: Drill, path: str, query: str) -> list[Tab]:
    """The parts of the number, then the keys that say who is left out of it; none where there is but one."""
    by_key = {value.key: value for value in values}
    key = definition.key(drill.key)

    def tab(text: str, name: str, part: Part) -> Tab:
        number = how_many(by_key[name], part) or 0
        where = {"month": drill.month, "split": drill.split, "group": drill.group}
        href = rows_href(path, query, name, part=part, **where)  # type: ignore[arg-type]
        return Tab(text, number, href, name == drill.key and part == drill.part)

    found = [tab(text, key.name, part) for part, text in PARTS.items() if key.out_of or part == Part.COUNTED]
    found += [
        tab(f"Left out: {_lower(definition.key(name).label)}", name, Part.COUNTED) for name in key.left_out
    ]
    return found if len(found) > 1 else []


def left_out_of(definition: Definition, name: str) -> list[Key]:
    """The values from which this one says who is left out."""
    return [key for key in definition.keys if name in key.left_out]


def part_words(key: Key, part: Part) -> str:
    """What the rows are, in a sentence."""
    if part == Part.COUNTED:
        return key.words
    out_of = f"{key.out_of_words[0].upper()}{key.out_of_words[1:]}"
    return f"{out_of}." if part == Part.OUT_OF else f"{out_of}, less what is counted: {_lower(key.words)}"


def _lower(words: str) -> str:
    """The words within a sentence; a word in capitals stays."""
    return words if words[:2].isupper() else words[:1].lower() + words[1:]
