"""The file of cases: a panel's tracker of referrals, first meetings and closures."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from app import database
from app.episodes.imports.kinds import Column, ImportContext, ImportKind, Outcome, Problem, Row
from app.episodes.imports.rules import day, one_of, text
from app.episodes.imports.staging import UNKNOWN_CHILD, child_ids_of, keep_last, stage
from app.london import london_date
from app.panels.imports.casebook import (
    CASE_COLUMNS,
    Casebook,
    Ids,
    Impossible,
    StoredCase,
    StoredReferral,
    Taken,
    Told,
)
from app.panels.imports.naming import NamedPanels, named_panels

Pair = tuple[int, int]

KEPT_HERE = "A meeting here has looked at this case since, so what is stored was kept."


def is_possible_case(row: Row, now: datetime) -> tuple[str, str] | None:
    today = london_date(now)
    for name in ("referred_on", "first_meeting_on", "closed_on"):
        if row[name] and row[name] > today:
            return name, "This date lies in the future."
    if row["first_meeting_on"] and row["first_meeting_on"] < row["referred_on"]:
        return "first_meeting_on", "The first meeting is before the referral."
    if row["closed_on"] and row["closed_on"] < (row["first_meeting_on"] or row["referred_on"]):
        return "closed_on", "The case was closed before it began or before its first meeting."
    if row["closure_reason"] and not row["closed_on"]:
        return "closed_on", "There is a reason for closing, but no day on which the case was closed."
    if row["threshold"] in ("not-met", "diverted") and (row["first_meeting_on"] or row["closed_on"]):
        return "threshold", "A case has meetings and a closure only where the threshold was met."
    return None


async def import_cases(rows: list[Row], context: ImportContext) -> Outcome:
    """Adds and updates referrals by panel, child and day. One that met the threshold opens a case, joins the open one,
    or after a closure recalls the child.
    """
    panels = await named_panels()
    children = await child_ids_of(row["child_ref"] for row in rows)
    good, rejected = _known(rows, panels, children)
    kept, warnings = keep_last(good, lambda row: _key(row, panels, children), "referred_on")
    books = await _casebooks({_key(row, panels, children)[:2] for row in kept}, len(kept))
    taken: Counter[Taken] = Counter()
    for row in sorted(kept, key=lambda row: (row["referred_on"], row.number)):
        panel, child, _ = _key(row, panels, children)
        book = books[panel, child]
        try:
            became = book.take(_told(row, panel, child, context.columns))
        except Impossible as problem:
            rejected.append(row.problem(problem.column, problem.sentence))
            continue
        taken[became] += 1
        if became is Taken.KEPT:
            warnings.append(row.problem("referred_on", KEPT_HERE))
        elif row["closed_on"] and not row["closure_reason"] and became is not Taken.UNCHANGED:
            warnings.append(
                row.problem("closure_reason", "No reason for closing is given; “other” was taken.")
            )
    await _write([book for book in books.values() if book.changed_referrals or book.changed_cases])
    changed = {child for (_, child), book in books.items() if book.changed_referrals or book.changed_cases}
    return Outcome(taken[Taken.ADDED], taken[Taken.UPDATED], rejected, warnings, changed)


def _known(
    rows: Sequence[Row], panels: NamedPanels, children: dict[str, int]
) -> tuple[list[Row], list[Problem]]:
    good, rejected = [], []
    for row in rows:
        if panels.id_of(row["panel"]) is None:
            rejected.append(row.problem("panel", panels.unknown))
        elif row["child_ref"] not in children:
            rejected.append(row.problem("child_ref", UNKNOWN_CHILD))
        else:
            good.append(row)
    return good, rejected


def _key(row: Row, panels: NamedPanels, children: dict[str, int]) -> tuple[int, int, date]:
    panel = panels.id_of(row["panel"])
    assert panel is not None
    return panel, children[row["child_ref"]], row["referred_on"]


def _told(row: Row, panel: int, child: int, columns: frozenset[str]) -> Told:
    """A tracker that tells of a meeting or a closure means that the threshold was met."""
    was_a_case = row["first_meeting_on"] or row["closed_on"]
    return Told(
        panel,
        child,
        row["referred_on"],
        row["threshold"] or ("met" if was_a_case else ""),
        columns | ({"threshold"} if was_a_case else set()),
        row["first_meeting_on"],
        row["closed_on"],
        row["closure_reason"] or "",
        row["risk_at_start"] or "",
        row["risk_at_close"] or "",
    )


async def _casebooks(pairs: set[Pair], most: int) -> dict[Pair, Casebook]:
    """What is stored of these children on these panels, and ids for what may come."""
    wanted = sorted(pairs)
    asked = [pair[0] for pair in wanted], [pair[1] for pair in wanted]
    of_pairs = "JOIN unnest($1::bigint[], $2::bigint[]) AS wanted(panel, child) USING (panel, child)"
    referrals = await database.fetch_as(
        StoredReferral, f"SELECT id, panel, child, referred_on, threshold FROM referral {of_pairs}", *asked
    )
    cases = await database.fetch_as(
        StoredCase,
        "SELECT id, panel, child, referral, accepted_on, first_meeting_on, closed_on, closure_reason, risk_at_start, "
        f"risk_at_close, recall_of, last_reviewed_on IS NOT NULL AS met_here FROM panel_case {of_pairs}",
        *asked,
    )
    ids = Ids(await _new_ids("referral", most), await _new_ids("panel_case", most))
    books = {pair: Casebook({}, [], ids) for pair in wanted}
    for referral in referrals:
        books[referral.panel, referral.child].referrals[referral.referred_on] = referral
    for case in cases:
        books[case.panel, case.child].cases.append(case)
    return books


async def _new_ids(table: str, many: int) -> list[int]:
    rows = await database.fetch(
        f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) AS id FROM generate_series(1, $1)", many
    )
    return [row["id"] for row in rows]


REFERRAL = {"id": "bigint", "panel": "bigint", "child": "bigint", "referred_on": "date", "threshold": "text"}
CASE = {
    "id": "bigint",
    "panel": "bigint",
    "child": "bigint",
    "referral": "bigint",
    "accepted_on": "date",
    "first_meeting_on": "date",
    "closed_on": "date",
    "closure_reason": "text",
    "risk_at_start": "text",
    "risk_at_close": "text",
    "recall_of": "bigint",
}


async def _write(books: Sequence[Casebook]) -> None:
    """Closures before new cases, so that no child has two open ones; links last, when every case is there."""
    referrals = [r for book in books for r in book.referrals.values() if r.id in book.changed_referrals]
    cases = [case for book in books for case in book.cases if case.id in book.changed_cases]
    await _upsert("referral", REFERRAL, referrals, ("threshold",))
    await _upsert("panel_case", CASE, cases, CASE_COLUMNS)
    if cases:
        await database.execute(
            "UPDATE panel_case t SET recall_of = s.recall_of FROM staged_panel_case s "
            "WHERE s.id = t.id AND t.recall_of IS DISTINCT FROM s.recall_of"
        )
        await database.execute(
            "UPDATE panel_case t SET next_review_on = NULL FROM staged_panel_case s "
            "WHERE s.id = t.id AND t.closed_on IS NOT NULL AND t.next_review_on IS NOT NULL"
        )


async def _upsert(table: str, columns: dict[str, str], rows: Sequence[Any], changing: Sequence[str]) -> None:
    if not rows:
        return
    names = ", ".join(columns)
    await stage(f"staged_{table}", columns, [tuple(getattr(row, name) for name in columns) for row in rows])
    version = ", version = t.version + 1" if table == "panel_case" else ""
    await database.execute(
        f"UPDATE {table} t SET {', '.join(f'{name} = s.{name}' for name in changing)}{version} "
        f"FROM staged_{table} s WHERE s.id = t.id AND ROW({', '.join(f't.{name}' for name in changing)}) "
        f"IS DISTINCT FROM ROW({', '.join(f's.{name}' for name in changing)})"
    )
    await database.execute(
        f"INSERT INTO {table} ({names}) SELECT {names} FROM staged_{table} s "
        f"WHERE NOT EXISTS (SELECT FROM {table} t WHERE t.id = s.id) ORDER BY s.id"
    )


CASES = ImportKind(
    slug="cases",
    label="Referrals and cases",
    columns=(
        Column("panel", text, required=True),
        Column("child_ref", text, required=True),
        Column("referred_on", day, required=True),
        Column("threshold", one_of("met", "not-met", "diverted")),
        Column("first_meeting_on", day),
        Column("closed_on", day),
        Column(
            "closure_reason",
            one_of("reduced-risk", "moved", "turned-18", "transferred", "died", "other"),
        ),
        Column("risk_at_start", text),
        Column("risk_at_close", text),
    ),
    check=is_possible_case,
    apply=import_cases,
)
