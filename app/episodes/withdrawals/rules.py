"""A record that was withdrawn, and its words. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.episodes.rules import EpisodeFacts, InterviewFacts, RiskFacts

NAMES = {
    "episode": "episode",
    "interview": "return home interview",
    "risk_assessment": "risk assessment",
}
"""The kinds of record that can be withdrawn, by their tables, as people say them."""

NO_REASON = "Enter how it came to be recorded by mistake"


@dataclass(frozen=True)
class Withdrawn:
    """A withdrawal. Of `episode` and `risk` the one that it is about is told; `interviews` also went with an episode.

    `held`: the rows that were set aside, by table.
    """

    id: int
    kind: str
    record: int
    child_id: int
    reason: str
    withdrawn_at: datetime
    withdrawn_by: str
    undone_at: datetime | None
    undone_by: str
    held: dict[str, list[dict[str, Any]]]
    episode: EpisodeFacts | None = None
    interviews: tuple[InterviewFacts, ...] = ()
    risk: RiskFacts | None = None

    @property
    def name(self) -> str:
        return NAMES[self.kind]

    @property
    def facts(self) -> EpisodeFacts | InterviewFacts | RiskFacts:
        """What the record says."""
        found = self.episode or self.risk or next(iter(self.interviews), None)
        assert found is not None, "a withdrawal keeps its record"
        return found
