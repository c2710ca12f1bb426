"""A kind's defaults with a panel's overrides, checked and merged. Pure: nothing is read or written here.

Overrides are kept as a nested dict of what differs: `{"rule": {"count": 4}, "timescales": {"draft": 3}, "quorum": 4}`.
On forms a setting goes by its path: `rule.count`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from functools import cached_property
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from app.lifecycle import Refused
from app.panels.kinds import STANDING_ITEMS, Escalation, PanelKind, StandingItem, Timescales
from app.panels.selection_rules import Asked, HasLevel, Rule
from app.panels.words import listed

AGENCY_KINDS = ("social-care", "police", "health", "education", "youth-justice", "charity", "other")
COUNTABLE = ("missing", "away", "absent")
"""Categories a panel may count. Missing from curfew is never counted as missing."""
NONE = "none"
"""What a form sends along with the ticks of a list that may be empty: without any it means none, not the default."""


@dataclass(frozen=True)
class StandingPanel:
    """An authority's own panel: a row, with the kind it is of."""

    id: int
    slug: str
    name: str
    kind: PanelKind
    active: bool = True


@dataclass(frozen=True)
class Terms:
    """What holds for a panel on a day. `terms_id` and `holds_from` are None where the kind's defaults hold alone."""

    kind: PanelKind
    rule: Rule
    quorum: int
    required_agencies: tuple[str, ...]
    timescales: Timescales
    escalation: Escalation
    minutes_per_item: int
    meeting_minutes: int
    standing_items: tuple[str, ...] = ()
    categories: tuple[str, ...] = ("missing",)
    terms_id: int | None = None
    holds_from: date | None = None

    @cached_property
    def rule_version(self) -> str:
        """Which rule was applied: the kind's version, and the terms that changed it."""
        own = f"{self.kind.slug}/{self.kind.version}"
        return own if self.holds_from is None else f"{own}, terms of {self.holds_from.isoformat()}"

    def words(self, level: str = "") -> str:
        """The selection rule in words. `level`: the risk word that the rule names or that its position means."""
        return self.rule.words(self.counted, level or level_words(self.rule))

    @property
    def standing(self) -> list[StandingItem]:
        """The standing items in the order of an agenda; the children stand before the closing ones."""
        return [item for key, item in STANDING_ITEMS.items() if key in self.standing_items]

    @property
    def counted(self) -> str:
        """The counted categories in words: missing, or missing or away."""
        return listed(self.categories, "or")


@dataclass(frozen=True)
class Setting:
    """One thing that terms of reference may set. `choices`: several of these, or none at all where it `may_be_empty`;
    `level`: a word of the risk scale.
    """

    path: str
    label: str
    default: Any
    least: int = 0
    most: int = 0
    choices: tuple[str, ...] = ()
    level: bool = False
    may_be_empty: bool = False

    @property
    def is_number(self) -> bool:
        return isinstance(self.default, int)

    @property
    def is_list(self) -> bool:
        return isinstance(self.default, tuple)


def settings_of(kind: PanelKind) -> list[Setting]:
    """Everything that may be set for a kind, the selection rule first."""
    return [
        *_asked(kind.rule, "rule"),
        Setting("categories", "Categories that count as missing", ("missing",), choices=COUNTABLE),
        Setting("quorum", "Agencies that make a quorum", kind.quorum, 1, 30),
        Setting(
            "required_agencies", "Agencies that must be there", kind.required_agencies, choices=AGENCY_KINDS
        ),
        *_asked(kind.timescales, "timescales"),
        *_asked(kind.escalation, "escalation"),
        Setting("minutes_per_item", "Minutes for each item", kind.minutes_per_item, 1, 240),
        Setting(
            "standing_items",
            "Standing items",
            kind.standing_items,
            choices=tuple(STANDING_ITEMS),
            may_be_empty=True,
        ),
        Setting("meeting_minutes", "Length of a meeting in minutes", kind.meeting_minutes, 15, 720),
    ]


def _asked(value: Any, path: str) -> Iterator[Setting]:
    hints = get_type_hints(type(value), include_extras=True)
    for field in fields(value):
        own, hint = getattr(value, field.name), hints[field.name]
        if is_dataclass(own):
            yield from _asked(own, f"{path}.{field.name}")
        elif get_origin(hint) is Annotated:
            asked = next(extra for extra in get_args(hint) if isinstance(extra, Asked))
            numbers = (asked.least, asked.most) if isinstance(own, int) else (0, 0)
            yield Setting(f"{path}.{field.name}", asked.label, own, *numbers, level=asked.level)


