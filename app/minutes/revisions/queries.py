"""Reads of saved texts. Nothing is written here; revisions are never changed."""

from dataclasses import dataclass
from datetime import datetime

from app import database
from app.minutes.discussion.rules import said_from_text
from app.minutes.revisions.rules import Revision


@dataclass(frozen=True)
class RevisionLine:
    """A saved text in the list: when, by whom, how long. Several saves of one open page stand together."""

    version: int
    saved_at: datetime
    by: str
    characters: int
    saves: int


@dataclass(frozen=True)
class SavedText:
    """One saved text with who saved it and when."""

    revision: Revision
    by: str
    saved_at: datetime

    @property
    def version(self) -> int:
        return self.revision.version


async def revisions_since(discussion_id: int, version: int) -> list[Revision]:
    """The saved texts from a version on, oldest first."""
    rows = await database.fetch(
        "SELECT version, text, saved_by, editing, edits FROM discussion_revision "
        "WHERE discussion = $1 AND version >= $2 ORDER BY version",
        discussion_id,
        version,
    )
    return [
        Revision(row["version"], said_from_text(row["text"]), row["saved_by"], row["editing"], row["edits"])
        for row in rows
    ]


async def saved_text(discussion_id: int, version: int) -> SavedText | None:
    row = await database.fetch_one(
        "SELECT r.version, r.text, r.saved_by, r.editing, r.edits, r.saved_at, coalesce(p.name, '') AS by "
        "FROM discussion_revision r LEFT JOIN person p ON p.id = r.saved_by "
        "WHERE r.discussion = $1 AND r.version = $2",
        discussion_id,
        version,
    )
    if row is None:
        return None
    revision = Revision(
        row["version"], said_from_text(row["text"]), row["saved_by"], row["editing"], row["edits"]
    )
    return SavedText(revision, row["by"], row["saved_at"])


REVISION_LINES = """
    SELECT r.version, r.saved_at, coalesce(p.name, '') AS by, length(r.text::text) AS characters, s.saves
    FROM (
        SELECT max(version) AS version, count(*)::int AS saves FROM (
            SELECT version, sum(begins) OVER (ORDER BY version) AS sitting FROM (
                SELECT version, CASE WHEN editing <> '' AND editing = lag(editing) OVER (ORDER BY version)
                    AND saved_by = lag(saved_by) OVER (ORDER BY version)
                    AND abs(extract(epoch FROM saved_at - lag(saved_at) OVER (ORDER BY version))) < 600
                    THEN 0 ELSE 1 END AS begins
                FROM discussion_revision WHERE discussion = $1) marked) sat
        GROUP BY sitting) s
    JOIN discussion_revision r ON r.discussion = $1 AND r.version = s.version
    LEFT JOIN person p ON p.id = r.saved_by
    ORDER BY r.version DESC
"""


async def sittings(discussion_id: int) -> list[RevisionLine]:
    """The saved texts, latest first; of saves that followed each other on one open page only the last."""
    return await database.fetch_as(RevisionLine, REVISION_LINES, discussion_id)


async def revision_lines(discussion_id: int) -> list[RevisionLine]:
    """Every single saved text, latest first."""
    return await database.fetch_as(
        RevisionLine,
        "SELECT r.version, r.saved_at, coalesce(p.name, '') AS by, length(r.text::text) AS characters, 1 AS saves "
        "FROM discussion_revision r LEFT JOIN person p ON p.id = r.saved_by "
        "WHERE r.discussion = $1 ORDER BY r.version DESC",
        discussion_id,
    )
