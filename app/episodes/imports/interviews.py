"""The file of return home interviews: which stored interview each row is about, and the writing of them."""

import asyncio
from collections.abc import Sequence
from typing import Any

from app import database
from app.episodes.imports.interview_matching import Known, Told, match_interviews
from app.episodes.imports.kinds import Column, ImportContext, ImportKind, Outcome, Problem, Row
from app.episodes.imports.possible import INTERVIEW_MOMENTS, is_possible_interview
from app.episodes.imports.rules import moment, one_of, text, words, yes_or_no
from app.episodes.imports.staging import UNKNOWN_CHILD, child_ids_of, stage
from app.episodes.rules import INTERVIEW_MODES, INTERVIEW_OUTCOMES, interview_key
from app.episodes.withdrawals.queries import keys_of_withdrawn_interviews
from app.london import london_date

PLAIN = ("offer_method", "outcome", "mode", "interviewer", "independent")
EMPTY: dict[str, object] = {
    "offer_method": "",
    "outcome": "pending",
    "mode": "",
    "interviewer": "",
}


async def import_interviews(rows: list[Row], context: ImportContext) -> Outcome:
    """Adds new interviews and updates those known: the same episodes and offer, or one that was still pending."""
    told, rejected, warnings = await _find_episodes(rows)
    known = await _known(sorted({episode for one in told for episode in one.episodes}))
    told, left_out = _without_withdrawn(
        told, known, await keys_of_withdrawn_interviews({t.child for t in told})
    )
    matched, replaced = await asyncio.to_thread(
        match_interviews, told, known, "offered_at" in context.columns
    )
    warnings += [*left_out, *replaced]
    brought = [name for name in (*INTERVIEW_MOMENTS, *PLAIN) if name in context.columns]
    added, updated = [], []
    for one, before in matched:
        values = _values(one.row, brought, before)
        record = (one, before, values)
        if before is None:
            added.append(record)
        elif values != before.values or one.episodes != before.episodes:
            updated.append(record)
    await _add(added)
    await _update(updated)
    return Outcome(
        len(added), len(updated), rejected, warnings, {one.child for one, _, _ in (*added, *updated)}
    )


WITHDRAWN = (
    "This interview was withdrawn as recorded by mistake, and stays so. If the file is right, put it back from the "
    "child’s chronology first."
)
OF_WITHDRAWN = (
    "The episode was withdrawn as recorded by mistake, so the interview is left out. If the file is right, put the "
    "episode back from the child’s chronology first."
)
OF_SOME_WITHDRAWN = "One of these episodes was withdrawn as recorded by mistake; the others were taken."


def _without_withdrawn(
    told: list[Told], known: list[Known], withdrawn: set[str]
) -> tuple[list[Told], list[Problem]]:
    """The rows without those about interviews that were recorded by mistake, and a warning for each of these."""
    gone = withdrawn - {stored.key for stored in known}
    left_out = [one.row.problem("episode_refs", WITHDRAWN) for one in told if one.key in gone]
    return [one for one in told if one.key not in gone], left_out


Written = tuple[Told, Known | None, dict[str, Any]]
_STORED = (*INTERVIEW_MOMENTS, *PLAIN, "date_only")
_TYPES = dict.fromkeys(INTERVIEW_MOMENTS, "timestamptz") | dict.fromkeys(PLAIN, "text")
_TYPES |= {"independent": "boolean", "date_only": "text[]"}


def _values(row: Row, brought: Sequence[str], before: Known | None) -> dict[str, Any]:
    """What the interview's columns hold afterwards: the file's where it has the column, else what was there."""
    values: dict[str, Any] = dict(before.values) if before else dict.fromkeys(_STORED) | EMPTY
    for name in brought:
        values[name] = row.at(name) if name in INTERVIEW_MOMENTS else row[name]
        if values[name] is None:
            values[name] = EMPTY.get(name)
    stays = [name for name in (before.values["date_only"] if before else []) if name not in brought]
    values["date_only"] = sorted({*stays, *row.date_only(*INTERVIEW_MOMENTS)})
    return values


