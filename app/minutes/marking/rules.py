"""Whose words a section holds and who alone may read it, as kept inside the saved text. Nothing is read or written."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.access import Identity
from app.panels.restricting.rules import Restrictable, may_see_item
from app.panels.words import listed

LARGEST_ID = 2**53
AGENCY, PERSON = "agency-", "person-"
"""How a form names a reader: `agency-3`, `person-7`."""
EVERYBODY = "everybody"
Sees = Callable[[Restrictable], bool]


@dataclass(frozen=True)
class Mark:
    """A section's mark. `source`: the agency whose words they are. `agencies` and `people`: who may read it beside the
    panel's leads, by id; with neither the section is for whoever reads the minutes."""

    source: int | None = None
    agencies: tuple[int, ...] = ()
    people: tuple[int, ...] = ()

    @property
    def restricted(self) -> bool:
        return bool(self.agencies or self.people)

    @property
    def allowed_people(self) -> tuple[int, ...]:
        return self.people

    @property
    def allowed_agencies(self) -> tuple[int, ...]:
        return self.agencies

    @property
    def is_empty(self) -> bool:
        return self.source is None and not self.restricted

    @property
    def readers(self) -> list[str]:
        """As a form names them."""
        return [f"{AGENCY}{one}" for one in self.agencies] + [f"{PERSON}{one}" for one in self.people]

    def as_text(self) -> dict[str, Any]:
        return {"source": self.source, "agencies": list(self.agencies), "people": list(self.people)}


NO_MARK = Mark()
Marks = Mapping[str, Mark]


def marks_from_text(kept: Mapping[str, Any] | None) -> dict[str, Mark]:
    """The marks of a saved text by section; texts from before there were marks have none."""
    return {
        key: Mark(one.get("source"), tuple(one.get("agencies") or ()), tuple(one.get("people") or ()))
        for key, one in (kept or {}).items()
        if one
    }


def marks_as_text(marks: Marks) -> dict[str, Any]:
    """The reverse of `marks_from_text`: sorted, sections without a mark left out."""
    return {key: mark.as_text() for key, mark in sorted(marks.items()) if not mark.is_empty}


def mark_from_form(source: str, readers: Iterable[str]) -> Mark | None:
    """A mark as a form sends it; None where it can't be read."""
    agencies: set[int] = set()
    people: set[int] = set()
    source_id = _number(source) if source else None
    if source and source_id is None:
        return None
    for reader in filter(None, readers):
        kind = next((one for one in (AGENCY, PERSON) if reader.startswith(one)), None)
        number = _number(reader.removeprefix(kind)) if kind else None
        if number is None:
            return None
        (agencies if kind == AGENCY else people).add(number)
    return Mark(source_id, tuple(sorted(agencies)), tuple(sorted(people)))


def _number(text: str) -> int | None:
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_ID))
    return int(text) if is_number and 0 < int(text) < LARGEST_ID else None


def seen_by(who: Identity, panel_id: int) -> Sees:
    """The rule of restricted items, for sections as for items."""
    return lambda mark: may_see_item(who, panel_id, mark)


def hidden_keys(marks: Marks, sees: Sees) -> frozenset[str]:
    """The sections that are for others."""
    return frozenset(key for key, mark in marks.items() if not sees(mark))


def kept_open(marks: Marks, before: Marks, person_id: int, sees: Sees) -> dict[str, Mark]:
    """The same marks, every one that was set now naming whoever set it: nobody writes on what they can't read."""
    return {
        key: Mark(mark.source, mark.agencies, tuple(sorted({*mark.people, person_id})))
        if mark != before.get(key, NO_MARK) and not sees(mark)
        else mark
        for key, mark in marks.items()
    }


def merged_mark(was: Mark, theirs: Mark, mine: Mark) -> Mark:
    """Of two marks the changed one; of two changed ones the stored one, unless mine alone closes the section."""
    if theirs == was:
        return mine
    if mine == was or theirs.restricted or not mine.restricted:
        return theirs
    return mine


@dataclass(frozen=True)
class Names:
    """The names of those whom marks name, by id."""

    agencies: Mapping[int, str] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)

    def of(self, mark: Mark) -> list[str]:
        """The readers of a mark beside the leads, by name."""
        agencies = [self.agencies.get(one, "an agency") for one in mark.agencies]
        return agencies + [self.people.get(one, "a person") for one in mark.people]

    def in_words(self, mark: Mark) -> str:
        """Who may read it, in half a sentence; and whose words they are."""
        readers = f"only {listed(['the chairs', *self.of(mark)])}" if mark.restricted else EVERYBODY
        source = self.agencies.get(mark.source, "an agency") if mark.source else ""
        return f"{readers}; source: {source}" if source else readers

    def printed(self, mark: Mark) -> dict[str, Any]:
        """A mark as the minutes fix it: ids decide who reads it, names are for the reader."""
        return {
            "source": {"id": mark.source, "name": self.agencies.get(mark.source, "")}
            if mark.source
            else None,
            "agencies": [{"id": one, "name": self.agencies.get(one, "")} for one in mark.agencies],
            "people": [{"id": one, "name": self.people.get(one, "")} for one in mark.people],
        }


def mark_from_print(printed: Mapping[str, Any]) -> Mark:
    """The reverse of `Names.printed`."""
    return Mark(
        printed["source"]["id"] if printed["source"] else None,
        tuple(one["id"] for one in printed["agencies"]),
        tuple(one["id"] for one in printed["people"]),
    )


@dataclass(frozen=True)
class Choices:
    """Whom a form lists: agencies as sources, and readers as [value, label], agencies before people."""

    sources: Sequence[tuple[int, str]] = ()
    readers: Sequence[tuple[str, str]] = ()

    def refuses(self, mark: Mark) -> bool:
        known = {value for value, _ in self.readers}
        return not set(mark.readers) <= known or (
            mark.source is not None and mark.source not in {agency for agency, _ in self.sources}
        )

    def chosen(self, mark: Mark) -> list[str]:
        """The readers of a mark in the order of the form."""
        return [value for value, _ in self.readers if value in mark.readers]


def everybody_named(marks: Iterable[Mark]) -> tuple[Collection[int], Collection[int]]:
    """The agencies (readers and sources) and the people in these marks, by id."""
    every = list(marks)
    agencies = {one for mark in every for one in mark.agencies} | {
        mark.source for mark in every if mark.source
    }
    return agencies, {one for mark in every for one in mark.people}
