"""The file of cases: a panel's tracker of referrals, first meetings and closures."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from app.episodes.imports.kinds import Column, ImportContext, ImportKind, Outcome, Problem, Row
from app.episodes.imports.rules import day, one_of, text
from app.episodes.imports.staging import UNKNOWN_CHILD, child_ids_of, keep_last
from app.london import london_date
from app.panels.casebook.changes import write_casebooks
from app.panels.casebook.queries import casebooks
from app.panels.casebook.rules import Impossible, Taken, Told
from app.panels.imports.naming import NamedPanels, named_panels

Pair = tuple[int, int]

DECIDED_HERE = "A briefing here has decided on this referral, so what is stored was kept."
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
    books = await casebooks({_key(row, panels, children)[:2] for row in kept}, len(kept))
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
        elif became is Taken.DECIDED:
            warnings.append(row.problem("threshold", DECIDED_HERE))
        elif row["closed_on"] and not row["closure_reason"] and became is not Taken.UNCHANGED:
            warnings.append(
                row.problem("closure_reason", "No reason for closing is given; “other” was taken.")
            )
    await write_casebooks([book for book in books.values() if book.changed_referrals or book.changed_cases])
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
