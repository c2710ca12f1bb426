"""The file of referrals: what agencies send in, to wait for the next daily briefing. Trackers come as `cases`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app import database
from app.episodes.imports.kinds import Column, ImportContext, ImportKind, Outcome, Problem, Row
from app.episodes.imports.rules import Unreadable, day, one_of, slug_of, text, words
from app.episodes.imports.staging import UNKNOWN_CHILD, child_ids_of, keep_last, stage
from app.episodes.queries import risk_scales
from app.episodes.rules import RiskScaleHeld, scale_on
from app.london import london_date
from app.panels.imports.naming import NamedPanels, named_panels
from app.panels.referrals.rules import CONCERNS, CONSENTS, LAWFUL_BASES, Told, ToolScore, problem_of

Key = tuple[int, date, int | None, int | None]
"""Child, day, agency and the panel asked for: what makes a referral the same one."""

UNKNOWN_AGENCY = "There is no agency of this name. Add it on the page People, or mend the name."
DECIDED_HERE = "This referral has been decided on here since, so what is stored was kept."

_CONCERNS = {slug_of(word): slug for slug, name in CONCERNS.items() for word in (slug, name)}


def concerns(cell: str) -> list[str]:
    found: dict[str, None] = {}
    for word in words(cell):
        slug = _CONCERNS.get(slug_of(word))
        if slug is None:
            raise Unreadable(f"“{word}” is not one of: {', '.join(CONCERNS)}.")
        found[slug] = None
    return list(found)


def tools(cell: str) -> list[ToolScore]:
    """`CERAF=14; SERAF=high`"""
    found = []
    for part in words(cell):
        tool, _, score = (piece.strip() for piece in part.partition("="))
        if not tool or not score:
            raise Unreadable(f"“{part}” is not a tool with its score. Write it as tool=score.")
        found.append(ToolScore(tool, score))
    return found


def is_possible_referral(row: Row, now: datetime) -> tuple[str, str] | None:
    if row["referred_on"] > london_date(now):
        return "referred_on", "This date lies in the future."
    return None


async def import_referrals(rows: list[Row], context: ImportContext) -> Outcome:
    """Adds and updates referrals that wait, by the rule of the form. One that was decided on stays as it is."""
    known = _Known(
        await named_panels(),
        await _agencies(),
        await child_ids_of(row["child_ref"] for row in rows),
        await risk_scales(),
    )
    born = await _born_on(known.children.values())
    rejected, good = [], []
    told_by_row: dict[int, Told] = {}
    for row in rows:
        problem = known.problem_of(row) or _impossible(row, known, born, london_date(context.now))
        if problem is not None:
            rejected.append(problem)
            continue
        told_by_row[row.number] = known.told(row)
        good.append(row)

    def key(row: Row) -> Key:
        told = told_by_row[row.number]
        return known.children[row["child_ref"]], told.referred_on, told.agency_id, told.asked_panel_id

    kept, warnings = keep_last(good, key, "referred_on")
    stored = await _stored({key(row)[0] for row in kept})
    added, changed = [], []
    for row in kept:
        values, found = told_by_row[row.number].columns(), stored.get(key(row))
        if found is None:
            added.append((key(row)[0], values))
            continue
        brought = {
            column: values[column] if name in context.columns else found[column]
            for name, column in _BROUGHT.items()
        }
        if any(found[column] != value for column, value in brought.items()):
            if found["threshold"]:
                warnings.append(row.problem("referred_on", DECIDED_HERE))
            else:
                changed.append((found["id"], brought, key(row)[0]))
    await _write(added, changed, context)
    touched = {child for child, _ in added} | {child for _, _, child in changed}
    return Outcome(len(added), len(changed), rejected, warnings, touched)


@dataclass(frozen=True)
class _Known:
    """What the names of a file may mean."""

    panels: NamedPanels
    agencies: dict[str, int]
    children: dict[str, int]
    scales: Sequence[RiskScaleHeld]

    def problem_of(self, row: Row) -> Problem | None:
        """What names nobody or nothing."""
        if row["child_ref"] not in self.children:
            return row.problem("child_ref", UNKNOWN_CHILD)
        if row["panel"] and self.panels.id_of(row["panel"]) is None:
            return row.problem("panel", self.panels.unknown)
        if row["agency"] and row["agency"].casefold() not in self.agencies:
            return row.problem("agency", UNKNOWN_AGENCY)
        return None

    def told(self, row: Row) -> Told:
        return _told(row, self.panels, self.agencies, scale_on(self.scales, row["referred_on"]))


def _impossible(row: Row, known: _Known, born: dict[int, date | None], today: date) -> Problem | None:
    problem = problem_of(
        known.told(row),
        born_on=born[known.children[row["child_ref"]]],
        levels=scale_on(known.scales, row["referred_on"]),
        today=today,
    )
    if problem is None:
        return None
    field, sentence = problem
    return row.problem("child_ref" if field == "born_on" else field, f"{sentence}.")


_BROUGHT = {
    "referrer": "referrer",
    "concerns": "concerns",
    "tools": "tool_scores",
    "risk_level": "risk_level",
    "consent": "consent",
    "consent_reason": "consent_reason",
    "lawful_basis": "lawful_basis",
    "wanted": "wanted",
    "transition_note": "transition_note",
}
"""The columns of the file that may change a stored referral, and where they are stored."""


def _told(row: Row, panels: NamedPanels, agencies: dict[str, int], levels: Sequence[str]) -> Told:
    level = row["risk_level"] or ""
    return Told(
        referred_on=row["referred_on"],
        asked_panel_id=panels.id_of(row["panel"]) if row["panel"] else None,
        agency_id=agencies[row["agency"].casefold()] if row["agency"] else None,
        referrer=row["referrer"] or "",
        concerns=tuple(one for one in CONCERNS if one in (row["concerns"] or ())),
        tools=tuple(row["tools"] or ()),
        risk_level=next((one for one in levels if one.casefold() == level.casefold()), level),
        consent=row["consent"] or "",
        consent_reason=row["consent_reason"] or "",
        lawful_basis=row["lawful_basis"] or "",
        wanted=row["wanted"] or "",
        transition_note=row["transition_note"] or "",
    )


async def _agencies() -> dict[str, int]:
    rows = await database.fetch("SELECT lower(name) AS named, min(id) AS id FROM agency GROUP BY lower(name)")
    return {row["named"]: row["id"] for row in rows}


async def _born_on(child_ids: Any) -> dict[int, date | None]:
    rows = await database.fetch("SELECT id, born_on FROM child WHERE id = ANY($1::bigint[])", list(child_ids))
    return {row["id"]: row["born_on"] for row in rows}


async def _stored(child_ids: set[int]) -> dict[Key, dict[str, Any]]:
    rows = await database.fetch(
        f"SELECT id, child, referred_on, agency, asked_panel, threshold, {', '.join(_BROUGHT.values())} "
        "FROM referral WHERE child = ANY($1::bigint[]) AND received_at IS NOT NULL "
        # the kept record's own last, so that it stands for the key
        "ORDER BY of_record NULLS LAST, id",
        sorted(child_ids),
    )
    return {(row["child"], row["referred_on"], row["agency"], row["asked_panel"]): row for row in rows}


TYPES = {
    "id": "bigint",
    "child": "bigint",
    "panel": "bigint",
    "referred_on": "date",
    "asked_panel": "bigint",
    "agency": "bigint",
    "referrer": "text",
    "concerns": "text[]",
    "tool_scores": "jsonb",
    "risk_level": "text",
    "consent": "text",
    "consent_reason": "text",
    "lawful_basis": "text",
    "wanted": "text",
    "transition_note": "text",
}


async def _write(
    added: Sequence[tuple[int, dict[str, Any]]],
    changed: Sequence[tuple[int, dict[str, Any], int]],
    context: ImportContext,
) -> None:
    rows = [{"id": None, "child": child, "panel": v["asked_panel"], **v} for child, v in added]
    rows += [{"id": known, **values} for known, values, _ in changed]
    if not rows:
        return
    await stage("staged_referral", TYPES, [tuple(row.get(name) for name in TYPES) for row in rows])
    sets = ", ".join(f"{column} = s.{column}" for column in _BROUGHT.values())
    await database.execute(
        f"UPDATE referral t SET {sets}, version = t.version + 1 FROM staged_referral s WHERE s.id = t.id"
    )
    names = ", ".join(name for name in TYPES if name != "id")
    await database.execute(
        f"INSERT INTO referral ({names}, received_at, received_by) "
        f"SELECT {names}, $1, $2 FROM staged_referral WHERE id IS NULL",
        context.now,
        context.who_id,
    )


REFERRALS = ImportKind(
    slug="referrals",
    label="Referrals for the briefing",
    columns=(
        Column("child_ref", text, required=True),
        Column("referred_on", day, required=True),
        Column("panel", text),
        Column("agency", text),
        Column("referrer", text),
        Column("concerns", concerns),
        Column("tools", tools),
        Column("risk_level", text),
        Column("consent", one_of(*CONSENTS)),
        Column("consent_reason", text),
        Column("lawful_basis", one_of(*LAWFUL_BASES)),
        Column("wanted", text),
        Column("transition_note", text),
    ),
    check=is_possible_referral,
    apply=import_referrals,
)
