"""What must hold before an action is issued from an agenda item, or changed before anybody took it up. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from app.actions.due.rules import Due, due_problem
from app.actions.rules import LONGEST_TEXT, PRIORITIES, ROUTINE, STRANDS
from app.panels.words import listed

LONGEST_WHY = 1000
CHOOSE_OWNER = "Choose who will do it: a person, or an agency"


@dataclass(frozen=True)
class Agreed:
    """What was agreed in the room. The owner is a person, a post of an agency, or an agency that will name one.

    `child_id`: whom it is about, where its item is about no child.
    """

    text: str
    owner_id: int | None
    agency_id: int | None
    due: Due
    strand: str = ""
    why: str = ""
    priority: str = ROUTINE
    post_id: int | None = None
    child_id: int | None = None


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


@dataclass(frozen=True)
class PostFacts:
    """A post that may be given an action; names are blank where nobody is there who can sign in."""

    id: int
    name: str
    agency_id: int
    agency_name: str
    holder_name: str
    cover_name: str

    @property
    def people(self) -> str:
        """Sam Jones, cover Ann Smith"""
        if self.holder_name and self.cover_name:
            return f"{self.holder_name}, cover {self.cover_name}"
        return self.holder_name or (f"cover {self.cover_name}" if self.cover_name else "nobody holds it now")


@dataclass(frozen=True)
class AgencyFacts:
    """An agency that may be given an action; `heard`: somebody would be told."""

    id: int
    name: str
    heard: bool


@dataclass(frozen=True)
class Choices:
    """Who may be given an action under one item, and which children it may be about."""

    owner: OwnerFacts | None
    post: PostFacts | None
    agency: AgencyFacts | None
    child_ids: Collection[int]


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


def issuing_problems(agreed: Agreed, item: ItemFacts, chosen: Choices) -> dict[str, str]:
    """What is wrong with an action, by field; nothing when it may be issued."""
    problems: dict[str, str] = {}
    if not agreed.text.strip():
        problems["text"] = "Say what is to be done"
    elif len(agreed.text) > LONGEST_TEXT:
        problems["text"] = f"Use {LONGEST_TEXT} characters or fewer"
    if len(agreed.why) > LONGEST_WHY:
        problems["why"] = f"Use {LONGEST_WHY} characters or fewer"
    owner_problem = _owner_problem(agreed, chosen)
    if owner_problem:
        problems["owner"] = owner_problem
    wrong = agreed.due.problem or (due_problem(agreed.due.on, item.meeting_on) if agreed.due.on else None)
    if wrong:
        problems["due_on"] = wrong
    if agreed.strand and agreed.strand not in STRANDS:
        problems["strand"] = "Choose Prepare, Prevent, Protect or Pursue"
    if agreed.priority not in PRIORITIES:
        problems["priority"] = "Choose routine or urgent"
    if agreed.child_id is not None and agreed.child_id not in chosen.child_ids:
        problems["child"] = "Choose a child of this agenda, or none"
    return problems


def _owner_problem(agreed: Agreed, chosen: Choices) -> str | None:
    if agreed.owner_id is not None:
        if chosen.owner is None:
            return "Choose somebody from the list"
        return _has_left(chosen.owner) if chosen.owner.disabled else None
    if agreed.post_id is not None:
        return None if chosen.post else "Choose a post from the list"
    if agreed.agency_id is not None:
        return None if chosen.agency else "Choose an agency from the list"
    return CHOOSE_OWNER


def _has_left(owner: OwnerFacts) -> str:
    return (
        f"{owner.name} can no longer sign in. Choose someone else. "
        f"A post of {owner.agency_name} or the agency itself will do, if you do not know whom."
    )


def nobody_hears(agency: str, post: str = "", restricted: bool = False) -> str:
    """What to say of an owner by whom nobody at all would be told."""
    missing = listed(
        [
            *([f"nobody holds or covers {post}"] if post else []),
            f"{agency} has nobody on this panel",
            "no agency lead who can sign in",
        ]
    )
    whom = " and may see this restricted item" if restricted else ""
    return (
        f"Nobody would hear of it: {missing}{whom}. Choose a person, "
        "or ask an administrator to name the agency’s lead first."
    )
