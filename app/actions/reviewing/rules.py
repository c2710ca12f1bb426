"""What a panel may say of an earlier action, what each view does, and how it reads. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.actions.reviewing.views.rules import CHOICES, OF_FINISHED, REASONS, View, kept_day, view_words
from app.actions.rules import LONGEST_NOTE, is_open, is_overdue
from app.panels.handed_in import CarriedAction
from app.panels.words import day_and_month, listed, long_day


@dataclass(frozen=True)
class EarlierAction:
    """An action as it stands now, for whoever may see it. `whose`: owner or post, and agency, in words."""

    id: int
    text: str
    whose: str
    agency_id: int
    owner_id: int | None
    post_id: int | None
    child_id: int | None
    child_name: str
    item_title: str
    due_on: date
    original_due_on: date
    status: str
    version: int
    escalated: bool = False

    @property
    def owed(self) -> "Owed":
        return Owed(self.agency_id, self.owner_id, self.post_id, self.whose)

    @property
    def kept(self) -> dict[str, Any]:
        """How it stands, for a meeting's record to keep."""
        return {
            "text": self.text,
            "whose": self.whose,
            "due_on": self.due_on.isoformat(),
            "status": self.status,
        }


@dataclass(frozen=True)
class Said:
    """What the panel says. `owner` is `person-12`, `agency-3` or `post-4`; blank where it stays whose it is."""

    view: str
    note: str = ""
    due_on: date | None = None
    owner: str = ""


@dataclass(frozen=True)
class Review:
    """What one meeting said of one action. `stood` and `changed` as `action_review` keeps them."""

    action_id: int
    meeting_id: int
    meeting_at: datetime
    view: str
    note: str
    stood: dict[str, Any]
    changed: dict[str, Any]
    settles: bool
    by: str
    reviewed_at: datetime
    version: int

    @property
    def words(self) -> str:
        """The view with what it set: `Re-set: due 5 December 2026 instead of 20 November 2026`."""
        return view_words(self.view, self.changed, self.by)

    @property
    def due_on(self) -> date | None:
        return kept_day(self.changed.get("due_on"))

    @property
    def due_before(self) -> date | None:
        return kept_day(self.changed.get("due_before"))

    @property
    def owner(self) -> str:
        """Whom it was given to, as the form names them."""
        owed = self.changed.get("owed")
        return Owed.from_kept(owed).chosen if owed else ""


@dataclass(frozen=True)
class ToReview:
    """One earlier action as a meeting meets it: the action, its history, and what this meeting says of it already.

    `missed`: the meetings held since that did not look at it. `settled_at`: when another meeting settled it.
    """

    action: EarlierAction
    place_names: frozenset[str] = frozenset()
    restricted: bool = False
    history: tuple[str, ...] = ()
    missed: tuple[datetime, ...] = ()
    review: Review | None = None
    settled_at: datetime | None = None

    @property
    def child_id(self) -> int | None:
        return self.action.child_id

    @property
    def is_looked_at(self) -> bool:
        return self.review is not None

    @property
    def not_looked_at(self) -> str:
        return missed_words(self.missed)

    @property
    def choices(self) -> dict[str, str]:
        if is_open(self.action.status) or (self.review and self.review.view == View.DROPPED):
            return CHOICES
        return {view: words for view, words in CHOICES.items() if view in OF_FINISHED}

    def carried(self, today: date) -> CarriedAction:
        """The same for agendas and packs."""
        return CarriedAction(
            id=self.action.id,
            text=self.action.text,
            whose=self.action.whose,
            due_on=self.action.due_on,
            status=self.action.status,
            is_overdue=is_overdue(self.action.status, self.action.due_on, today),
            is_finished=not is_open(self.action.status),
            url=f"/actions/{self.action.id}",
            child_id=self.action.child_id,
            child_name=self.action.child_name,
            place_names=self.place_names,
            restricted=self.restricted,
            history=self.history,
            not_looked_at=self.not_looked_at,
            escalated=self.action.escalated,
            said=f"{self.review.words}{': ' + self.review.note if self.review.note else ''}"
            if self.review
            else "",
        )


@dataclass(frozen=True)
class Tally:
    """How far a meeting is with the earlier actions that one person may see."""

    looked_at: int
    total: int
    escalated: int = 0

    @property
    def words(self) -> str:
        words = f"{self.looked_at} of {self.total} {'action' if self.total == 1 else 'actions'} looked at"
        return f"{words}, {self.escalated} escalated to the agenda" if self.escalated else words


