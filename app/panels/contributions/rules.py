"""Contributions: who is asked about what, until when, and how far each agency has come. Nothing is read here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from app.access import Identity, Permission, SeatRole, permits
from app.london import add_working_days, day_end, london_date
from app.panels.meetings.rules import MeetingFacts, MeetingStatus
from app.panels.restricting.rules import LEADS
from app.panels.words import long_day

LONGEST_TEXT = 20_000
ANSWERING_ROLES = (SeatRole.CHAIR.value, SeatRole.VICE_CHAIR.value, SeatRole.MEMBER.value)
"""The seats that speak for an agency; a minute taker and an observer do not."""

TEXT_FIELDS = {
    "known": "What is known",
    "known_since": "Known since",
    "risks": "Risks",
    "strengths": "Strengths",
    "actions_taken": "Actions taken",
}


class Answer(StrEnum):
    NOT_STARTED = "not-started"
    DRAFT = "draft"
    SENT = "sent"
    NOTHING_KNOWN = "nothing-known"
    NOT_ASKED = "not-asked"


@dataclass(frozen=True)
class AskedItem:
    """A child or a place of an issued agenda that agencies are asked about. `issued_at`: when it first came out."""

    id: int
    meeting_id: int
    kind: str
    child_id: int | None
    child_ref: str
    child_name: str
    title: str
    reason: str
    restricted: bool
    allowed_people: Sequence[int]
    allowed_agencies: Sequence[int]
    issued_at: datetime | None

    @property
    def name(self) -> str:
        return self.child_name or self.child_ref or self.title


@dataclass(frozen=True)
class Speaker:
    """Somebody whose seat on the panel speaks for an agency, and who can sign in."""

    person_id: int
    email: str
    role: str


@dataclass(frozen=True)
class AskedAgency:
    """An agency with a seat that speaks for it. Required by the terms of reference, or free to answer."""

    id: int
    name: str
    kind: str
    is_required: bool
    speakers: tuple[Speaker, ...]
    reminded_at: datetime | None = None

    def may_tell(self, speaker: Speaker, item: AskedItem) -> bool:
        """Whether this person of the agency may see the item, by the rule of restricted items."""
        if not item.restricted or speaker.role in LEADS:
            return True
        return speaker.person_id in item.allowed_people or self.id in item.allowed_agencies


@dataclass(frozen=True)
class ContributionFacts:
    """What one agency or one guest wrote about one item; `submitted_at`: the first sending, None while it is a draft.

    `agency_name` of a guest is where they work, `guest_id` is None and `capacity` empty for an agency's own.
    """

    id: int
    item_id: int
    agency_id: int
    agency_name: str
    nothing_known: bool
    known: str
    known_since: str
    risks: str
    strengths: str
    actions_taken: str
    written_by: str
    written_at: datetime
    submitted_at: datetime | None
    version: int
    guest_id: int | None = None
    capacity: str = ""
    is_late: bool = False

    @property
    def source(self) -> str:
        """Who says so, as pages, packs and minutes name it: an agency, or a guest of one and in what capacity."""
        if self.guest_id is None:
            return self.agency_name
        capacity = self.capacity[:1].lower() + self.capacity[1:]
        return f"{self.agency_name}, guest" + (f" ({capacity})" if capacity else "")

    @property
    def is_sent(self) -> bool:
        return self.submitted_at is not None

    @property
    def is_corrected(self) -> bool:
        return self.submitted_at is not None and self.written_at > self.submitted_at

    @property
    def answer(self) -> Answer:
        if not self.is_sent:
            return Answer.DRAFT
        return Answer.NOTHING_KNOWN if self.nothing_known else Answer.SENT

    @property
    def texts(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in TEXT_FIELDS}

    @property
    def told(self) -> list[tuple[str, str]]:
        """The headings under which something was written, with the words."""
        return [(label, self.texts[name]) for name, label in TEXT_FIELDS.items() if self.texts[name]]


@dataclass(frozen=True)
class Written:
    """What a form says: the texts, or that nothing is known. `sends` is False while it stays a draft."""

    texts: Mapping[str, str] = field(default_factory=dict)
    nothing_known: bool = False
    sends: bool = True

    def text(self, name: str) -> str:
        return self.texts.get(name, "")

    @property
    def is_blank(self) -> bool:
        return not any(self.text(name).strip() for name in TEXT_FIELDS)

    def says_the_same_as(self, other: ContributionFacts) -> bool:
        return (
            self.nothing_known == other.nothing_known
            and all(self.text(name) == text for name, text in other.texts.items())
            and (other.is_sent or not self.sends)
        )


def is_asked(agency: AskedAgency, item: AskedItem) -> bool:
    """An agency is asked about a restricted item only where one of its people may see it."""
    return any(agency.may_tell(speaker, item) for speaker in agency.speakers)


def sees_progress(who: Identity, meeting: MeetingFacts) -> bool:
    """Whether this person sees how far every agency has come: who runs the panel, minutes it or answers for it."""
    return any(
        permits(who, permission, meeting.scope)
        for permission in (Permission.PREPARE_AGENDA, Permission.SEE_DRAFT_MINUTES)
    )


def agency_asked_through(who: Identity, panel_id: int) -> int | None:
    """The agency for which this person answers on a panel: that of the seat, whatever the person's home agency."""
    found = (s.agency_id for s in who.seats if s.panel_id == panel_id and s.role in ANSWERING_ROLES)
    return next(found, None)


