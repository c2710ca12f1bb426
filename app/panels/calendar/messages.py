"""What stands in the e-mails that carry an invitation: references and links, never who is discussed. Pure."""

from app.panels.calendar.rules import place_words
from app.panels.meetings.rules import MeetingFacts
from app.panels.words import clock_time, counted, long_day

Message = tuple[str, str]
"""Subject and text."""


def invited_message(meeting: MeetingFacts, address: str) -> Message:
    """The first word of a meeting that was planned."""
    place = place_words(meeting.place, bool(meeting.video_link)) or "Place to be told"
    body = (
        f"You are asked to the meeting of {meeting.panel_name} on {_when(meeting)}. {place}.\n\n"
        f"Say whether you come (you will be asked to sign in):\n{address}/meetings/{meeting.id}/reply\n\n"
        f"You are told when its agenda is issued.\n\nReference: meeting {meeting.id}\n"
    )
    return f"Meeting planned: {meeting.title}", body


def seat_ended_message(meeting: MeetingFacts) -> Message:
    """To somebody whose seat on the panel ended."""
    body = (
        f"Your seat on {meeting.panel_name} has ended, so you are no longer asked to its meeting on "
        f"{_when(meeting)}.\n\nReference: meeting {meeting.id}\n"
    )
    return f"No longer asked: {meeting.title}", body


def rhythm_message(panel_name: str, words: str, address: str) -> Message:
    """One word for all meetings of a rhythm: they stand in the calendar that everybody may subscribe to."""
    body = (
        f"{panel_name} now meets {words}.\n\n"
        "All its meetings are in your Homeward calendar. Subscribe to it once, and every meeting and every change "
        f"shows in your own calendar (you will be asked to sign in):\n{address}/calendar\n\n"
        "You get an invitation to each meeting when its agenda is issued.\n"
    )
    return f"Meetings planned: {panel_name}", body


def rhythm_ended_message(panel_name: str, last_day: str, removed: int, address: str) -> Message:
    """One word for all meetings that a rhythm's end takes off the calendar."""
    gone = (
        f"{counted(removed, 'meeting')} after it {'is' if removed == 1 else 'are'} no longer planned.\n\n"
        if removed
        else ""
    )
    body = (
        f"The rhythm of {panel_name} ends: its last day is {last_day}.\n\n{gone}"
        f"See what is still planned (you will be asked to sign in):\n{address}/calendar\n"
    )
    return f"Meetings end: {panel_name}", body


def vanished_message(meeting: MeetingFacts, address: str) -> Message:
    """To everybody with a seat, when a meeting is taken off because the panel meets in another rhythm or in none."""
    body = (
        f"{meeting.panel_name} no longer meets on {_when(meeting)}: its rhythm has changed or ended.\n\n"
        f"See when it meets (you will be asked to sign in):\n{address}/calendar\n\n"
        f"Reference: meeting {meeting.id}\n"
    )
    return f"No longer planned: {meeting.title}", body


def _when(meeting: MeetingFacts) -> str:
    return f"{long_day(meeting.starts_at)} at {clock_time(meeting.starts_at)}"
