"""What pages, messages and minutes say of contributions. Pure; who is asked and until when stands in `rules`."""

from collections.abc import Iterable, Sequence

from app.panels.attendance.rules import AGENCY_KIND_NAMES
from app.panels.contributions.rules import AskedAgency, ContributionFacts, Line, Progress, due_on
from app.panels.meetings.rules import MeetingFacts
from app.panels.words import clock_time, counted, listed, long_day


def waiting_words(progress: Sequence[Progress]) -> str:
    """2 of 3 required agencies have not answered everything. Empty where nothing is asked for."""
    if not any(one.asked for one in progress):
        return ""
    required = [one for one in progress if one.agency.is_required and one.asked]
    counts = required or [one for one in progress if one.asked]
    waiting = sum(not one.is_done for one in counts)
    noun = "required agency" if required else "agency"
    many = "required agencies" if required else "agencies"
    if not waiting:
        return f"{'Every' if len(counts) > 1 else 'The'} {noun} has answered"
    has = "has" if waiting == 1 else "have"
    return f"{waiting} of {counted(len(counts), noun, many)} {has} not answered everything"


def owed_words(lines: Sequence[Line]) -> str:
    """What an agency still owes: 8 children to research. Empty when it owes nothing."""
    owed = [line.item for line in lines if not line.is_answered]
    children = sum(item.kind == "child" for item in owed)
    parts = []
    if children:
        parts.append(counted(children, "child", "children"))
    if len(owed) > children:
        parts.append(counted(len(owed) - children, "place"))
    return f"{listed(parts)} to research" if parts else ""


def nobody_seated_for(agencies: Iterable[AskedAgency], required: Iterable[str]) -> list[str]:
    """The kinds of agency that the terms of reference require and nobody on the panel speaks for."""
    kinds = {agency.kind for agency in agencies}
    return [AGENCY_KIND_NAMES.get(kind, kind) for kind in required if kind not in kinds]


def reminder_message(meeting: MeetingFacts, owed: int, agency: str, address: str) -> tuple[str, str]:
    """Subject and text of a reminder: a count, a reference and a link, never who is discussed."""
    by = long_day(due_on(meeting.starts_at))
    when = f"{long_day(meeting.starts_at)} at {clock_time(meeting.starts_at)}"
    body = (
        f"{agency} has not answered about {counted(owed, 'item')} of the agenda of {meeting.panel_name} on {when}. "
        f"Contributions are asked for by the end of {by}; “nothing known” is an answer.\n\n"
        f"Answer here (you will be asked to sign in):\n{address}/meetings/{meeting.id}/contributions\n\n"
        f"Reference: meeting {meeting.id}\n"
    )
    return f"Reminder: contributions for {meeting.title}", body


def source_line(one: ContributionFacts) -> str:
    """The line above a contribution in the minutes: From Exampleshire Police, sent late:"""
    return f"From {one.source}{', sent late' if one.is_late else ''}:"


def text_for_minutes(contributions: Iterable[ContributionFacts], already: str) -> str:
    """The minutes with the words of agencies and guests after them; what stands there already is not added again."""
    text = already.rstrip()
    for one in contributions:
        told = "\n".join(f"{label}: {words}" for label, words in one.told) or "Nothing known."
        added = f"{source_line(one)}\n{told}"
        if added not in text:
            text = f"{text}\n\n{added}" if text else added
    return text