async def _find_episodes(rows: list[Row]) -> tuple[list[Told], list[Problem], list[Problem]]:
    """Each row with the episodes that it names; those rejected, whose episodes cannot be found; and warnings.

    Episodes that were recorded by mistake are left out, and rows about no other ones.
    """
    refs = {ref for row in rows for ref in row["episode_refs"] or ()}
    child_refs = {row["child_ref"] for row in rows if row["child_ref"]}
    children = await child_ids_of(child_refs)
    by_start = {row["child_ref"] for row in rows if not row["episode_refs"]}
    found = await database.fetch(
        "SELECT k.id, e.episode_ref, e.child, e.category, e.started_at, e.date_only, "
        "k.merged_into IS NOT NULL AS is_withdrawn "
        "FROM episode e JOIN episode k ON k.id = coalesce(e.merged_into, e.id) "
        "WHERE e.episode_ref = ANY($1::text[]) OR e.child = ANY($2::bigint[])",
        sorted(refs),
        sorted(children[ref] for ref in by_start if ref in children),
    )
    by_ref = {episode["episode_ref"]: episode for episode in found if episode["episode_ref"]}
    of_child: dict[int, list[dict[str, Any]]] = {}
    for episode in found:
        of_child.setdefault(episode["child"], []).append(episode)
    told: list[Told] = []
    rejected: list[Problem] = []
    warnings: list[Problem] = []
    for row in rows:
        named = _named(row, by_ref, children, of_child)
        if isinstance(named, Problem):
            rejected.append(named)
            continue
        counting = [episode for episode in named if not episode["is_withdrawn"]]
        if len(counting) < len(named):
            column = "episode_refs" if row["episode_refs"] else "episode_started_at"
            warnings.append(row.problem(column, OF_SOME_WITHDRAWN if counting else OF_WITHDRAWN))
        if counting:
            ids = tuple(sorted({episode["id"] for episode in counting}))
            told.append(Told(row, counting[0]["child"], ids, row.at("offered_at"), row.at("held_at")))
    return told, rejected, warnings


def _named(
    row: Row,
    by_ref: dict[str, dict[str, Any]],
    children: dict[str, int],
    of_child: dict[int, list[dict[str, Any]]],
) -> list[dict[str, Any]] | Problem:
    """The episodes that a row names, or why they cannot be told."""
    child = children.get(row["child_ref"]) if row["child_ref"] else None
    if row["child_ref"] and child is None:
        return row.problem("child_ref", UNKNOWN_CHILD)
    if row["episode_refs"]:
        unknown = [ref for ref in row["episode_refs"] if ref not in by_ref]
        if unknown:
            return row.problem(
                "episode_refs",
                f"No episode has the reference {', '.join(unknown)}. Import the episodes first.",
            )
        episodes = [by_ref[ref] for ref in row["episode_refs"]]
        if len({episode["child"] for episode in episodes}) > 1:
            return row.problem("episode_refs", "These episodes are of different children. Give each a row.")
        if child is not None and child != episodes[0]["child"]:
            return row.problem("child_ref", "The episodes named are of another child.")
    else:
        assert child is not None
        stored = of_child.get(child, [])
        same_start = _starting(row, [e for e in stored if not e["is_withdrawn"]]) or _starting(row, stored)
        if not same_start:
            return row.problem("episode_started_at", "This child has no episode with this start.")
        if len({episode["id"] for episode in same_start}) > 1:
            return row.problem(
                "episode_started_at", "This child has several episodes on that day: give the time."
            )
        episodes = same_start[:1]
    held = row.at("held_at")
    if held and any(london_date(held) < london_date(episode["started_at"]) for episode in episodes):
        return row.problem("held_at", "The interview is before the episode began.")
    return episodes


