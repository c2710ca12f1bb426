"""What a record said before each change, from its past rows, with who changed it and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app import database
from app.episodes.merging.rules import EPISODE_GROUPS
from app.episodes.queries import EPISODE_COLUMNS, episode_facts
from app.episodes.rules import EpisodeFacts
from app.episodes.said import EPISODE, beside, said


@dataclass(frozen=True)
class FieldChanged:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Changed:
    """One change: when and by whom (blank: by a file, or before anybody noted it), why, and what it changed."""

    at: datetime
    by: str
    reason: str
    fields: tuple[FieldChanged, ...]


@dataclass(frozen=True)
class SaidOtherwise:
    """What a report that was merged into an episode says otherwise than it; both in words, and the merge's id."""

    label: str
    here: str
    there: str
    merge: int


async def said_otherwise(episode: EpisodeFacts) -> list[SaidOtherwise]:
    """Where the reports of an episode differ from it. Their starts, kinds and references are their own."""
    rows = await database.fetch(
        f"SELECT g.id AS merge, {EPISODE_COLUMNS} FROM episode e "
        "JOIN merge g ON g.kind = 'episode' AND g.merged = e.id AND g.undone_at IS NULL "
        "WHERE e.merged_into = $1 AND e.id <> $1 ORDER BY g.id",
        episode.id,
    )
    labels = {name: EPISODE[name] for group in EPISODE_GROUPS for name in group}
    return [
        SaidOtherwise(row.label, row.one, row.other, merge)
        for merge, report in ((row.pop("merge"), episode_facts(row)) for row in rows)
        for row in beside(labels, episode, report)
        if row.differs
    ]


async def changes_of(table: str, row_id: int, labels: Mapping[str, str]) -> list[Changed]:
    """The changes of one record, the latest first; what changed nothing that is shown is left out."""
    now = await database.fetch_value(f"SELECT to_jsonb(t) FROM {table} t WHERE t.id = $1", row_id)
    past = await database.fetch(
        f'SELECT "row", held_until FROM {table}_past WHERE id = $1 ORDER BY held_from, ("row" ->> \'version\')::int',
        row_id,
    )
    about = table.replace("_", " ")
    told = {
        row["version"]: row
        for row in await database.fetch(
            "SELECT (h.details ->> 'version')::int AS version, h.happened_at, coalesce(p.name, '') AS by, "
            "coalesce(h.details ->> 'reason', '') AS reason FROM history_entry h "
            "LEFT JOIN person p ON p.id = h.person_id WHERE h.about = $1 AND h.about_ids @> ARRAY[$2::bigint] "
            "AND h.details ? 'version'",
            about,
            row_id,
        )
    }
    states = [*(row["row"] for row in past), now]
    found = []
    for number, held in enumerate(past):
        after = states[number + 1]
        fields = _differing(held["row"], after, labels)
        entry = told.get(after.get("version"))
        if fields:
            found.append(
                Changed(
                    entry["happened_at"] if entry else held["held_until"],
                    entry["by"] if entry else "",
                    entry["reason"] if entry else "",
                    fields,
                )
            )
    return found[::-1]


def _differing(
    before: Mapping[str, Any], after: Mapping[str, Any], labels: Mapping[str, str]
) -> tuple[FieldChanged, ...]:
    changed = []
    for name, label in labels.items():
        one = said(name, _read(name, before.get(name)), before.get("date_only") or ())
        other = said(name, _read(name, after.get(name)), after.get("date_only") or ())
        if one != other:
            changed.append(FieldChanged(label, one or "–", other or "–"))
    return tuple(changed)


def _read(name: str, value: Any) -> Any:
    """A JSON value as the column holds it."""
    if not isinstance(value, str) or not value:
        return value
    if name.endswith("_at") and name != "found_at":
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if name.endswith(("_on", "_after")) else value
