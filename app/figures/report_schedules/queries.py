"""Whether a report is there already when a schedule would make it."""

from app import database
from app.windows import Window


async def report_about(kind: str, audience: str, window: Window) -> int | None:
    """The latest report of this kind about all panels in this time, draft or fixed; None where there is none."""
    found: int | None = await database.fetch_value(
        "SELECT id FROM report WHERE kind = $1 AND audience = $2 AND from_on = $3 AND to_on = $4 AND panel IS NULL "
        "AND status <> 'discarded' ORDER BY id DESC LIMIT 1",
        kind,
        audience,
        window.first,
        window.last,
    )
    return found
