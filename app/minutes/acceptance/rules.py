"""The verdicts on earlier minutes, in words. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.london import london_date
from app.panels.words import long_day

PREVIOUS_MINUTES = "previous-minutes"
"""The key of the standing item under which earlier minutes are taken."""

MOST_EARLIER = 3
"""How many earlier meetings are looked at for minutes that were not accepted yet."""


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    WITH_CORRECTIONS = "with-corrections"
    NOT_ACCEPTED = "not-accepted"


VERDICT_WORDS = {
    Verdict.ACCEPTED.value: "Accepted",
    Verdict.WITH_CORRECTIONS.value: "Accepted with corrections",
    Verdict.NOT_ACCEPTED.value: "Not accepted",
}


@dataclass(frozen=True)
class EarlierMinutes:
    """The minutes of an earlier meeting, with what the later one says of them. `version` 0: nothing yet."""

    minutes_id: int
    meeting_id: int
    starts_at: datetime
    status: str
    verdict: str
    remarks: str
    version: int
    addenda: int

    @property
    def why_not_yet(self) -> str:
        if self.status == "circulated":
            return ""
        return "They are not circulated yet, so the meeting has not read them: they come back at a later one."

    @property
    def heading(self) -> str:
        return f"Minutes of {long_day(london_date(self.starts_at))}"

    @property
    def words(self) -> str:
        """The verdict with its remarks, as the later minutes print it."""
        said = f"{VERDICT_WORDS[self.verdict]}."
        return f"{said} {self.remarks}" if self.remarks else said


@dataclass(frozen=True)
class Accepted:
    """What one later meeting said, as the earlier minutes show it."""

    meeting_id: int
    starts_at: datetime
    verdict: str
    remarks: str

    @property
    def words(self) -> str:
        said = {"accepted": "Accepted", "with-corrections": "Accepted with corrections"}.get(
            self.verdict, "Not accepted"
        )
        return f"{said} at the meeting of {long_day(london_date(self.starts_at))}"


def verdict_problems(verdict: str, remarks: str) -> dict[str, str]:
    """Sentences by field."""
    if verdict not in VERDICT_WORDS:
        return {"verdict": "Choose whether the meeting accepts them"}
    if verdict == Verdict.NOT_ACCEPTED and not remarks.strip():
        return {"remarks": "Say why the meeting does not accept them"}
    return {}
