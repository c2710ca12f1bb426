"""The minutes of one meeting as one reader is given them on paper. How they read there: `document`. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.minutes.fixed_text.rules import in_groups
from app.minutes.reviewed.rules import children_of_reviews

DRAFT = "Draft – not approved"
"""Stands at the foot of every page instead of the fingerprint while the text may still change."""
ALTERED = (
    "This text is not the one that was approved: its fingerprint does not match. Tell your administrator."
)


@dataclass(frozen=True)
class Addendum:
    """A correction that was accepted after approval. It stands after the text, which stays as it was approved.

    `item_id` is None for the minutes as a whole; `about` names the item and the section in words.
    """

    at: datetime
    by: str
    text: str
    item_id: int | None = None
    about: str = ""


@dataclass(frozen=True)
class Printed:
    """What one reader gets. `content`: as `fixed_text.rules.readable` gives it, without what the reader may not see.

    `sha256` is empty while the minutes are not approved. `left_out`: how many items the reader is not shown.
    """

    meeting_id: int
    content: Mapping[str, Any]
    sha256: str
    is_unaltered: bool
    authority: str
    reader: str
    opened_at: datetime
    left_out: int = 0
    addenda: tuple[Addendum, ...] = ()

    @property
    def version(self) -> int:
        """1 as approved, one more with each addendum; 0 for a draft."""
        return 1 + len(self.addenda) if self.sha256 else 0

    @property
    def reference(self) -> str:
        version = f", version {self.version}" if self.version else ""
        return f"Minutes of meeting {self.meeting_id}{version}"

    @property
    def foot(self) -> str:
        """What tells this text from any other: its fingerprint in groups, or that it is a draft."""
        if not self.sha256:
            return DRAFT
        groups = f"SHA-256 {in_groups(self.sha256)}"
        return groups if self.is_unaltered else f"{groups} – does not match"

    @property
    def child_ids(self) -> list[int]:
        """Every child that it names."""
        named = {item["child"]["id"] for item in self.content["items"] if item["child"]}
        return sorted(named | children_of_reviews(self.content))

    @property
    def file_name(self) -> str:
        """Without its ending; file names carry our own references, never who is discussed."""
        return f"minutes-{self.meeting_id}-{f'v{self.version}' if self.version else 'draft'}"
