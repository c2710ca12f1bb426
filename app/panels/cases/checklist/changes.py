"""Notes on a case's file what was done, and when. One verb."""

from datetime import date, datetime

from app import database
from app.access import Identity, Permission
from app.history.changes import record, refuse_second
from app.lifecycle import MovedOn, Refused
from app.london import london_date
from app.panels.cases.changes import ABOUT
from app.panels.cases.checklist.rules import line_problems
from app.panels.cases.queries import case_for


async def note_on_file(
    who: Identity,
    case_id: int,
    *,
    kind: str,
    done_on: date | None,
    note: str,
    now: datetime,
    submission_key: str | None = None,
) -> None:
    """Adds a dated line; earlier ones of the same kind stay, the latest counts.

    Raises Invisible, Forbidden, MovedOn for a closed case, AlreadySubmitted, or Refused with sentences by field.
    """
    async with database.transaction():
        case = await case_for(who, case_id, Permission.RECORD_CHECKLIST, lock=True)
        await refuse_second(submission_key)
        problems = dict(line_problems(kind, done_on, note, london_date(now)))
        if problems:
            raise Refused(next(iter(problems.values())), problems)
        if case.closed_on:
            raise MovedOn("This case is closed, so its file is too. Nothing was changed.")
        await database.execute(
            "INSERT INTO case_check (panel_case, kind, done_on, note, noted_by) VALUES ($1, $2, $3, $4, $5)",
            case_id,
            kind,
            done_on,
            note.strip(),
            who.person_id,
        )
        await record(
            who.person_id,
            "case file noted",
            ABOUT,
            [case_id],
            now=now,
            children=[case.child_id],
            details={"kind": kind, "done_on": done_on},
            submission_key=submission_key,
        )
