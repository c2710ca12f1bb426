"""The overview as a file for spreadsheets: what the page shows, a child by the number of its record alone. Pure."""

from collections.abc import Collection, Iterable
from datetime import date

from app.actions.holding.rules import named_words
from app.actions.queries import ListedAction
from app.actions.rules import is_overdue
from app.london import london_date
from app.web.documents.spreadsheets import csv_bytes

COLUMNS = (
    "action", "action_ref", "panel", "meeting", "meeting_on", "child", "text", "strand", "priority", "agency", "owner",
    "status", "issued_on", "due_on", "first_due_on", "days_overdue", "more_time_asked", "finished_on",
)  # fmt: skip


def csv_of(actions: Iterable[ListedAction], awaiting: Collection[int], today: date) -> bytes:
    """A row for each action; `awaiting` more time. Spreadsheet formulas are made harmless."""
    return csv_bytes(COLUMNS, (_row(action, action.id in awaiting, today) for action in actions))


def _row(action: ListedAction, awaits: bool, today: date) -> list[object]:
    late = (today - action.due_on).days if is_overdue(action.status, action.due_on, today) else ""
    return [
        action.id,
        action.action_ref,
        action.panel_name,
        action.meeting_id,
        london_date(action.meeting_at) if action.meeting_at else "",
        action.child_id,
        action.text,
        action.strand,
        action.priority,
        action.agency_name,
        owner_words(action),
        action.status,
        action.issued_on,
        action.due_on,
        action.original_due_on,
        late,
        "yes" if awaits and not action.finished_on else "no",
        action.finished_on,
    ]


def owner_words(action: ListedAction) -> str:
    """Who it was given to: a person, or a post with who holds it; blank where nobody is named."""
    owner = f"{action.owner_name} (has left)" if action.owner_left else action.owner_name
    return named_words(owner, action.post_name, action.holder_name)
