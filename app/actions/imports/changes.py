"""Brings an action log in: finds each row's action again, adds the new ones, updates what the file tells otherwise."""

from collections.abc import Sequence
from datetime import datetime

from app import database
from app.actions.imports.placing import Placed, Said, place_rows
from app.episodes.imports.kinds import ImportContext, Outcome, Problem, Row
from app.episodes.imports.staging import returned_ids, stage


async def import_actions(rows: list[Row], context: ImportContext) -> Outcome:
    """Adds new actions and updates known ones: the same `action_ref`, else panel, child, text and day of issue.

    An action that somebody has spoken on here keeps its status, and one that was judged here its tracking: a log is
    older than either.
    """
    said = Said()
    placed = await place_rows(rows, context.now, said)
    await _stage(placed)
    updated = await _update(context)
    said.warnings.extend(await _kept_here(context, placed))
    added = await _add(context.now)
    await _keep_judgements([*added, *updated], context.now)
    touched = {*added, *updated}
    children = await database.fetch(
        "SELECT DISTINCT child FROM action WHERE id = ANY($1::bigint[]) AND child IS NOT NULL", list(touched)
    )
    return Outcome(
        len(added), len(updated), said.rejected, said.warnings, {found["child"] for found in children}
    )


_COLUMNS = {
    "row_number": "int",
    "action_ref": "text",
    "panel": "bigint",
    "meeting": "bigint",
    "agenda_item": "bigint",
    "child": "bigint",
    "text": "text",
    "owner": "bigint",
    "agency": "bigint",
    "issued_on": "date",
    "due_on": "date",
    "status": "text",
    "finished_on": "date",
    "day_told": "boolean",
    "tracking": "int",
    "anticipated_on": "date",
    "known": "bigint",
    "spoken_on": "boolean",
    "judged_here": "boolean",
    "moved_here": "boolean",
    "given_here": "boolean",
}


async def _stage(placed: Sequence[Placed]) -> None:
    """The rows as a table, each with the id of the action it is about, where there is one."""
    await stage(
        "staged_action",
        _COLUMNS,
        [
            (
                one.row.number,
                one.row["action_ref"],
                one.panel_id,
                one.meeting_id,
                one.item_id,
                one.child_id,
                one.row["action"],
                one.owner_id,
                one.agency_id,
                one.told.issued_on,
                one.told.due_on,
                one.told.status,
                one.told.finished_on,
                one.row["completed_on"] is not None,
                one.told.tracking,
                one.told.anticipated_on,
                None,
                False,
                False,
                False,
                False,
            )
            for one in placed
        ],
    )
    await database.execute(
        "UPDATE staged_action s SET known = a.id FROM action a WHERE a.action_ref = s.action_ref"
    )
    # an action brought without a reference, or issued here, may get one later
    await database.execute(
        "UPDATE staged_action s SET known = m.id FROM (SELECT DISTINCT ON (s.row_number) s.row_number, a.id "
        "FROM staged_action s JOIN action a ON a.panel = s.panel AND a.text = s.text AND a.issued_on = s.issued_on "
        "AND a.child IS NOT DISTINCT FROM s.child "
        "WHERE s.known IS NULL AND (s.action_ref IS NULL OR a.action_ref IS NULL) "
        "ORDER BY s.row_number, a.action_ref IS NOT NULL, a.id) m WHERE m.row_number = s.row_number"
    )
    # two rows about one action, one by reference and one by its words: the later row holds
    await database.execute(
        "DELETE FROM staged_action s USING staged_action t WHERE s.known = t.known AND s.row_number < t.row_number"
    )
    await database.execute(
        "UPDATE staged_action s SET spoken_on = true WHERE s.known IS NOT NULL AND EXISTS "
        "(SELECT FROM action_update u WHERE u.action = s.known AND u.person IS NOT NULL AND u.status <> 'issued')"
    )
    await database.execute(
        "UPDATE staged_action s SET judged_here = true WHERE s.known IS NOT NULL AND EXISTS "
        "(SELECT FROM tracking_assessment j WHERE j.action = s.known AND j.person IS NOT NULL)"
    )
    # what the panel or an owner decided here stands against an older log
    await database.execute(
        "UPDATE staged_action s SET "
        "moved_here = EXISTS (SELECT FROM action_extension x WHERE x.action = s.known AND x.answer = 'granted') "
        "OR EXISTS (SELECT FROM action_review r WHERE r.action = s.known AND r.changed ? 'due_on'), "
        "given_here = EXISTS (SELECT FROM action_handover h WHERE h.action = s.known) "
        "OR EXISTS (SELECT FROM action_review r WHERE r.action = s.known AND r.changed ? 'owed') "
        "WHERE s.known IS NOT NULL"
    )


_FROM_COLUMN = {
    "action_ref": ("action_ref", "coalesce(s.action_ref, a.action_ref)"),
    "panel": ("panel", "s.panel"),
    "child_ref": ("child", "s.child"),
    "action": ("text", "s.text"),
    "issued_on": ("issued_on", "s.issued_on"),
    "due_on": ("due_on", "CASE WHEN s.moved_here THEN a.due_on ELSE s.due_on END"),
    "tracking": ("tracking", "CASE WHEN s.judged_here THEN a.tracking ELSE s.tracking END"),
    "anticipated_on": (
        "anticipated_on",
        "CASE WHEN s.judged_here THEN a.anticipated_on ELSE s.anticipated_on END",
    ),
}
_STATUS_COLUMNS = frozenset({"status", "completed_on", "tracking"})


