"""The repeatedly missing children with their cases. What is on file: see the case file checklists."""

from collections import defaultdict
from collections.abc import Sequence

from app import database
from app.episodes.rules import cohort_of, told_or_childs
from app.figures.counting import Drill
from app.figures.missing.queries import MISSING
from app.figures.oversight.rules import (
    CaseOfChild,
    Overseen,
    RepeatChild,
    cases_that_count,
    in_order,
    overseen,
)
from app.figures.rules import Question
from app.london import day_start
from app.panels.cases.checklist.queries import checklists_of

CHILDREN = """
    SELECT DISTINCT ON (c.id) c.id, coalesce(nullif(c.name, ''), c.child_ref) AS known_as, c.child_ref, c.born_on,
        e.responsible_authority AS told_authority, e.placed_in AS told_placed_in, e.legal_status AS told_legal_status,
        c.responsible_authority AS childs_authority, c.placed_in AS childs_placed_in,
        c.legal_status AS childs_legal_status, count(*) OVER (PARTITION BY c.id) AS episodes,
        e.started_at AS latest_at, 'started_at' = ANY(e.date_only) AS latest_date_only,
        (SELECT max(r.assessed_on) FROM risk_assessment r WHERE r.child = c.id AND r.assessed_on <= $5) AS assessed_on
    FROM child c JOIN episode e ON e.child = c.id
    WHERE c.id = ANY($1::bigint[]) AND e.category = 'missing' AND e.merged_into IS NULL
      AND e.started_at >= $2 AND e.started_at < $3 AND e.started_at < $4
    ORDER BY c.id, e.started_at DESC, e.id DESC
"""


async def repeat_children(question: Question) -> list[Overseen]:
    """Whom the figure of missing episodes counts as repeatedly missing, each with what is on file on that day."""
    # the very rows behind that number, so that the report and the figure never differ
    behind = await MISSING.behind(question, Drill("repeat_children"))
    children = await _children(behind.ids, question)
    cases: dict[int, list[CaseOfChild]] = defaultdict(list)
    for case in await _cases(behind.ids, question):
        cases[case.child_id].append(case)
    counting = {child.id: cases_that_count(cases[child.id]) for child in children}
    ids = [case.id for of_child in counting.values() for case in of_child]
    files = await checklists_of(ids, question.as_at_on)
    return in_order(
        overseen(child, counting[child.id], [files[case.id] for case in counting[child.id]])
        for child in children
    )


async def _children(ids: Sequence[int], question: Question) -> list[RepeatChild]:
    rows = await database.fetch(
        CHILDREN,
        list(ids),
        day_start(question.from_on),
        day_start(question.to_on),
        question.until,
        question.as_at_on,
    )
    found = []
    for row in rows:
        for name in ("authority", "placed_in", "legal_status"):
            row[name] = told_or_childs(row.pop(f"told_{name}"), row.pop(f"childs_{name}"))
        cohort = cohort_of(row["authority"], row["placed_in"], question.own_names)
        found.append(RepeatChild(**row, cohort=cohort))
    return found


async def _cases(ids: Sequence[int], question: Question) -> list[CaseOfChild]:
    """Every case accepted by that day; closed where it was by then."""
    return await database.fetch_as(
        CaseOfChild,
        "SELECT k.id, k.child AS child_id, p.name AS panel, k.accepted_on, "
        "CASE WHEN k.closed_on <= $2 THEN k.closed_on END AS closed_on "
        "FROM panel_case k JOIN panel p ON p.id = k.panel "
        "WHERE k.child = ANY($1::bigint[]) AND k.accepted_on <= $2 ORDER BY p.name, k.id",
        list(ids),
        question.as_at_on,
    )
