"""How an uploaded file moves from its check to the end. Pure."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.access import Permission
from app.lifecycle import Lifecycle, Move

SIGN_OF_LIFE = timedelta(seconds=15)
"""A file whose work has given no sign of life for so long is taken up by somebody else."""

KEEP_UNCONFIRMED = timedelta(days=7)
KEEP_REJECTED = timedelta(days=30)

MOST_PROBLEMS = 10_000
"""Problems and warnings kept for the page; the rejected rows are kept whole."""

WORKING = frozenset({"checking", "importing"})

UPLOAD = Lifecycle(
    statuses=("checking", "checked", "importing", "imported", "failed", "dropped"),
    moves=(
        Move("confirm", frozenset({"checked"}), "importing", Permission.RUN_IMPORT),
        Move("check again", frozenset({"checked", "failed"}), "checking", Permission.RUN_IMPORT),
        Move(
            "drop", frozenset({"checking", "checked", "failed", "imported"}), "dropped", Permission.RUN_IMPORT
        ),
    ),
)


@dataclass(frozen=True)
class Upload:
    """An uploaded file without its content. `result` is the result as JSON, its lists cut at MOST_PROBLEMS."""

    id: int
    kind: str
    layout: str
    status: str
    progress: int
    problem: str
    uploaded_at: datetime
    finished_at: datetime | None
    uploaded_by: int | None
    uploader: str
    has_content: bool
    has_rejected: bool
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def is_working(self) -> bool:
        return self.status in WORKING
