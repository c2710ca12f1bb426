"""What the home page puts first, for whom. Pure."""

from dataclasses import dataclass
from datetime import date

from app.access import Identity, Permission, Scope, permits
from app.minutes.timeliness.rules import Stage, StageFact


@dataclass(frozen=True)
class MeetingInHand:
    """A held meeting whose minutes are not circulated, with its stages as they stand now."""

    meeting_id: int
    panel_id: int
    panel_name: str
    held_on: date
    chair: str
    minute_taker: str
    stages: list[StageFact]
    is_returned: bool = False


@dataclass(frozen=True)
class MinutesLine:
    """Minutes in hand: the stage they wait in, whose turn it is, when that is due, whether it is late."""

    meeting_id: int
    panel_name: str
    held_on: date
    stage: str
    turn: str
    due_on: date
    is_late: bool
    is_mine: bool


TURNS = {
    "draft-to-chair": ("To be written and sent to the chair", "minute taker", Permission.TAKE_MINUTES),
    "approved": ("To be approved", "chair", Permission.APPROVE_MINUTES),
    "circulated": ("To be circulated", "minute taker", Permission.CIRCULATE_MINUTES),
}


RETURNED = ("To be changed and sent again", "minute taker", Permission.TAKE_MINUTES)
"""A draft that the chair gave back is not the chair's to approve, though it has been sent before."""


def minutes_lines(who: Identity, meetings: list[MeetingInHand]) -> list[MinutesLine]:
    """Those whose turn it is for this person first, then the longest overdue."""
    lines = [line for meeting in meetings if (line := _line(who, meeting)) is not None]
    return sorted(lines, key=lambda line: (not line.is_mine, line.due_on, line.meeting_id))


def _line(who: Identity, meeting: MeetingInHand) -> MinutesLine | None:
    waiting: StageFact | None = next(
        (fact for fact in meeting.stages if fact.is_outstanding and str(fact.stage) in TURNS), None
    )
    if waiting is None:
        return None
    returned = meeting.is_returned and waiting.stage is Stage.APPROVED
    stage, turn, permission = RETURNED if returned else TURNS[str(waiting.stage)]
    person = meeting.chair if turn == "chair" else meeting.minute_taker
    return MinutesLine(
        meeting_id=meeting.meeting_id,
        panel_name=meeting.panel_name,
        held_on=meeting.held_on,
        stage=stage,
        turn=f"{person} ({turn})" if person else turn.capitalize(),
        due_on=waiting.deadline,
        is_late=waiting.is_late,
        is_mine=permits(who, permission, Scope(frozenset({meeting.panel_id}))),
    )