def tally_of(found: Sequence[ToReview]) -> Tally:
    return Tally(
        sum(one.is_looked_at for one in found), len(found), sum(one.action.escalated for one in found)
    )


@dataclass(frozen=True)
class Owed:
    """Whose an action is: as ids, and in words."""

    agency_id: int
    owner_id: int | None = None
    post_id: int | None = None
    words: str = field(default="", compare=False)

    @classmethod
    def from_kept(cls, kept: dict[str, Any]) -> "Owed":
        return cls(kept["agency"], kept["owner"], kept["post"], kept["words"])

    @property
    def chosen(self) -> str:
        if self.owner_id is not None:
            return f"person-{self.owner_id}"
        return f"post-{self.post_id}" if self.post_id is not None else f"agency-{self.agency_id}"

    @property
    def kept(self) -> dict[str, Any]:
        return {"agency": self.agency_id, "owner": self.owner_id, "post": self.post_id, "words": self.words}


def whose_words(owner: str, post: str, agency: str) -> str:
    named = owner or post
    return f"{named}, {agency}" if named else agency


def why_review_waits(meeting_status: str, starts_at: datetime, now: datetime, fixed: str | None) -> str:
    """The sentence when nothing can be recorded at this meeting now; empty when it can."""
    if meeting_status == "cancelled":
        return "This meeting was cancelled. These actions come to the next one."
    if meeting_status == "planned":
        return "The agenda of this meeting is not issued yet. What the panel says is recorded at the meeting."
    if now < starts_at:
        return f"The panel says how it sees each of these at the meeting, on {long_day(starts_at)}."
    return fixed or ""


def review_problems(
    said: Said, action: EarlierAction, meeting_on: date, owner_problem: str = "", was_dropped: bool = False
) -> dict[str, str]:
    """Sentences by field; nothing when it may be recorded. `owner_problem`: why the named owner cannot be given it.

    `was_dropped`: by this meeting, so that only the words of it change.
    """
    if said.view not in CHOICES:
        return {"view": "Choose how the panel sees this action"}
    problems = {}
    if not is_open(action.status) and said.view not in OF_FINISHED and not was_dropped:
        problems["view"] = "This action is finished: accept it, or leave it for the next meeting"
    if len(said.note) > LONGEST_NOTE:
        problems["note"] = f"Use {LONGEST_NOTE} characters or fewer"
    elif not said.note.strip() and said.view in REASONS:
        problems["note"] = REASONS[said.view]
    if said.view == View.RE_SET:
        problems |= _problems_of_a_change(said, action, meeting_on, owner_problem)
    return problems


NOBODY_HEARS = "Nobody would hear of it there. Choose a person, or another post or agency."


def _problems_of_a_change(
    said: Said, action: EarlierAction, meeting_on: date, owner_problem: str
) -> dict[str, str]:
    if said.due_on is None and not said.owner:
        return {"due_on": "Enter a new due date, or choose who does it now"}
    if owner_problem:
        return {"owner": owner_problem}
    if said.due_on is None:
        return {}
    if said.due_on < meeting_on:
        return {"due_on": f"Enter a date on or after the meeting, {long_day(meeting_on)}"}
    if said.due_on.year > meeting_on.year + 5:
        return {"due_on": "Check the year: this is more than five years after the meeting"}
    if said.due_on == action.due_on and not said.owner:
        return {"due_on": "It is due on this day already"}
    return {}


def missed_words(missed: Sequence[datetime]) -> str:
    """Not looked at on 3 and 10 November"""
    if not missed:
        return ""
    return f"Not looked at on {listed([day_and_month(one) for one in missed])}"


def settled_words(settled_at: datetime) -> str:
    return f"The meeting of {long_day(settled_at)} settled this action, so nothing more is recorded here."


def why_not_changed(review: Review, action: EarlierAction, said: Said) -> str:
    """Why what was recorded cannot become something else; empty when it can. Its words can always change."""
    if review.view == View.DROPPED and said.view != View.DROPPED:
        return (
            "This action was dropped and its owner is told. If the panel wants it after all, issue it again under "
            "this meeting."
        )
    due_on, owed = review.due_on, review.changed.get("owed")
    if (due_on and action.due_on != due_on) or (owed and action.owed != Owed.from_kept(owed)):
        return (
            "The action has moved since this was recorded, so the date and the owner set then cannot be taken back. "
            "Read what happened, then say the rest at a later meeting."
        )
    return ""


def who_was_first(review: Review) -> str:
    return (
        f"{review.by or 'Somebody'} recorded “{review.words}” while you were at it. Nothing of yours was saved; what "
        "you wrote is kept below."
    )
