"""The figure `attendance`: its definition, and what is told of each held meeting. Reading them is the query's."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from app.figures.rules import Definition, Key
from app.panels.attendance.rules import Quorum
from app.panels.terms.rules import AGENCY_KINDS
from app.people.rules import AGENCY_KINDS as AGENCY_KIND_LABELS

KIND_OF_KEY = {f"agency_{kind.replace('-', '_')}": kind for kind in AGENCY_KINDS}
"""The kinds of agency that terms of reference may require, by the key of their share."""


def _required(key: str) -> str:
    """The name of the count of meetings at which the kind of agency of this key was required."""
    return key.replace("agency_", "required_")


def _agency_key(key: str, kind: str) -> Key:
    label = AGENCY_KIND_LABELS[kind]
    what = "another kind of agency" if kind == "other" else f"an agency of the kind “{label.lower()}”"
    return Key(
        key,
        label,
        f"Meetings to which somebody from {what} came, in person or by deputy.",
        "the meetings held that required it and whose attendance was noted",
        out_of=_required(key),
        left_out=("not_recorded",),
    )


DEFINITION = Definition(
    name="attendance",
    version=1,
    title="Attendance",
    asks="Were meetings quorate, and did the agencies that must be there come?",
    words=(
        "Counts meetings held in the window, by the day they were held. Cancelled meetings do not count.",
        "Which kinds of agency must be there, and how many agencies make a quorum, stands in the panel's terms of "
        "reference of that day. A kind of agency has a share of its own: the meetings to which it came, out of the "
        "held meetings at which it was required. An agency came when one of its people was present or sent a deputy. "
        "Apologies, and information sent by somebody who was absent, are no attendance; neither is a reply before "
        "the meeting.",
        "Quorate means that as many agencies came as the terms ask for, and every required kind among them. Guests "
        "and observers make no quorum and speak for no agency.",
        "Meetings whose attendance nobody noted, such as those that came from a file, say nothing of who was there. "
        "They are left out of every share, neither as present nor as absent, and are counted beside them.",
    ),
    since=date(2026, 11, 21),
    keys=(
        Key(
            "quorate",
            "Quorate",
            "Meetings at which enough agencies were present, every required kind among them.",
            "the meetings held whose attendance was noted",
            out_of="recorded",
            left_out=("not_recorded",),
        ),
        *(_agency_key(key, kind) for key, kind in KIND_OF_KEY.items()),
        Key("held", "Meetings held", "Meetings held in the window."),
        Key(
            "not_recorded",
            "Attendance not noted",
            "Meetings held whose attendance nobody noted.",
        ),
    ),
)


@dataclass(frozen=True)
class MeetingAttended:
    """A meeting held on a London day: which kinds of agency it required, and which came. Without any note of who came
    it is not noted, and says nothing."""

    id: int
    on: date
    panel: str
    panel_name: str
    required: frozenset[str]
    came: frozenset[str]
    is_noted: bool
    quorum: Quorum

    @property
    def groups(self) -> dict[str, tuple[str, str]]:
        return {"panel": (self.panel, self.panel_name)}

    @property
    def is_quorate(self) -> bool:
        return self.quorum.is_quorate

    def requires(self, kind: str) -> bool:
        return self.is_noted and kind in self.required


Test = Callable[[MeetingAttended], bool]


def _tests() -> Iterator[tuple[str, Test]]:
    yield "held", lambda meeting: True
    yield "recorded", lambda meeting: meeting.is_noted
    yield "not_recorded", lambda meeting: not meeting.is_noted
    yield "quorate", lambda meeting: meeting.is_noted and meeting.is_quorate
    for key, kind in KIND_OF_KEY.items():
        yield _required(key), partial(_requires, kind)
        yield key, partial(_came, kind)


def _requires(kind: str, meeting: MeetingAttended) -> bool:
    return meeting.requires(kind)


def _came(kind: str, meeting: MeetingAttended) -> bool:
    return meeting.requires(kind) and kind in meeting.came


TESTS = dict(_tests())


def told_of(meeting: MeetingAttended, key: str) -> str:
    """Of quorums alone: `Not quorate: 2 agencies came, 3 are needed; nobody came for health.`"""
    if not meeting.is_noted or key != "quorate":
        return ""
    return meeting.quorum.words if meeting.came else "Nobody came who speaks for an agency."
