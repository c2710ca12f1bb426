"""The file of children: one row a child, found again by its reference."""

from datetime import datetime

from app.episodes.imports.kinds import Column, ImportContext, ImportKind, Outcome, Row
from app.episodes.imports.rules import day, email, one_of, text, words
from app.episodes.imports.staging import keep_last, returned_ids, stage
from app.london import london_date

LEGAL_STATUSES = ("cla", "cp", "cin", "none")

# column of the file → column of the table and its SQL type
_STORED = {
    "child_name": ("name", "text"),
    "dob": ("born_on", "date"),
    "sex": ("sex", "text"),
    "ethnicity": ("ethnicity", "text"),
    "disability": ("disability", "text"),
    "other_refs": ("other_refs", "text[]"),
    "social_worker": ("social_worker", "text"),
    "social_worker_email": ("social_worker_email", "text"),
    "team": ("team", "text"),
    "school": ("school", "text"),
    "placement": ("placement", "text"),
    "provider": ("provider", "text"),
    "placed_in": ("placed_in", "text"),
    "legal_status": ("legal_status", "text"),
    "responsible_authority": ("responsible_authority", "text"),
}


def is_possible_child(row: Row, now: datetime) -> tuple[str, str] | None:
    if row["dob"] and row["dob"] > london_date(now):
        return "dob", "This date of birth lies in the future."
    return None


async def import_children(rows: list[Row], context: ImportContext) -> Outcome:
    """Adds the children that are new and updates, of those known, the columns that the file has."""
    kept, warnings = keep_last(rows, lambda row: row["child_ref"], "child_ref")
    columns = {stored: name for name, (stored, _) in _STORED.items() if name in context.columns}
    types = {stored: kind for stored, kind in _STORED.values() if stored in columns}
    await stage(
        "staged_child",
        {"child_ref": "text", **types},
        [(row["child_ref"], *(_value(row, name) for name in columns.values())) for row in kept],
    )
    updated: list[int] = []
    if columns:
        names = list(columns)
        updated = await returned_ids(
            f"UPDATE child SET {', '.join(f'{n} = s.{n}' for n in names)}, version = version + 1 "
            "FROM staged_child s WHERE s.child_ref = child.child_ref "
            f"AND ROW({', '.join(f'child.{n}' for n in names)}) "
            f"IS DISTINCT FROM ROW({', '.join(f's.{n}' for n in names)}) RETURNING child.id"
        )
    into = ", ".join(["child_ref", *columns])
    added = await returned_ids(
        f"INSERT INTO child ({into}) SELECT {into} FROM staged_child s "
        "WHERE NOT EXISTS (SELECT FROM child c WHERE c.child_ref = s.child_ref) ORDER BY child_ref RETURNING id"
    )
    return Outcome(len(added), len(updated), warnings=warnings, child_ids=[*added, *updated])


def _value(row: Row, name: str) -> object:
    value = row[name]
    if value is None and name == "other_refs":
        return []
    return "" if value is None and name != "dob" else value


CHILDREN = ImportKind(
    slug="children",
    label="Children",
    columns=(
        Column("child_ref", text, required=True),
        Column("child_name", text),
        Column("dob", day),
        Column("sex", text),
        Column("ethnicity", text),
        Column("disability", text),
        Column("other_refs", words),
        Column("social_worker", text),
        Column("social_worker_email", email),
        Column("team", text),
        Column("school", text),
        Column("placement", text),
        Column("provider", text),
        Column("placed_in", text),
        Column("legal_status", one_of(*LEGAL_STATUSES)),
        Column("responsible_authority", text),
    ),
    check=is_possible_child,
    apply=import_children,
)