def _starting(row: Row, episodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The episodes with the start that the row gives: to the minute, else on that day where a time is missing."""
    when = row["episode_started_at"]
    exact = [
        e
        for e in episodes
        if e["started_at"] == when.at and ("started_at" in e["date_only"]) == when.date_only
    ]
    if not exact:
        day = london_date(when.at)
        exact = [
            e
            for e in episodes
            if london_date(e["started_at"]) == day and (when.date_only or "started_at" in e["date_only"])
        ]
    return [e for e in exact if e["category"] == "missing"] or exact


async def _known(episode_ids: list[int]) -> list[Known]:
    """The stored interviews of these episodes, each with all of its episodes."""
    found = await database.fetch(
        f"SELECT i.id, {', '.join(f'i.{name}' for name in _STORED)}, "
        "array_agg(ie.episode ORDER BY ie.episode) AS episodes FROM interview i "
        "JOIN interview_episode ie ON ie.interview = i.id WHERE i.id IN "
        "(SELECT interview FROM interview_episode WHERE episode = ANY($1::bigint[])) GROUP BY i.id ORDER BY i.id",
        episode_ids,
    )
    return [
        Known(
            row.pop("id"), tuple(row.pop("episodes")), row["offered_at"], row["held_at"], row["outcome"], row
        )
        for row in found
    ]


async def _add(added: list[Written]) -> None:
    if not added:
        return
    ids = [
        row["id"]
        for row in await database.fetch(
            "SELECT nextval(pg_get_serial_sequence('interview', 'id')) AS id FROM generate_series(1, $1::int)",
            len(added),
        )
    ]
    await database.copy_rows(
        "interview",
        ["id", "child", "interview_key", *_STORED],
        [
            (i, one.child, _key(one, values), *(values[name] for name in _STORED))
            for i, (one, _, values) in zip(ids, added, strict=True)
        ],
    )
    await database.copy_rows(
        "interview_episode",
        ["interview", "episode"],
        [(i, episode) for i, (one, _, _) in zip(ids, added, strict=True) for episode in one.episodes],
    )


async def _update(updated: list[Written]) -> None:
    if not updated:
        return
    await stage(
        "staged_interview",
        {"id": "bigint", "interview_key": "text", "episodes": "bigint[]", **{n: _TYPES[n] for n in _STORED}},
        [
            (before.id, _key(one, values), list(one.episodes), *(values[name] for name in _STORED))
            for one, before, values in updated
            if before is not None
        ],
    )
    sets = ", ".join(f"{name} = s.{name}" for name in ("interview_key", *_STORED))
    await database.execute(
        f"UPDATE interview i SET {sets}, version = i.version + 1 FROM staged_interview s WHERE i.id = s.id"
    )
    await database.execute(
        "INSERT INTO interview_episode (interview, episode) "
        "SELECT s.id, e FROM staged_interview s, unnest(s.episodes) e ORDER BY s.id, e ON CONFLICT DO NOTHING"
    )


def _key(one: Told, values: dict[str, Any]) -> str:
    return interview_key(one.episodes, values["offered_at"], values["held_at"])


INTERVIEWS = ImportKind(
    slug="interviews",
    label="Return home interviews",
    columns=(
        Column("episode_refs", words),
        Column("child_ref", text),
        Column("episode_started_at", moment),
        Column("offered_at", moment),
        Column("offer_method", text),
        Column("outcome", one_of(*INTERVIEW_OUTCOMES)),
        Column("held_at", moment),
        Column("mode", one_of(*INTERVIEW_MODES, telephone="phone")),
        Column("interviewer", text),
        Column("independent", yes_or_no),
        Column("followed_up_at", moment),
    ),
    one_of=(frozenset({"episode_refs"}), frozenset({"child_ref", "episode_started_at"})),
    check=is_possible_interview,
    apply=import_interviews,
)
