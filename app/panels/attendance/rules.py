"""Who came to a meeting, and whether it was quorate. Nothing is read or written here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.panels.words import counted, listed

MOST_GUESTS = 30


class AttendanceStatus(StrEnum):
    INVITED = "invited"
    ACCEPTED = "accepted"
    PRESENT = "present"
    DEPUTY = "deputy"
    APOLOGIES = "apologies"
    INFORMATION_SENT = "information-sent"
    ABSENT = "absent"


STATUS_NAMES = {
    AttendanceStatus.INVITED.value: "Invited",
    AttendanceStatus.ACCEPTED.value: "Accepted",
    AttendanceStatus.PRESENT.value: "Present",
    AttendanceStatus.DEPUTY.value: "Deputy came",
    AttendanceStatus.APOLOGIES.value: "Apologies",
    AttendanceStatus.INFORMATION_SENT.value: "Information sent, though absent",
    AttendanceStatus.ABSENT.value: "Absent",
}
CAME = frozenset({AttendanceStatus.PRESENT.value, AttendanceStatus.DEPUTY.value})
AGENCY_KIND_NAMES = {
    "police": "police",
    "health": "health",
    "education": "education",
    "social-care": "social care",
    "youth-justice": "youth justice",
    "charity": "a charity",
    "other": "another agency",
}


@dataclass(frozen=True)
class Attendee:
    """Somebody asked to a meeting. `key` names them in a form; a guest has no seat and never makes a quorum."""

    key: str
    attendance_id: int | None
    person_id: int | None
    name: str
    agency_id: int
    agency_name: str
    agency_kind: str
    seat_role: str
    status: str
    deputy_name: str
    replied_at: datetime | None = None
    confidentiality_at: datetime | None = None

    @property
    def is_guest(self) -> bool:
        return self.person_id is None or self.seat_role == "guest"

    @property
    def came(self) -> bool:
        return self.status in CAME

    @property
    def counts(self) -> bool:
        """Whether this attendance speaks for an agency: observers and guests do not."""
        return self.came and not self.is_guest and self.seat_role != "observer"


@dataclass(frozen=True)
class Quorum:
    """Whether enough agencies came. `lacking`: kinds of required agency that nobody came for."""

    agencies: int
    needed: int
    lacking: tuple[str, ...]
    people: int

    @property
    def is_quorate(self) -> bool:
        return self.agencies >= self.needed and not self.lacking

    @property
    def words(self) -> str:
        """Quorate: 4 agencies came, 3 are needed. / Not quorate: 2 of 3 agencies came; health is missing."""
        if not self.people:
            among = (
                f", {listed([AGENCY_KIND_NAMES[kind] for kind in self.lacking])} among them"
                if self.lacking
                else ""
            )
            return (
                f"Nobody has been noted yet. {counted(self.needed, 'agency', 'agencies')} must come{among}."
            )
        needed = f"{self.needed} {'is' if self.needed == 1 else 'are'} needed"
        came = f"{counted(self.agencies, 'agency', 'agencies')} came, {needed}"
        if self.is_quorate:
            return f"Quorate: {came}."
        lacking = listed([AGENCY_KIND_NAMES[kind] for kind in self.lacking])
        missing = f"; nobody came for {lacking}" if lacking else ""
        return f"Not quorate: {came}{missing}."


def quorum_of(attendees: Iterable[Attendee], needed: int, required: Sequence[str]) -> Quorum:
    """The quorum by the terms of reference: agencies present in person or by deputy, the required kinds among them."""
    there = [one for one in attendees if one.counts]
    return quorum_among({one.agency_id: one.agency_kind for one in there}, needed, required, len(there))


def quorum_among(
    agencies: Mapping[int, str], needed: int, required: Sequence[str], people: int = 0
) -> Quorum:
    """The same from the agencies that came, by id with their kinds."""
    kinds = set(agencies.values())
    return Quorum(len(agencies), needed, tuple(kind for kind in required if kind not in kinds), people)


@dataclass(frozen=True)
class Mark:
    """What a form says of one attendee: the status now, the deputy's name, and what the page showed before."""

    key: str
    status: str
    deputy_name: str
    was_status: str
    was_deputy: str

    @property
    def is_changed(self) -> bool:
        return (self.status, self.deputy_name) != (self.was_status, self.was_deputy)


def read_marks(given: Mapping[str, str]) -> tuple[list[Mark], dict[str, str]]:
    """The marks of a form with fields `status-KEY`, `deputy-KEY`, `was-KEY`, and sentences by field."""
    marks, problems = [], {}
    for name, status in given.items():
        if not name.startswith("status-"):
            continue
        key = name.removeprefix("status-")
        deputy = " ".join(given.get(f"deputy-{key}", "").split())
        was, _, was_deputy = given.get(f"was-{key}", "").partition("|")
        if status not in STATUS_NAMES:
            problems[name] = "Choose whether they came"
        elif status == AttendanceStatus.DEPUTY and not deputy:
            problems[f"deputy-{key}"] = "Enter the name of the deputy who came"
        kept = deputy if status in (AttendanceStatus.DEPUTY, AttendanceStatus.ACCEPTED) else ""
        marks.append(Mark(key, status, kept, was or AttendanceStatus.INVITED.value, was_deputy))
    return marks, problems
