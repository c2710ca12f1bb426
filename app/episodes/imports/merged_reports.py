"""What a file tells anew of a report that was merged into another record: that one is filled, never overwritten."""

import json

from app import database
from app.episodes.merging.keeping import take_over
from app.episodes.merging.queries import MergeFacts, merge_of
from app.episodes.merging.rules import taken_over, told_otherwise
from app.episodes.queries import EPISODE_COLUMNS, episode_facts
from app.episodes.rules import EpisodeFacts
from app.episodes.said import EPISODE, said

Reports = dict[int, EpisodeFacts]
"""By the row of the file: a report that was merged into another record."""


async def merged_reports() -> Reports:
    """The staged rows that are about such reports, as they are stored now."""
    rows = await database.fetch(
        f"SELECT s.row, {EPISODE_COLUMNS} FROM staged_episode s JOIN episode e ON e.id = s.episode "
        "WHERE s.refused IS NULL AND e.merged_into IS NOT NULL ORDER BY s.row"
    )
    return {row.pop("row"): episode_facts(row) for row in rows}


async def pass_on(before: Reports) -> tuple[list[int], list[tuple[int, str, str]]]:
    """Fills what the kept records do not say from their reports, as these are now.

    Returns the reports that gave something, and for each row what it tells anew and the kept record tells otherwise:
    the row, the column and a sentence.
    """
    ids = {id for report in before.values() for id in (report.id, report.merged_into) if id is not None}
    stored = await _episodes(sorted(ids)) if ids else {}
    gave: list[int] = []
    otherwise: list[tuple[int, str, str]] = []
    for row, was in before.items():
        report = stored[was.id]
        assert report.merged_into is not None
        kept = stored[report.merged_into]
        if taken_over(kept, report) and await _fill(report):
            gave.append(report.id)
            stored |= await _episodes([kept.id])
            kept = stored[kept.id]
        for name in told_otherwise(was, report, kept):
            words = said(name, getattr(kept, name), kept.date_only)
            otherwise.append((row, name, OTHERWISE.format(label=EPISODE[name], words=words)))
    return gave, otherwise


OTHERWISE = (
    "This report was merged into another record, where “{label}” says {words}. That was kept: correct it by hand if "
    "the file is right."
)


async def _fill(report: EpisodeFacts) -> bool:
    """Through every merge up to the record that counts, each of which can give back what it took over."""
    filled = False
    while (merge := await merge_of("episode", report.id)) is not None:
        kept = (await _episodes([merge.kept]))[merge.kept]
        values = taken_over(kept, report)
        if values:
            await _remember(merge, await take_over("episode", kept.id, values))
            filled = True
        report = (await _episodes([kept.id]))[kept.id]
    return filled


async def _remember(merge: MergeFacts, filled: dict[str, list[object]]) -> None:
    """So that undoing the merge gives these back as well; what it took over at first keeps what stood before."""
    held = merge.moved["filled"]
    for name, (before, after) in filled.items():
        held[name] = [held[name][0] if name in held else before, after]
    await database.execute(
        "UPDATE merge SET moved = jsonb_set(moved, '{filled}', $2::jsonb) WHERE id = $1",
        merge.id,
        json.dumps(held),
    )


async def _episodes(ids: list[int]) -> dict[int, EpisodeFacts]:
    rows = await database.fetch(
        f"SELECT {EPISODE_COLUMNS} FROM episode e WHERE e.id = ANY($1::bigint[])", ids
    )
    return {row["id"]: episode_facts(row) for row in rows}
