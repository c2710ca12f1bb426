"""Whom an action is with: one rule over who might be asked, in turn. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.access import SeatRole

OWNER = "owner"
HOLDER = "holder"
COVER = "cover"
REPRESENTATIVE = "representative"
LEAD = "lead"

IN_TURN = (OWNER, HOLDER, COVER, REPRESENTATIVE, LEAD)
"""Who is asked before whom: the first kind of whom anybody is here has the action."""

SPEAKING_SEATS = (SeatRole.CHAIR, SeatRole.VICE_CHAIR, SeatRole.MEMBER)
"""Seats whose holder represents the agency on the panel; a minute taker and an observer do not."""


@dataclass(frozen=True)
class Candidate:
    """A person an action may be with, and as what; `left`: can no longer sign in."""

    action_id: int
    person_id: int
    name: str
    email: str
    stands_as: str
    left: bool = False


def named_words(owner: str, post: str, holder: str) -> str:
    """Who is named for it: a person, or a post with who holds it; blank where only the agency is."""
    return owner or (f"{post} ({holder})" if holder else post)


def with_whom(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The people one action is with: all of the first kind, in turn, of whom anybody is still here.

    The owner; else the holder of its post, or who covers where there is no holder or the holder left; else those who
    represent its agency on the panel; else the agency's leads. Nobody: the list is empty, and somebody must be told.
    A cover may see and update an action of the post at any time; this says only whom it is with.
    """
    here = [candidate for candidate in candidates if not candidate.left]
    for kind in IN_TURN:
        found = [candidate for candidate in here if candidate.stands_as == kind]
        if found:
            return found
    return []
