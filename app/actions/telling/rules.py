"""When the mail about new actions goes, and what it says: references and links, never a name. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.panels.words import counted, long_day

HOLD = timedelta(minutes=3)
"""How long a mail waits for more actions to the same person under the same item."""

ISSUED = "issued"
CHANGED = "changed"
WITHDRAWN = "withdrawn"
MOVED = "moved"

AS_OWNER = "owner"
AS_POST = "post"
AS_AGENCY = "agency"
GIVEN = {
    AS_OWNER: "You have been given",
    AS_POST: "A post that you hold or cover has been given",
    AS_AGENCY: "Your agency has been given",
}


@dataclass(frozen=True)
class ItemStands:
    """How far the discussion of an item is: its outcome is recorded (`closed`), its meeting has ended, or should by."""

    closed: bool
    meeting_ended: bool
    meeting_ends_at: datetime


@dataclass(frozen=True)
class News:
    """What one person is told of one action: `word` is what happened to it, `given_as` how it came to them."""

    action_id: int
    word: str
    due_on: date
    urgent: bool
    given_as: str


def goes_at(now: datetime, item: ItemStands, *, urgent: bool) -> datetime:
    """When the mail about an action agreed now goes: at once, or a few minutes later, never after the meeting's end.

    While an item is discussed its actions wait for one another, so that three to one person make one mail.
    """
    if urgent or item.closed or item.meeting_ended:
        return now
    return min(now + HOLD, item.meeting_ends_at) if item.meeting_ends_at > now else now + HOLD


def mail_of(news: Sequence[News], base_url: str) -> tuple[str, str]:
    """Subject and body of one mail about one or more actions of an item."""
    lines = [_line(one) for one in news] if len(news) > 1 else [_alone(news[0])]
    links = [f"{line}\n{base_url}/actions/{one.action_id}" for line, one in zip(lines, news, strict=True)]
    closing = "This message names nobody on purpose. Sign in to read what was agreed.\n"
    opening = [] if len(news) == 1 else [_opening(news)]
    return _subject(news), "\n\n".join([*opening, *links, closing])


def _subject(news: Sequence[News]) -> str:
    given = [one for one in news if one.word in (ISSUED, CHANGED)]
    urgent = "Urgent: " if any(one.urgent for one in given) else ""
    if len(news) == 1:
        one = news[0]
        happened = {
            ISSUED: "",
            CHANGED: " was changed",
            WITHDRAWN: " is withdrawn",
            MOVED: " is no longer with you",
        }
        due = f", due {long_day(one.due_on)}" if given else ""
        return f"{urgent}Action {one.action_id}{happened[one.word]}{due}"
    due = f", the first due {long_day(min(one.due_on for one in given))}" if given else ""
    return f"{urgent}{counted(len(news), 'action')}{due}"


def _opening(news: Sequence[News]) -> str:
    new = [one for one in news if one.word == ISSUED]
    if len(new) < len(news):
        return f"There is news of {counted(len(news), 'action')}."
    ways = {one.given_as for one in new}
    given = GIVEN[ways.pop()] if len(ways) == 1 else "You or your agency have been given"
    return f"{given} {counted(len(news), 'action')}."


def _alone(one: News) -> str:
    if one.word == ISSUED:
        urgent = " It is urgent." if one.urgent else ""
        return (
            f"{GIVEN[one.given_as]} action {one.action_id}. It is due on {long_day(one.due_on)}.{urgent}\n\n"
            "Read it and acknowledge it with one press; say there too when it is done:"
        )
    return {
        CHANGED: f"Action {one.action_id} was changed. It is due on {long_day(one.due_on)}.\n\nRead it again:",
        WITHDRAWN: f"Action {one.action_id} is withdrawn. There is nothing left to do.\n\nWhy stands here:",
        MOVED: f"Action {one.action_id} is no longer with you: it was given to somebody else.\n\nWhat became of it:",
    }[one.word]


def _line(one: News) -> str:
    urgent = "Urgent: action" if one.urgent else "Action"
    said = {
        ISSUED: f"due {long_day(one.due_on)}",
        CHANGED: f"changed, due {long_day(one.due_on)}",
        WITHDRAWN: "withdrawn, nothing left to do",
        MOVED: "no longer with you",
    }[one.word]
    return f"{urgent if one.word in (ISSUED, CHANGED) else 'Action'} {one.action_id}, {said}:"
