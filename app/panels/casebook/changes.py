"""Stores what changed in casebooks, inside the caller's transaction. The verb that calls writes the history."""

from collections.abc import Sequence
from typing import Any

from app import database
from app.episodes.imports.staging import stage
from app.panels.casebook.rules import CASE_COLUMNS, Casebook

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


async def write_casebooks(books: Sequence[Casebook]) -> None:
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
    await database.execute(
        f"UPDATE {table} t SET {', '.join(f'{name} = s.{name}' for name in changing)}, version = t.version + 1 "
        f"FROM staged_{table} s WHERE s.id = t.id AND ROW({', '.join(f't.{name}' for name in changing)}) "
        f"IS DISTINCT FROM ROW({', '.join(f's.{name}' for name in changing)})"
    )
    await database.execute(
        f"INSERT INTO {table} ({names}) SELECT {names} FROM staged_{table} s "
        f"WHERE NOT EXISTS (SELECT FROM {table} t WHERE t.id = s.id) ORDER BY s.id"
    )
