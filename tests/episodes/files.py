"""Files as councils send them, made for one test each."""

from collections.abc import Sequence
from datetime import UTC, datetime

from app.episodes.imports.catalogue import import_kind
from app.episodes.imports.kinds import ImportResult
from app.episodes.imports.running import run_import

NOW = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)


def csv_file(header: str, *rows: str, end: str = "\n") -> bytes:
    return end.join([header, *rows, ""]).encode()


async def bring(
    slug: str,
    content: bytes | Sequence[str],
    layout: str = "homeward",
    now: datetime = NOW,
    dry_run: bool = False,
) -> ImportResult:
    """Imports the bytes, or the lines, as the command would."""
    kind = import_kind(slug, layout)
    assert kind is not None
    data = content if isinstance(content, bytes) else csv_file(*content)
    return (await run_import(kind, data, who_id=None, now=now, dry_run=dry_run)).result


def counts(result: ImportResult) -> tuple[int, int, int, int, int]:
    """Read, added, updated, unchanged, rejected."""
    return result.read, result.added, result.updated, result.unchanged, len(result.rejected)
