"""Meeting logs brought in: held, cancelled, and when their minutes reached each stage."""

from datetime import UTC, datetime

import pytest

from app import database
from app.episodes.imports.kinds import ImportResult
from app.episodes.imports.running import run_import
from app.house import House
from app.panels.imports import MEETINGS
from tests.builders import a_child, a_meeting
from tests.conftest import Cast

pytestmark = pytest.mark.usefixtures("db", "house")

NOW = datetime(2026, 6, 10, 9, tzinfo=UTC)
HEADER = "panel,held_on,cancelled,agenda_circulated_on,actions_issued_on,draft_sent_on,approved_on,circulated_on,filed_on,chair,minute_taker"


async def brought(*lines: str, header: str = HEADER) -> ImportResult:
    content = "\n".join([header, *lines]).encode()
    return (await run_import(MEETINGS, content, who_id=None, now=NOW)).result


async def stored() -> list[dict[str, object]]:
    return await database.fetch(
        "SELECT m.status, m.starts_at, m.date_only, m.ended_at, m.agenda_issued_at, m.chair, m.chair_name, "
        "n.status AS minutes, n.circulated_at FROM meeting m LEFT JOIN minutes n ON n.meeting = m.id ORDER BY m.starts_at"
    )


async def test_a_held_meeting_comes_with_its_stamps(house: House, cast: Cast) -> None:
    result = await brought(
        "mace,2026-05-05,,2026-04-28,2026-05-06,2026-05-10,2026-05-12,2026-05-14,,Carys Chairwell,Somebody Else"
    )
    assert (result.added, result.rejected) == (1, ())
    (meeting,) = await stored()
    midnight = datetime(2026, 5, 4, 23, tzinfo=UTC)
    assert (meeting["status"], meeting["starts_at"], meeting["date_only"]) == ("held", midnight, True)
    assert (meeting["ended_at"], meeting["agenda_issued_at"]) == (
        midnight,
        datetime(2026, 4, 27, 23, tzinfo=UTC),
    )
    assert (meeting["chair"], meeting["chair_name"]) == (cast.chair.person_id, "")
    assert (meeting["minutes"], meeting["circulated_at"]) == (
        "circulated",
        datetime(2026, 5, 13, 23, tzinfo=UTC),
    )


async def test_the_same_log_twice_adds_nothing() -> None:
    lines = (
        "mace,2026-05-05,no,2026-04-28,,,,2026-05-14,,A Name,",
        "high-risk-misper,05/05/2026,yes,,,,,,,,",
    )
    assert (await brought(*lines)).added == 2
    again = await brought(*lines)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 2)


async def test_a_stamp_told_later_updates_the_meeting() -> None:
    await brought("mace,2026-05-05,,,,,,,,,")
    result = await brought("mace,2026-05-05,,,,,,2026-05-14,,,")
    assert (result.added, result.updated) == (0, 1)
    assert (await stored())[0]["minutes"] == "circulated"


async def test_a_meeting_planned_here_keeps_its_time() -> None:
    at = datetime(2026, 5, 5, 9, 30, tzinfo=UTC)
    await a_meeting("mace", at)
    result = await brought("mace,2026-05-05,,,,,,,,,")
    assert (result.added, result.updated) == (0, 1)
    (meeting,) = await stored()
    assert (meeting["starts_at"], meeting["date_only"], meeting["status"]) == (at, False, "held")


async def test_a_meeting_for_one_child_is_not_taken_for_the_panels() -> None:
    await a_meeting("mace", datetime(2026, 5, 5, 9, 30, tzinfo=UTC), child=await a_child())
    assert (await brought("mace,2026-05-05,,,,,,,,,")).added == 1


async def test_a_cancelled_meeting_is_kept_as_cancelled() -> None:
    await brought("mace,2026-05-05,yes,,,,,,,,")
    assert [(m["status"], m["ended_at"], m["minutes"]) for m in await stored()] == [("cancelled", None, None)]


async def test_a_held_meeting_cannot_become_cancelled() -> None:
    await brought("mace,2026-05-05,,,,,,,,,")
    assert [p.field for p in (await brought("mace,2026-05-05,yes,,,,,,,,")).rejected] == ["cancelled"]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("nope,2026-05-05,,,,,,,,,", "panel"),
        ("mace,2026-06-11,,,,,,,,,", "held_on"),
        ("mace,2026-05-05,,,,2026-05-04,,,,,", "draft_sent_on"),
        ("mace,2026-05-05,,,,,,2026-06-11,,,", "circulated_on"),
        ("mace,2026-05-05,yes,,,,2026-05-09,,,,", "approved_on"),
        ("mace,2026-05-32,,,,,,,,,", "held_on"),
    ],
)
async def test_what_cannot_be_is_rejected_with_its_field(line: str, field: str) -> None:
    result = await brought(line)
    assert [problem.field for problem in result.rejected] == [field]
    assert await stored() == []


async def test_stages_out_of_order_are_taken_with_a_warning() -> None:
    result = await brought("mace,2026-05-05,,2026-05-06,,2026-05-10,2026-05-09,,,,")
    assert result.added == 1
    assert [warning.field for warning in result.warnings] == ["agenda_circulated_on", "approved_on"]