def _sets(columns: frozenset[str]) -> list[tuple[str, str]]:
    """Which columns of a known action are set, and from what; a missing column of the file leaves them alone.

    A changed due date leaves the original one, so that the extension shows.
    """
    sets = [pair for column, pair in _FROM_COLUMN.items() if column in columns]
    if "meeting_on" in columns:
        sets += [("meeting", "coalesce(s.meeting, a.meeting)")]
        sets += [("agenda_item", "coalesce(s.agenda_item, a.agenda_item)")]
    if "owner_email" in columns:
        sets += [
            ("owner", "CASE WHEN s.given_here THEN a.owner ELSE s.owner END"),
            ("agency", "CASE WHEN s.given_here THEN a.agency ELSE s.agency END"),
        ]
    else:
        sets += [("agency", "CASE WHEN a.owner IS NULL AND NOT s.given_here THEN s.agency ELSE a.agency END")]
    if columns & _STATUS_COLUMNS:
        same = "s.spoken_on OR (s.status = a.status AND NOT s.day_told)"
        sets += [
            ("status", "CASE WHEN s.spoken_on THEN a.status ELSE s.status END"),
            ("finished_on", f"CASE WHEN {same} THEN a.finished_on ELSE s.finished_on END"),
        ]
    return sets


async def _update(context: ImportContext) -> list[int]:
    """Updates what the file tells otherwise; a new status leaves a word without a person."""
    sets = _sets(context.columns)
    if context.columns & _STATUS_COLUMNS:
        await database.execute(
            "INSERT INTO action_update (action, person, status, note, made_at) SELECT a.id, NULL, s.status, '', $1 "
            "FROM staged_action s JOIN action a ON a.id = s.known WHERE NOT s.spoken_on AND s.status <> a.status "
            "ORDER BY s.row_number",
            context.now,
        )
    return await returned_ids(
        f"UPDATE action SET {', '.join(f'{name} = new.{name}' for name, _ in sets)}, version = action.version + 1 "
        f"FROM (SELECT a.id, {', '.join(f'{value} AS {name}' for name, value in sets)} "
        "FROM staged_action s JOIN action a ON a.id = s.known) AS new "
        f"WHERE action.id = new.id AND ROW({', '.join(f'action.{name}' for name, _ in sets)}) "
        f"IS DISTINCT FROM ROW({', '.join(f'new.{name}' for name, _ in sets)}) RETURNING action.id"
    )


async def _kept_here(context: ImportContext, placed: Sequence[Placed]) -> list[Problem]:
    """A warning for each row whose status or tracking was left alone because of what somebody said of it here."""
    warnings = []
    if context.columns & _STATUS_COLUMNS:
        numbers = await _numbers("s.spoken_on AND s.status <> a.status")
        sentence = "This action was updated in Homeward; its status there was kept."
        warnings += [one.row.problem("status", sentence) for one in placed if one.row.number in numbers]
    if "tracking" in context.columns:
        numbers = await _numbers(
            "s.judged_here AND s.tracking IS NOT NULL AND s.tracking IS DISTINCT FROM a.tracking"
        )
        sentence = "This action was judged in Homeward; its tracking there was kept."
        warnings += [one.row.problem("tracking", sentence) for one in placed if one.row.number in numbers]
    return warnings


async def _numbers(condition: str) -> set[int]:
    """The rows of known actions of which the condition holds."""
    rows = await database.fetch(
        f"SELECT s.row_number FROM staged_action s JOIN action a ON a.id = s.known WHERE {condition}"
    )
    return {found["row_number"] for found in rows}


async def _keep_judgements(action_ids: Sequence[int], now: datetime) -> None:
    """What the log judged joins the history of judgements, once, without a person."""
    await database.execute(
        "INSERT INTO tracking_assessment (action, category, anticipated_on, assessed_at) "
        "SELECT a.id, a.tracking, a.anticipated_on, $2 FROM action a LEFT JOIN LATERAL "
        "(SELECT j.category, j.anticipated_on, j.person FROM tracking_assessment j WHERE j.action = a.id "
        "ORDER BY j.id DESC LIMIT 1) j ON true WHERE a.id = ANY($1::bigint[]) AND a.tracking IS NOT NULL "
        "AND (a.tracking NOT IN (3, 5) OR a.anticipated_on IS NOT NULL) AND j.person IS NULL "
        "AND ROW(j.category, j.anticipated_on) IS DISTINCT FROM ROW(a.tracking, a.anticipated_on) ORDER BY a.id",
        list(action_ids),
        now,
    )


async def _add(now: datetime) -> list[int]:
    added = await returned_ids(
        "INSERT INTO action (action_ref, panel, meeting, agenda_item, child, text, owner, agency, issued_on, due_on, "
        "original_due_on, status, finished_on, tracking, anticipated_on) "
        "SELECT action_ref, panel, meeting, agenda_item, child, text, owner, agency, issued_on, due_on, due_on, "
        "status, finished_on, tracking, anticipated_on FROM staged_action WHERE known IS NULL "
        "ORDER BY row_number RETURNING id"
    )
    await database.execute(
        "INSERT INTO action_update (action, person, status, note, made_at) SELECT id, NULL, status, '', "
        "least(coalesce(finished_on, issued_on)::timestamp AT TIME ZONE 'Europe/London', $2::timestamptz) "
        "FROM action WHERE id = ANY($1::bigint[]) ORDER BY id",
        added,
        now,
    )
    return added
