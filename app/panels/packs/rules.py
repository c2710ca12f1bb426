"""The pack as one value: what one reader is told of each item of a meeting. How it reads on paper: `document`."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.panels.agenda.rules import ChildFacts
from app.panels.contributions.rules import ContributionFacts
from app.panels.handed_in import CarriedAction
from app.panels.hotspots.rules import Hotspot
from app.panels.meetings.rules import MeetingFacts
from app.panels.recalls.rules import RecallCard

LOOKED_BACK = timedelta(days=90)
"""How far episodes are told of a child that the panel has not discussed before."""


@dataclass(frozen=True)
class PackEpisode:
    """One episode as a pack tells it. `interview`: how the return home interview stands; blank if none is due."""

    id: int
    category: str
    started_at: datetime
    returned_at: datetime | None
    date_only: tuple[str, ...]
    end_unknown: bool
    missing_from: str
    found_at: str
    interview: str


@dataclass(frozen=True)
class PackItem:
    """One item in its turn. `child` is None for places, standing items and items that are closed to the reader.

    `discussed_at`: when this panel last had the child on its agenda; `since`: from when episodes are told.
    """

    id: int
    number: int
    kind: str
    title: str
    at: datetime
    minutes: int
    reason: str = ""
    brought_forward: str = ""
    child: ChildFacts | None = None
    legal_status: str = ""
    discussed_at: datetime | None = None
    since: datetime | None = None
    episodes: tuple[PackEpisode, ...] = ()
    recall: RecallCard | None = None
    contributions: tuple[ContributionFacts, ...] = ()
    hotspot: Hotspot | None = None
    earlier: tuple[CarriedAction, ...] = ()
    """Earlier actions of the panel that come under it."""


@dataclass(frozen=True)
class Pack:
    """The agenda pack of one meeting for one reader. `version` is 0 where no agenda was ever issued here."""

    meeting: MeetingFacts
    authority: str
    version: int
    issued_at: datetime | None
    issued_by: str
    rule: str
    rule_version: str
    quorum: int
    required_agencies: tuple[str, ...]
    reader: str
    opened_at: datetime
    items: tuple[PackItem, ...] = field(default_factory=tuple)
    earlier: tuple[CarriedAction, ...] = ()
    """Earlier actions of the panel that come under no item."""

    @property
    def child_ids(self) -> list[int]:
        """Every child that the pack names."""
        named = {item.child.id for item in self.items if item.child}
        behind = {child.id for item in self.items if item.hotspot for child in item.hotspot.behind.children}
        earlier = [*self.earlier, *(one for item in self.items for one in item.earlier)]
        return sorted(named | behind | {one.child_id for one in earlier if one.child_id is not None})

    @property
    def file_name(self) -> str:
        """Without its ending; file names carry our own references, never who is discussed."""
        return f"agenda-{self.meeting.id}-v{self.version}"


def since_when(discussed_at: datetime | None, starts_at: datetime) -> datetime:
    """From when episodes are told: the panel's last discussion of the child, else ninety days before the meeting."""
    return discussed_at or starts_at - LOOKED_BACK
