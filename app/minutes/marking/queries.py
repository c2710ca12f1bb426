"""Reads the names behind marks and who can be named in one. Nothing is written here."""

from collections.abc import Iterable

from app import database
from app.access import Identity
from app.minutes.marking.rules import AGENCY, PERSON, Choices, Mark, Names, everybody_named
from app.panels.restricting.queries import nameable


async def names_in(marks: Iterable[Mark]) -> Names:
    """The names of everybody in these marks; nothing is asked where there are none."""
    agencies, people = everybody_named(marks)
    return Names(
        await _names("agency", agencies) if agencies else {},
        await _names("person", people) if people else {},
    )


async def _names(table: str, ids: Iterable[int]) -> dict[int, str]:
    rows = await database.fetch(f"SELECT id, name FROM {table} WHERE id = ANY($1::bigint[])", sorted(ids))
    return {row["id"]: row["name"] for row in rows}


async def choices_for(who: Identity, panel_id: int, marks: Iterable[Mark]) -> Choices:
    """The seats of the panel now, whoever is named in one of these marks already, and the person who asks."""
    every = [*marks, Mark(source=who.agency_id, people=(who.person_id,))]
    known, seats = await names_in(every), await nameable(panel_id)
    agencies = dict(known.agencies) | {seat.agency_id: seat.agency_name for seat in seats}
    people = dict(known.people) | {seat.person_id: f"{seat.name}, {seat.agency_name}" for seat in seats}
    readers = {seat.agency_id for seat in seats} | {one for mark in every for one in mark.agencies}
    sources = {*readers, *(mark.source for mark in every if mark.source)}
    return Choices(
        _by_name((one, agencies[one]) for one in sources if one in agencies),
        [
            (f"{AGENCY}{one}", name)
            for one, name in _by_name((one, agencies[one]) for one in readers if one in agencies)
        ]
        + [(f"{PERSON}{one}", name) for one, name in _by_name(people.items())],
    )


def _by_name(named: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    return sorted(named, key=lambda one: (one[1].casefold(), one[0]))
