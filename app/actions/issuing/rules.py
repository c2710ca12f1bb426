"""What must hold before an action is issued from an agenda item, and the mail that tells its owner. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from app.actions.rules import LONGEST_TEXT, STRANDS
from app.panels.words import long_day


@dataclass(frozen=True)
class Agreed:
    """What was agreed in the room. The owner is a person, or an agency that will name one."""

    text: str
    owner_id: int | None
    agency_id: int | None
    due_on: date
    strand: str = ""


@dataclass(frozen=True)
class ItemFacts:
    """The agenda item under which it was agreed, and its meeting's day and status."""

    id: int
    meeting_id: int
    meeting_status: str
    meeting_on: date
    panel_id: int
    child_id: int | None
    status: str


@dataclass(frozen=True)
class OwnerFacts:
    """A person who may be given an action."""

    id: int
    name: str
    email: str
    agency_id: int
    agency_name: str
    disabled: bool
    on_panel: bool


def needs_a_living_meeting(item: ItemFacts) -> str | None:
    if item.meeting_status == "cancelled":
        return "This meeting was cancelled. Issue the action from a meeting that takes place."
    if item.meeting_status == "planned":
        return (
            "The agenda of this meeting is not issued yet. Issue it first, then agree actions in the meeting."
        )
    return None


def needs_the_item_on_the_agenda(item: ItemFacts) -> str | None:
    if item.status == "on-agenda":
        return None
    return (
        "This item is no longer on the agenda. Put it back on the agenda before you issue actions under it."
    )


def issuing_problems(
    agreed: Agreed, item: ItemFacts, owner: OwnerFacts | None, agency_ids: Collection[int]
) -> dict[str, str]:
    """What is wrong with an action, by field; nothing when it may be issued."""
    problems: dict[str, str] = {}
    if not agreed.text.strip():
        problems["text"] = "Say what is to be done"
    elif len(agreed.text) > LONGEST_TEXT:
        problems["text"] = f"Use {LONGEST_TEXT} characters or fewer"
    if agreed.owner_id is None and agreed.agency_id is None:
        problems["owner"] = "Choose who will do it: a person, or an agency"
    elif agreed.owner_id is not None and owner is None:
        problems["owner"] = "Choose somebody from the list"
    elif owner is not None and owner.disabled:
        problems["owner"] = f"{owner.name} can no longer sign in. Choose someone else."
    elif owner is None and agreed.agency_id not in agency_ids:
        problems["owner"] = "Choose an agency from the list"
    if agreed.due_on < item.meeting_on:
        problems["due_on"] = f"Enter a date on or after the meeting, {long_day(item.meeting_on)}"
    elif agreed.due_on.year > item.meeting_on.year + 5:
        problems["due_on"] = "Check the year: this is more than five years after the meeting"
    if agreed.strand and agreed.strand not in STRANDS:
        problems["strand"] = "Choose Prepare, Prevent, Protect or Pursue"
    return problems


def new_action_mail(action_id: int, due_on: date, base_url: str, to_person: bool) -> tuple[str, str]:
    """Subject and body of the mail to the owner: a reference and a link, never a name."""
    whose = "You have been given" if to_person else "Your agency has been given"
    subject = f"Action {action_id}, due {long_day(due_on)}"
    body = (
        f"{whose} action {action_id}. It is due on {long_day(due_on)}.\n\n"
        f"Read it, and say when it is done:\n{base_url}/actions/{action_id}\n\n"
        "This message names nobody on purpose. Sign in to read what was agreed.\n"
    )
    return subject, body
