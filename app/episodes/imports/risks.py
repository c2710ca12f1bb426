"""The file of risk assessments: found again by child, date and tool; levels are words of the authority's scale."""

from datetime import date, datetime

from app.episodes.imports.kinds import Column, ImportContext, ImportKind, Outcome, Problem, Row
from app.episodes.imports.rules import day, flags, text
from app.episodes.imports.staging import UNKNOWN_CHILD, child_ids_of, keep_last, returned_ids, stage
from app.episodes.queries import risk_scales
from app.episodes.rules import RiskScaleHeld, scale_on
from app.episodes.withdrawals.queries import withdrawn_assessments
from app.london import london_date


def is_possible_assessment(row: Row, now: datetime) -> tuple[str, str] | None:
    if row["assessed_on"] > london_date(now):
        return "assessed_on", "This date lies in the future."
    if row["next_review_on"] and row["next_review_on"] < row["assessed_on"]:
        return "next_review_on", "The next review is before the assessment."
    return None


async def import_risks(rows: list[Row], context: ImportContext) -> Outcome:
    """Adds new assessments; updates level, flags and next review of those known, as far as the file has them."""
    scales = await risk_scales()
    ids = await child_ids_of(row["child_ref"] for row in rows)
    good, rejected = [], []
    for row in rows:
        problem = _problem(row, ids, scales)
        if problem:
            rejected.append(problem)
        else:
            good.append(row)
    kept, warnings = keep_last(good, _key, "assessed_on")
    withdrawn = await withdrawn_assessments(set(ids.values()))
    left_out = [row for row in kept if _stored_key(row, ids) in withdrawn]
    warnings += [row.problem("assessed_on", WITHDRAWN) for row in left_out]
    kept = [row for row in kept if row not in left_out]
    brought = [name for name in ("level", "flags", "next_review_on") if name in context.columns]
    await stage(
        "staged_risk",
        {"child": "bigint", "assessed_on": "date", "tool": "text"}
        | {name: {"level": "text", "flags": "text[]", "next_review_on": "date"}[name] for name in brought},
        [
            (
                ids[row["child_ref"]],
                row["assessed_on"],
                row["tool"] or "",
                *(_value(row, n, scales) for n in brought),
            )
            for row in kept
        ],
    )
    same = "r.child = s.child AND r.assessed_on = s.assessed_on AND r.tool = s.tool"
    updated = await returned_ids(
        f"UPDATE risk_assessment r SET {', '.join(f'{n} = s.{n}' for n in brought)}, version = r.version + 1 "
        f"FROM staged_risk s WHERE {same} AND ROW({', '.join(f'r.{n}' for n in brought)}) "
        f"IS DISTINCT FROM ROW({', '.join(f's.{n}' for n in brought)}) RETURNING r.child"
    )
    into = ", ".join(["child", "assessed_on", "tool", *brought])
    added = await returned_ids(
        f"INSERT INTO risk_assessment ({into}) SELECT {into} FROM staged_risk s "
        f"WHERE NOT EXISTS (SELECT FROM risk_assessment r WHERE {same}) "
        "ORDER BY child, assessed_on, tool RETURNING child"
    )
    return Outcome(len(added), len(updated), rejected, warnings, {*added, *updated})


def _key(row: Row) -> tuple[str, date, str]:
    return row["child_ref"], row["assessed_on"], row["tool"] or ""


WITHDRAWN = (
    "This assessment was withdrawn as recorded by mistake, and stays so. If the file is right, put it back from the "
    "child’s chronology first."
)


def _stored_key(row: Row, ids: dict[str, int]) -> tuple[int, date, str]:
    return ids[row["child_ref"]], row["assessed_on"], row["tool"] or ""


def _problem(row: Row, ids: dict[str, int], scales: list[RiskScaleHeld]) -> Problem | None:
    if row["child_ref"] not in ids:
        return row.problem("child_ref", UNKNOWN_CHILD)
    levels = scale_on(scales, row["assessed_on"])
    if row["level"].casefold() not in map(str.casefold, levels):
        return row.problem(
            "level", f"“{row['level']}” is not a level of the scale that held then: {', '.join(levels)}."
        )
    return None


def _value(row: Row, name: str, scales: list[RiskScaleHeld]) -> object:
    if name == "level":
        levels = scale_on(scales, row["assessed_on"])
        return next(level for level in levels if level.casefold() == row["level"].casefold())
    if name == "flags":
        return row["flags"] or []
    return row[name]


RISKS = ImportKind(
    slug="risks",
    label="Risk assessments",
    columns=(
        Column("child_ref", text, required=True),
        Column("assessed_on", day, required=True),
        Column("level", text, required=True),
        Column("tool", text),
        Column("flags", flags),
        Column("next_review_on", day),
    ),
    check=is_possible_assessment,
    apply=import_risks,
)
