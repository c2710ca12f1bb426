"""How long corrections may be asked for, what a request needs, and what the mails say. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.london import add_working_days, london_date
from app.panels.words import long_day

MOST_WORDS = 4000


class CorrectionStatus(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True)
class Window:
    """From circulation to the end of `last_on`, a London day; None before circulation. `ask`: whom to turn to after."""

    last_on: date | None
    ask: str = ""

    def is_open(self, today: date) -> bool:
        return self.last_on is not None and today <= self.last_on

    def sentence(self, today: date) -> str:
        if self.last_on is None:
            return "Corrections can be asked for once the minutes are circulated."
        if self.is_open(today):
            return f"Corrections can be asked for until the end of {long_day(self.last_on)}."
        whom = self.ask or "the chair of the panel"
        return (
            f"Corrections could be asked for until the end of {long_day(self.last_on)}. Turn to {whom}, or raise it "
            "when the next meeting takes these minutes."
        )


def window_of(circulated_at: datetime | None, working_days: int, ask: str = "") -> Window:
    """The window by the panel's terms of the day of the meeting."""
    if circulated_at is None:
        return Window(None, ask)
    return Window(add_working_days(london_date(circulated_at), working_days), ask)


@dataclass(frozen=True)
class Request:
    """What somebody asks for; `item_id` None = about the minutes as a whole."""

    item_id: int | None
    stands: str
    should_say: str

    @property
    def problems(self) -> dict[str, str]:
        found = {}
        if not self.stands.strip():
            found["stands"] = "Quote what the minutes say now, or say what is missing"
        if not self.should_say.strip():
            found["should_say"] = "Say what they should say"
        return found


@dataclass(frozen=True)
class Correction:
    """A request with what became of it, as one reader sees it."""

    id: int
    item_id: int | None
    stands: str
    should_say: str
    asked_by: int
    asker: str
    asked_at: datetime
    status: str
    number: int | None
    words: str
    decided_by: str
    decided_at: datetime | None

    @property
    def addendum(self) -> dict[str, Any]:
        """An accepted one as plain values, for a page or a print."""
        return {
            "number": self.number,
            "item_id": self.item_id,
            "words": self.words,
            "by": self.decided_by,
            "at": self.decided_at,
        }


# Mails: which minutes, and a link. Never a name, never a word of the text.


def asked_mail(title: str, meeting_id: int, base_url: str) -> tuple[str, str]:
    """Subject and body for the chairs."""
    return (
        f"A correction is asked for: minutes of {title}",
        f"Somebody asks for a correction of the minutes of {title}.\n\n"
        f"Accept or decline it:\n{base_url}/meetings/{meeting_id}/minutes/corrections\n",
    )


def decided_mail(title: str, meeting_id: int, base_url: str) -> tuple[str, str]:
    """Subject and body for whoever asked."""
    return (
        f"Your correction was decided on: minutes of {title}",
        f"The chair decided on the correction you asked for in the minutes of {title}:\n"
        f"{base_url}/meetings/{meeting_id}/minutes/corrections\n",
    )