def due_on(starts_at: datetime) -> date:
    """Contributions are asked for by the end of the working day before the meeting."""
    return add_working_days(london_date(starts_at), -1)


def due_at(starts_at: datetime, issued_at: datetime | None) -> datetime:
    """The instant from which a contribution is late.

    What first came out on the last day or after it is due when the meeting starts.
    """
    last_day = due_on(starts_at)
    if issued_at is not None and london_date(issued_at) >= last_day:
        return starts_at
    return day_end(last_day)


def due_in_words(starts_at: datetime, issued_at: datetime | None) -> str:
    """By the end of Thursday 19 November 2026; or when the meeting starts."""
    if due_at(starts_at, issued_at) == starts_at:
        return "when the meeting starts"
    return f"by the end of {long_day(due_on(starts_at))}"


def why_closed(meeting: MeetingFacts) -> str | None:
    """Why nothing can be contributed now, or None."""
    match meeting.status:
        case MeetingStatus.HELD:
            return (
                "This meeting was held, so contributions to it are closed. What is known now belongs on the agenda of "
                "the next meeting, or with the minute taker."
            )
        case MeetingStatus.CANCELLED:
            return "This meeting was cancelled, so nothing is asked for any more."
        case MeetingStatus.PLANNED:
            return "The agenda has not been issued yet. You will be told by e-mail when it is."
    return None


def problems_of(written: Written) -> dict[str, str]:
    """Sentences by field for what can't be kept as it stands."""
    problems = {
        name: f"Use {LONGEST_TEXT:,} characters or fewer"
        for name in TEXT_FIELDS
        if len(written.text(name)) > LONGEST_TEXT
    }
    if written.nothing_known and not written.is_blank:
        problems["nothing_known"] = "You wrote something below. Untick this, or clear what you wrote."
    elif written.sends and not written.nothing_known and written.is_blank:
        problems["known"] = "Write what is known, or say that nothing is known"
    return problems


@dataclass(frozen=True)
class Line:
    """One item on an agency's list, with what the agency wrote so far."""

    item: AskedItem
    contribution: ContributionFacts | None
    due_at: datetime
    due_words: str = ""

    @property
    def answer(self) -> Answer:
        return self.contribution.answer if self.contribution else Answer.NOT_STARTED

    @property
    def is_answered(self) -> bool:
        return self.contribution is not None and self.contribution.is_sent

    @property
    def is_late(self) -> bool:
        return self.contribution is not None and self.contribution.is_late


def lines_of(
    meeting: MeetingFacts,
    items: Iterable[AskedItem],
    contributions: Mapping[tuple[int, int], ContributionFacts],
    agency_id: int,
) -> list[Line]:
    """An agency's list in the order of the agenda."""
    return [
        Line(
            item,
            contributions.get((item.id, agency_id)),
            due_at(meeting.starts_at, item.issued_at),
            due_in_words(meeting.starts_at, item.issued_at),
        )
        for item in items
    ]


@dataclass(frozen=True)
class Progress:
    """How far an agency has come. `cells` go with the items: how each was answered, and whether late."""

    agency: AskedAgency
    cells: tuple[tuple[Answer, bool], ...]

    @property
    def asked(self) -> int:
        return sum(answer is not Answer.NOT_ASKED for answer, _ in self.cells)

    @property
    def answered(self) -> int:
        return sum(answer in (Answer.SENT, Answer.NOTHING_KNOWN) for answer, _ in self.cells)

    @property
    def is_done(self) -> bool:
        return self.answered == self.asked

    def may_be_reminded(self, today: date) -> bool:
        reminded_at = self.agency.reminded_at
        return not self.is_done and (reminded_at is None or london_date(reminded_at) < today)


def progress_of(
    agencies: Iterable[AskedAgency],
    items: Sequence[AskedItem],
    contributions: Mapping[tuple[int, int], ContributionFacts],
) -> list[Progress]:
    """Every agency with how it answered each item; a draft counts for others as not started."""
    return [
        Progress(
            agency, tuple(_cell(agency, item, contributions.get((item.id, agency.id))) for item in items)
        )
        for agency in agencies
    ]


def _cell(agency: AskedAgency, item: AskedItem, found: ContributionFacts | None) -> tuple[Answer, bool]:
    if found is not None and found.is_sent:
        return found.answer, found.is_late
    return (Answer.NOT_STARTED if is_asked(agency, item) else Answer.NOT_ASKED), False