def read_overrides(
    kind: PanelKind, given: Mapping[str, Any], levels: Sequence[str] = ()
) -> tuple[dict[str, Any], dict[str, str]]:
    """What differs from the kind's defaults, and a sentence by path for whatever makes no sense.

    `given` is by path; text, numbers and lists are all taken, blanks leave the default. `levels`: the risk scale.
    """
    known = {setting.path: setting for setting in settings_of(kind)}
    overrides: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for path, value in given.items():
        setting = known.get(path)
        if setting is None:
            problems[path] = f"{kind.name} has no setting called “{path}”."
            continue
        if value is None or value == "" or (value == [] and not setting.may_be_empty):
            continue
        try:
            read = _read(setting, value, levels)
        except ValueError as problem:
            problems[path] = str(problem)
            continue
        if read != setting.default:
            _put(overrides, path, list(read) if isinstance(read, tuple) else read)
    return overrides, problems


def _read(setting: Setting, value: Any, levels: Sequence[str]) -> Any:
    if setting.is_number:
        text = str(value).strip()
        if isinstance(value, bool) or not text.isdecimal() or not setting.least <= int(text) <= setting.most:
            raise ValueError(f"{setting.label}: enter a whole number from {setting.least} to {setting.most}.")
        return int(text)
    if setting.is_list:
        given = value.replace(";", ",").split(",") if isinstance(value, str) else list(value)
        slugs = tuple(
            dict.fromkeys("-".join(str(word).casefold().split()) for word in given if str(word).strip())
        )
        if setting.may_be_empty and not set(slugs) - {NONE}:
            return ()
        slugs = tuple(slug for slug in slugs if slug != NONE or not setting.may_be_empty)
        unknown = [slug for slug in slugs if setting.choices and slug not in setting.choices]
        if unknown or not slugs:
            allowed = f" Choose from {listed(setting.choices)}." if setting.choices else ""
            raise ValueError(f"{setting.label}: “{', '.join(unknown) or value}” can’t be used.{allowed}")
        if setting.path == "categories" and "missing" not in slugs:
            raise ValueError(
                "A panel always counts missing episodes; add away or absent if it counts those too."
            )
        return tuple(c for c in setting.choices if c in slugs) if setting.choices else slugs
    text = " ".join(str(value).split())
    if levels and text not in levels:
        raise ValueError(f"“{text}” is not a level of the risk scale. Choose from {listed(list(levels))}.")
    return text


def _put(overrides: dict[str, Any], path: str, value: Any) -> None:
    *parents, name = path.split(".")
    for parent in parents:
        overrides = overrides.setdefault(parent, {})
    overrides[name] = value


def by_path(overrides: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested overrides as a flat dict by path."""
    flat: dict[str, Any] = {}
    for name, value in overrides.items():
        path = f"{prefix}{name}"
        flat |= by_path(value, f"{path}.") if isinstance(value, Mapping) else {path: value}
    return flat


def merged_terms(
    kind: PanelKind,
    overrides: Mapping[str, Any],
    *,
    terms_id: int | None = None,
    holds_from: date | None = None,
) -> Terms:
    """The kind's defaults with these overrides. Raises Refused with a sentence where one makes no sense."""
    kept, problems = read_overrides(kind, by_path(overrides))
    if problems:
        raise Refused(f"The terms of reference can’t be used. {' '.join(problems.values())}", problems)
    defaults = Terms(
        kind=kind,
        rule=kind.rule,
        quorum=kind.quorum,
        required_agencies=kind.required_agencies,
        timescales=kind.timescales,
        escalation=kind.escalation,
        minutes_per_item=kind.minutes_per_item,
        meeting_minutes=kind.meeting_minutes,
        standing_items=kind.standing_items,
        terms_id=terms_id,
        holds_from=holds_from,
    )
    merged: Terms = _with(defaults, kept)
    return merged


def _with(value: Any, overrides: Mapping[str, Any]) -> Any:
    changes = {}
    for name, override in overrides.items():
        if isinstance(override, Mapping):
            changes[name] = _with(getattr(value, name), override)
        else:
            changes[name] = tuple(override) if isinstance(override, list) else override
    return replace(value, **changes)


_ORDINALS = ("lowest", "second", "third", "fourth", "fifth")


def level_words(rule: Rule) -> str:
    """The level a rule names, or its place in the scale where it names none."""
    if not isinstance(rule, HasLevel):
        return ""
    return rule.level or f"the {_ORDINALS[min(rule.level_from_bottom, 5) - 1]} level"
