"""A panel's action log, brought as a file."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app import database
from app.actions.imports import ACTIONS
from app.actions.tracking.changes import assess_action
from app.actions.tracking.rules import Judged
from app.episodes.imports.kinds import ImportResult, Unusable
from app.episodes.imports.running import run_import
from tests import builders
from tests.actions.conftest import MakeAction, Room, stored
from tests.conftest import Cast, TestClock

HEADER = (
    "action_ref,panel,meeting_on,child_ref,action,owner_email,agency,issued_on,due_on,status,completed_on,"
    "tracking,anticipated_on"
)
NOW = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)


def log(*rows: dict[str, str], header: str = HEADER) -> bytes:
    names = header.split(",")
    lines = [",".join(row.get(name, "") for name in names) for row in rows]
    return "\n".join([header, *lines, ""]).encode()


def row(**changed: str) -> dict[str, str]:
    return {
        "panel": "mace",
        "action": "Visit at home",
        "agency": "Exampleshire Police",
        "issued_on": "2026-05-01",
        "due_on": "2026-06-01",
    } | changed


async def bring(content: bytes, now: datetime = NOW, dry_run: bool = False) -> ImportResult:
    return (await run_import(ACTIONS, content, who_id=None, now=now, dry_run=dry_run)).result


async def all_actions() -> list[dict[str, Any]]:
    return await database.fetch("SELECT * FROM action ORDER BY id")


def problems(result: ImportResult) -> list[tuple[int, str]]:
    return [(problem.row, problem.field) for problem in result.rejected]


async def test_a_log_comes_in_with_its_owner_meeting_and_item(cast: Cast, room: Room) -> None:
    child_ref = await database.fetch_value("SELECT child_ref FROM child WHERE id = $1", room.child)
    result = await bring(
        log(
            row(
                action_ref="A-1",
                panel="Multi-Agency Child Exploitation (MACE)",
                meeting_on="09/06/2026",
                issued_on="",
                due_on="2026-06-20",
                child_ref=child_ref,
                owner_email="Police@cast.example.org",
                agency="",
                status="In progress",
            )
        )
    )
    assert (result.read, result.added, result.rejected, result.warnings) == (1, 1, (), ())
    [action] = await all_actions()
    assert (action["meeting"], action["agenda_item"], action["child"]) == (
        room.meeting,
        room.item,
        room.child,
    )
    assert (action["owner"], action["agency"]) == (cast.police.person_id, cast.police.agency_id)
    assert (action["issued_on"], action["due_on"], action["original_due_on"]) == (
        date(2026, 6, 9),
        date(2026, 6, 20),
        date(2026, 6, 20),
    )
    assert (action["status"], action["finished_on"], action["issued_at"]) == ("in-progress", None, None)


async def test_the_same_log_twice_adds_nothing(cast: Cast) -> None:
    content = log(
        row(action_ref="A-1", status="completed", completed_on="2026-05-20"),
        row(action="Ring the school"),
        row(action="Nothing to be done", status="not-possible", due_on="2027-01-01"),
        row(action="Forgotten", status="not-done"),
    )
    first = await bring(content)
    assert (first.added, first.updated, first.unchanged) == (4, 0, 0)
    before = await all_actions()
    again = await bring(content, NOW + timedelta(days=30))
    assert (again.added, again.updated, again.unchanged) == (0, 0, 4)
    assert await all_actions() == before
    assert await database.fetch_value("SELECT count(*) FROM action_update") == 4


async def test_a_dry_run_changes_nothing(cast: Cast) -> None:
    result = await bring(log(row(agency="Somebody New")), dry_run=True)
    assert (result.added, len(result.warnings)) == (1, 1)
    assert await all_actions() == []
    assert await database.fetch_value("SELECT count(*) FROM agency WHERE name = 'Somebody New'") == 0


async def test_a_later_log_updates_and_an_extension_keeps_the_original_date(cast: Cast) -> None:
    await bring(log(row(action_ref="A-1", status="issued")))
    result = await bring(
        log(row(action_ref="A-1", action="Visit at school", due_on="2026-07-01", status="acknowledged"))
    )
    assert (result.added, result.updated) == (0, 1)
    [action] = await all_actions()
    assert (action["text"], action["status"], action["version"]) == ("Visit at school", "acknowledged", 2)
    assert (action["due_on"], action["original_due_on"]) == (date(2026, 7, 1), date(2026, 6, 1))
    words = await database.fetch("SELECT status, person FROM action_update ORDER BY id")
    assert [(word["status"], word["person"]) for word in words] == [("issued", None), ("acknowledged", None)]


async def test_what_a_log_judged_joins_the_tracking_records_once_and_never_overrules_what_was_judged_here(
    cast: Cast, clock: TestClock
) -> None:
    told = {"action_ref": "A-1", "status": "in-progress", "tracking": "3", "anticipated_on": "2026-08-01"}
    for _ in range(2):
        assert (await bring(log(row(**told)))).rejected == ()
    kept = "SELECT category, anticipated_on, person FROM tracking_assessment ORDER BY id"
    assert [tuple(one.values()) for one in await database.fetch(kept)] == [(3, date(2026, 8, 1), None)]
    await bring(log(row(**told | {"tracking": "5", "anticipated_on": "2026-09-01"})))
    assert [one["category"] for one in await database.fetch(kept)] == [3, 5]
    [action] = await all_actions()
    judged = Judged(4, None, "The home has closed")
    await assess_action(cast.chair, action["id"], judged, now=clock.now)
    again = await bring(log(row(**told)))
    assert [(one.row, one.field) for one in again.warnings] == [(2, "tracking")]
    assert [one["category"] for one in await database.fetch(kept)] == [3, 5, 4]
    [action] = await all_actions()
    assert (action["tracking"], action["anticipated_on"]) == (4, None)


async def test_the_dates_hold_against_a_log_and_an_owner_who_left_is_told(cast: Cast) -> None:
    await database.execute("UPDATE person SET disabled_at = $2 WHERE id = $1", cast.police.person_id, NOW)
    result = await bring(
        log(
            row(owner_email=cast.police.email, action="Still open"),
            row(owner_email=cast.police.email, action="Done", completed_on="2026-06-05", tracking="1"),
            row(action="Late", tracking="6"),
        )
    )
    assert (result.added, result.rejected) == (3, ())
    told = [(one.row, one.field, one.problem) for one in result.warnings]
    assert [(number, name) for number, name, _ in told] == [
        (2, "owner_email"),
        (3, "tracking"),
        (4, "tracking"),
    ]
    assert "with Exampleshire Police" in told[0][2]
    assert "come to 2" in told[1][2]
    assert [action["owner"] for action in await all_actions()] == [cast.police.person_id] * 2 + [None]


async def test_a_missing_column_leaves_what_is_stored(cast: Cast) -> None:
    await bring(
        log(
            row(
                action_ref="A-1", status="completed", completed_on="2026-05-20", owner_email=cast.police.email
            )
        )
    )
    result = await bring(log(row(action_ref="A-1"), header="action_ref,panel,action,agency,due_on,issued_on"))
    assert (result.updated, result.unchanged) == (0, 1)
    [action] = await all_actions()
    assert (action["status"], action["owner"]) == ("completed", cast.police.person_id)


async def test_a_reference_can_be_given_to_an_action_known_by_its_words(cast: Cast) -> None:
    await bring(log(row()))
    result = await bring(log(row(action_ref="A-9")))
    assert (result.added, result.updated) == (0, 1)
    assert [action["action_ref"] for action in await all_actions()] == ["A-9"]


async def test_one_file_with_and_without_the_reference_settles(cast: Cast) -> None:
    content = log(row(action_ref="A-1"), row())
    await bring(content)
    known = len(await all_actions())
    for _ in range(2):
        assert (await bring(content)).added == 0
    assert len(await all_actions()) == known


async def test_an_owners_word_here_is_younger_than_any_log(
    cast: Cast, police_action: MakeAction, clock: TestClock
) -> None:
    action = await police_action(
        action_ref="A-1", status="completed", finished_on=date(2026, 6, 10), child=None
    )
    await builders.insert(
        "action_update", action=action, person=cast.police.person_id, status="completed", made_at=clock.now
    )
    result = await bring(
        log(row(action_ref="A-1", status="issued", owner_email=cast.police.email, due_on="2026-06-20"))
    )
    assert [(one.row, one.field) for one in result.warnings] == [(2, "status")]
    assert (await stored(action))["status"] == "completed"


async def test_an_unknown_agency_is_added_once_with_a_warning(cast: Cast) -> None:
    result = await bring(
        log(
            row(agency="Night Shelter"),
            row(agency="night shelter", action="Another"),
            row(agency="EXAMPLESHIRE police", action="Third"),
        )
    )
    assert result.added == 3
    assert [(one.row, one.field) for one in result.warnings] == [(2, "agency")]
    assert await database.fetch_value("SELECT count(*) FROM agency WHERE lower(name) = 'night shelter'") == 1
    assert (await all_actions())[2]["agency"] == cast.police.agency_id


async def test_an_unknown_owner_falls_back_to_the_agency_or_is_rejected(cast: Cast) -> None:
    result = await bring(
        log(
            row(owner_email="nobody@example.org"),
            row(owner_email="nobody@example.org", agency="", action="Alone"),
        )
    )
    assert (result.added, problems(result)) == (1, [(3, "owner_email")])
    assert [(one.row, one.field) for one in result.warnings] == [(2, "owner_email")]
    assert (await all_actions())[0]["owner"] is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"panel": "unknown panel"}, "panel"),
        ({"panel": ""}, "panel"),
        ({"action": ""}, "action"),
        ({"due_on": ""}, "due_on"),
        ({"due_on": "31/02/2026"}, "due_on"),
        ({"child_ref": "NOBODY"}, "child_ref"),
        ({"agency": ""}, "agency"),
        ({"issued_on": "2026-06-11"}, "issued_on"),
        ({"due_on": "2026-04-30"}, "due_on"),
        ({"meeting_on": "2026-06-02"}, "due_on"),
        ({"status": "lost"}, "status"),
        ({"status": "completed"}, "completed_on"),
        ({"status": "completed", "completed_on": "2026-06-11"}, "completed_on"),
        ({"status": "completed", "completed_on": "2026-04-30"}, "completed_on"),
        ({"status": "issued", "completed_on": "2026-05-20"}, "status"),
        ({"tracking": "3"}, "anticipated_on"),
        ({"tracking": "5", "status": "not-done"}, "anticipated_on"),
        ({"tracking": "7"}, "tracking"),
        ({"tracking": "1"}, "completed_on"),
        ({"tracking": "1", "status": "issued"}, "tracking"),
        ({"tracking": "4", "status": "completed", "completed_on": "2026-05-20"}, "tracking"),
    ],
)
async def test_a_row_that_cannot_be_is_rejected_with_its_field(
    cast: Cast, changed: dict[str, str], field: str
) -> None:
    result = await bring(log(row(**changed), row(action="A good one")))
    assert problems(result) == [(2, field)]
    assert result.added == 1
    assert result.rejected[0].problem.endswith(".")


@pytest.mark.parametrize(
    ("changed", "status", "finished_on", "tracking"),
    [
        ({}, "issued", None, None),
        ({"completed_on": "2026-05-20"}, "completed", date(2026, 5, 20), None),
        ({"tracking": "2", "completed_on": "2026-06-05"}, "completed", date(2026, 6, 5), None),
        ({"tracking": "3", "anticipated_on": "2026-08-01"}, "in-progress", None, 3),
        ({"tracking": "4"}, "not-possible", date(2026, 6, 1), 4),
        ({"tracking": "5", "anticipated_on": "2026-08-01"}, "in-progress", None, 5),
        ({"tracking": "6"}, "in-progress", None, None),
        ({"status": "NOT DONE"}, "not-done", date(2026, 6, 1), None),
        ({"status": "not-done", "due_on": "2026-07-01"}, "not-done", date(2026, 6, 10), None),
        ({"status": "Done", "completed_on": "2026-05-20"}, "completed", date(2026, 5, 20), None),
    ],
)
async def test_a_row_comes_to_a_status(
    cast: Cast, changed: dict[str, str], status: str, finished_on: date | None, tracking: int | None
) -> None:
    assert (await bring(log(row(**changed)))).rejected == ()
    [action] = await all_actions()
    assert (action["status"], action["finished_on"], action["tracking"]) == (status, finished_on, tracking)


async def test_without_a_day_of_issue_the_meeting_or_the_due_date_stands_in(cast: Cast) -> None:
    await bring(log(row(issued_on="", meeting_on="2026-05-05"), row(issued_on="", action="Other")))
    assert [action["issued_on"] for action in await all_actions()] == [date(2026, 5, 5), date(2026, 6, 1)]


async def test_a_meeting_that_is_not_known_is_only_a_warning(cast: Cast) -> None:
    result = await bring(log(row(meeting_on="2026-05-05")))
    assert (result.added, [(one.row, one.field) for one in result.warnings]) == (1, [(2, "meeting_on")])


async def test_the_same_action_twice_in_a_file_is_one_and_the_later_row_holds(cast: Cast) -> None:
    result = await bring(log(row(action_ref="A-1"), row(action_ref="A-1", action="As mended")))
    assert (result.added, result.unchanged, len(result.warnings)) == (1, 1, 1)
    assert [action["text"] for action in await all_actions()] == ["As mended"]


async def test_a_file_without_any_owner_column_is_refused_as_a_whole(cast: Cast) -> None:
    with pytest.raises(Unusable):
        await bring(log(row(), header="panel,action,due_on"))


async def test_an_imported_action_shows_on_its_page_and_in_the_list(
    cast: Cast, room: Room, sign_in: Any
) -> None:
    await bring(log(row(action_ref="A-77", owner_email=cast.police.email, status="acknowledged")))
    [action] = await all_actions()
    police = await sign_in("police")
    shown = (await police.get(f"/actions/{action['id']}")).text
    assert "A-77" in shown
    assert "a file that was brought in" in shown
    assert "9 days overdue" in (await police.get("/actions")).text
