"""The action log that came with the meetings of the lists: who was to do what, and how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app import database
from app.example.agreed import SHARES, due_after, moves_of, owner_among
from app.example.calendar import Sitting
from app.example.rules import chance
from app.example.sayings import ACTIONS, PLACE_ACTIONS
from app.example.stage import Stage
from app.panels.agenda.preparing import NewItem

FATES = (
    *("in time", "in time", "late", "not done", "in time", "not possible", "in time", "silent"),
    *("in time",) * 9,
    *("late", "in time", "late", "in time", "in time", "not possible", "in time"),
)
"""How one action after the other ended, in turn; "silent": nobody ever said."""

STATUSES = {"complete": "completed", "find-not-possible": "not-possible", "leave-undone": "not-done"}


@dataclass(frozen=True)
class LogEntry:
    """What was agreed, as the columns of the log that never change."""

    told: dict[str, str]
    issued_on: date
    due_on: date


@dataclass(frozen=True)
class LogLine:
    """An entry with its end; `settled_on` None: it is still open."""

    told: dict[str, str]
    status: str
    settled_on: date | None
    tracking: str
    anticipated_on: str

    def as_row(self, number: int, known_on: date) -> dict[str, str]:
        """As the log of a day tells it."""
        is_settled = self.settled_on is not None and self.settled_on <= known_on
        is_open = self.settled_on is None
        return {
            "action_ref": f"EXA-{number:04}",
            **self.told,
            "status": self.status if is_settled or is_open else "in-progress",
            "completed_on": self.settled_on.isoformat() if self.settled_on and is_settled else "",
            "tracking": self.tracking if is_settled or is_open else "",
            "anticipated_on": self.anticipated_on,
        }


async def entries_of(stage: Stage, sitting: Sitting, items: Sequence[tuple[int, NewItem]]) -> list[LogEntry]:
    """What came out of a meeting."""
    slug, day = sitting.slug, sitting.day
    luck = chance(f"log of {slug} on {sitting.starts_at}")
    refs = await _child_refs([item.child_id for _, item in items if item.child_id])
    entries = []
    for _, item in items:
        if luck.random() > SHARES[slug] * 0.6:
            continue
        due_on = due_after(luck, day, slug)
        told = {
            "panel": slug,
            "meeting_on": day.isoformat(),
            "child_ref": refs.get(item.child_id or 0, ""),
            "action": luck.choice(PLACE_ACTIONS if item.kind == "place" else ACTIONS)[0],
            "owner_email": owner_among(luck, stage.cast.members_of(slug)).email,
            "issued_on": day.isoformat(),
            "due_on": due_on.isoformat(),
        }
        entries.append(LogEntry(told, day, due_on))
    return entries


def lines_of(entries: Sequence[LogEntry]) -> list[LogLine]:
    return [_line(number, entry) for number, entry in enumerate(entries)]


def _line(number: int, entry: LogEntry) -> LogLine:
    luck = chance(f"log line {number}")
    fate = FATES[number % len(FATES)]
    moves = moves_of(fate, entry.issued_on, entry.due_on, luck)
    if not moves:
        anticipated = (entry.due_on + timedelta(days=150)).isoformat()
        return LogLine(entry.told, "in-progress", None, luck.choice(("3", "5")), anticipated)
    move, day = moves[-1]
    return LogLine(entry.told, STATUSES[move], day, "4" if fate == "not possible" else "", "")


async def _child_refs(child_ids: Sequence[int]) -> dict[int, str]:
    rows = await database.fetch(
        "SELECT id, child_ref FROM child WHERE id = ANY($1::bigint[])", list(child_ids)
    )
    return {row["id"]: row["child_ref"] for row in rows}
