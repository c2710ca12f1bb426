"""Standing panels, their seats and the days from which terms hold. Nothing is read or written here."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.access import Identity, Scope, SeatRole
from app.panels.kinds import PanelKind
from app.panels.terms.rules import Setting, by_path, settings_of
from app.panels.words import long_day

SEAT_ROLES = {
    SeatRole.CHAIR.value: "Chair",
    SeatRole.VICE_CHAIR.value: "Vice-chair",
    SeatRole.MINUTE_TAKER.value: "Minute taker",
    SeatRole.MEMBER.value: "Member",
    SeatRole.OBSERVER.value: "Observer",
}
TAKEN_SLUGS = frozenset({"new"})


@dataclass(frozen=True)
class SeatFacts:
    """A seat on a panel. The seat of a person who is disabled counts for nothing, but stays to be ended."""

    id: int
    panel_id: int
    person_id: int
    name: str
    email: str
    agency_id: int
    agency_name: str
    agency_kind: str
    role: str
    is_disabled: bool
    ended_at: datetime | None = None

    @property
    def role_name(self) -> str:
        return SEAT_ROLES[self.role]


@dataclass(frozen=True)
class TermLine:
    """One setting of the terms of reference as a page shows it; `default` is given where the panel overrides it."""

    path: str
    label: str
    value: str
    default: str = ""


def term_lines(kind: PanelKind, overrides: Mapping[str, Any]) -> list[TermLine]:
    """Every setting of a kind, with what the panel made of it."""
    own = by_path(overrides)
    return [
        TermLine(
            setting.path,
            setting.label,
            setting_words(setting, own.get(setting.path, setting.default)),
            setting_words(setting, setting.default) if setting.path in own else "",
        )
        for setting in settings_of(kind)
    ]


def term_changes(kind: PanelKind, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What differs between two versions, in words: Episodes in one calendar month: 5, before 4."""
    old = {line.path: line.value for line in term_lines(kind, before)}
    return [
        f"{line.label}: {line.value}, before {old[line.path]}"
        for line in term_lines(kind, after)
        if line.value != old[line.path]
    ]


def setting_words(setting: Setting, value: Any) -> str:
    if setting.level and not value:
        return "By its place in the risk scale"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(one).replace("-", " ") for one in value) or "None"
    return str(value)


def scope_of(panel_id: int) -> Scope:
    return Scope(panel_ids=frozenset({panel_id}))


def by_role(seats: Iterable[SeatFacts]) -> list[tuple[str, list[SeatFacts]]]:
    """The seats under the names of their roles, chair first; roles nobody holds are left out."""
    held = list(seats)
    found = [(name, [seat for seat in held if seat.role == role]) for role, name in SEAT_ROLES.items()]
    return [(name, those) for name, those in found if those]


def mine_first(panel_ids: Sequence[int], who: Identity) -> tuple[list[int], list[int]]:
    """The panels on which this person has a seat, and the others, each in the order given."""
    held = who.seat_panels()
    return [p for p in panel_ids if p in held], [p for p in panel_ids if p not in held]


def slug_of(name: str, taken: Iterable[str]) -> str:
    """A slug for an address, made of the panel's name and like no other."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "panel"
    used = TAKEN_SLUGS | set(taken)
    if slug not in used:
        return slug
    return next(f"{slug}-{n}" for n in range(2, len(used) + 3) if f"{slug}-{n}" not in used)


def terms_day_problem(holds_from: date, latest_terms: date | None, last_held: date | None) -> str | None:
    """Why terms of reference can't hold from this day, or None.

    Terms never change under a meeting that was held: why a child was listed then must stay true.
    """
    if latest_terms is not None and holds_from < latest_terms:
        return f"There are terms from {long_day(latest_terms)}. Choose that day or a later one."
    if last_held is not None and holds_from <= last_held:
        return f"The panel met on {long_day(last_held)} under the terms before. Choose a later day."
    return None
