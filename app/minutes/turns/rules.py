"""Whose turn it is with minutes that wait in a stage. Pure; who holds which seat is read by the queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.access import Role, SeatRole
from app.minutes.timeliness.rules import Stage
from app.panels.words import listed


class Part(StrEnum):
    """The part somebody has in making minutes."""

    CHAIR = "chair"
    MINUTE_TAKER = "minute taker"


SEATS: Mapping[Part, tuple[SeatRole, ...]] = {
    Part.CHAIR: (SeatRole.CHAIR, SeatRole.VICE_CHAIR),
    Part.MINUTE_TAKER: (SeatRole.MINUTE_TAKER,),
}
"""The seats that stand in where nobody is named."""


@dataclass(frozen=True)
class Holder:
    """Somebody who can sign in, with the seats held now (panel and role) and the roles held everywhere."""

    person_id: int
    name: str
    email: str
    seats: frozenset[tuple[int, str]] = frozenset()
    roles: frozenset[str] = frozenset()

    def sits_as(self, panel_id: int, roles: Sequence[str]) -> bool:
        return any((panel_id, role) in self.seats for role in roles)


@dataclass(frozen=True)
class Turn:
    """Whose turn it is. `is_named`: the meeting names the person; else these people hold the seat (or nobody does)."""

    part: Part
    people: tuple[Holder, ...] = field(default=())
    is_named: bool = False

    @property
    def words(self) -> str:
        """`Carys Chairwell (chair)`, `Seat of the minute taker: Minna Takewright`, or that nobody holds it."""
        names = listed([one.name for one in self.people])
        if self.is_named:
            return f"{names} ({self.part})"
        return f"Seat of the {self.part}: {names or 'nobody holds it'}"


def part_in(stage: Stage, is_returned: bool) -> Part:
    """Who moves minutes on from a stage: the chair approves, everything else is the minute taker's.

    So is a draft that the chair gave back, though it has been with the chair before.
    """
    return Part.CHAIR if stage is Stage.APPROVED and not is_returned else Part.MINUTE_TAKER


def whose_turn(
    part: Part,
    panel_id: int,
    chair_id: int | None,
    minute_taker_id: int | None,
    holders: Sequence[Holder],
) -> Turn:
    """The person the meeting names, as long as they can still do it; else whoever holds the seat on the panel.

    Who took the minutes does not approve them, so as chair they are passed over.
    """
    named_id = chair_id if part is Part.CHAIR else minute_taker_id
    able = [one for one in holders if _can(one, part, panel_id)]
    if part is Part.CHAIR:
        able = [one for one in able if one.person_id != minute_taker_id]
    named = tuple(one for one in able if one.person_id == named_id)
    if named:
        return Turn(part, named, is_named=True)
    seated = [one for one in able if one.sits_as(panel_id, SEATS[part])]
    if part is Part.CHAIR:  # the chair before the vice-chairs
        seated = [one for one in seated if one.sits_as(panel_id, [SeatRole.CHAIR])] or seated
    return Turn(part, tuple(seated))


def _can(one: Holder, part: Part, panel_id: int) -> bool:
    """As the table of permissions has it: officers take minutes and circulate them without a seat."""
    if one.sits_as(panel_id, SEATS[part]):
        return True
    return part is Part.MINUTE_TAKER and Role.PANEL_OFFICER in one.roles
