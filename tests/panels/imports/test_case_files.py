"""Case trackers brought in: referrals, cases, recalls, and what can't be true."""

from datetime import UTC, date, datetime

import pytest

from app import database
from app.episodes.imports.kinds import ImportResult
from app.episodes.imports.running import run_import
from app.panels.imports import CASES
from tests.builders import a_child

pytestmark = pytest.mark.usefixtures("db")

NOW = datetime(2026, 6, 10, 9, tzinfo=UTC)
HEADER = "panel,child_ref,referred_on,threshold,first_meeting_on,closed_on,closure_reason,risk_at_start,risk_at_close"


async def brought(*lines: str, header: str = HEADER, dry_run: bool = False) -> ImportResult:
    content = "\n".join([header, *lines]).encode()
    return (await run_import(CASES, content, who_id=None, now=NOW, dry_run=dry_run)).result


async def cases() -> list[tuple[object, ...]]:
    rows = await database.fetch(
        "SELECT c.accepted_on, c.first_meeting_on, c.closed_on, c.closure_reason, before.accepted_on AS recalls "
        "FROM panel_case c LEFT JOIN panel_case before ON before.id = c.recall_of ORDER BY c.accepted_on"
    )
    return [tuple(row.values()) for row in rows]


@pytest.fixture
async def child(db: None) -> int:
    return await a_child(child_ref="K1")


@pytest.mark.usefixtures("child")
class TestCaseFiles:
    async def test_a_referral_that_met_the_threshold_opens_a_case(self) -> None:
        result = await brought("mace,K1,2026-01-05,met,2026-01-15,,,high,")
        assert (result.added, result.updated, result.rejected) == (1, 0, ())
        assert await cases() == [(date(2026, 1, 5), date(2026, 1, 15), None, "", None)]

    async def test_a_referral_that_did_not_meet_it_opens_none(self) -> None:
        await brought("mace,K1,2026-01-05,not-met,,,,,", "MACE,K1,2026-02-05,diverted,,,,,")
        assert await cases() == []
        assert await database.fetch_value("SELECT count(*) FROM referral") == 2

    async def test_a_meeting_told_without_a_threshold_means_it_was_met(self) -> None:
        await brought("mace,K1,2026-01-05,,2026-01-15,,,,")
        assert len(await cases()) == 1

    async def test_a_later_referral_after_a_closure_is_a_recall(self) -> None:
        await brought(
            "mace,K1,2026-03-05,met,,,,,", "mace,K1,2025-01-05,met,2025-01-15,2025-06-01,reduced-risk,,"
        )
        assert [(case[0], case[4]) for case in await cases()] == [
            (date(2025, 1, 5), None),
            (date(2026, 3, 5), date(2025, 1, 5)),
        ]

    async def test_a_referral_while_a_case_is_open_joins_it(self) -> None:
        await brought("mace,K1,2026-01-05,met,,,,,", "mace,K1,2026-03-05,met,,,,,")
        assert len(await cases()) == 1
        assert await database.fetch_value("SELECT count(*) FROM referral") == 2

    async def test_a_referral_on_the_day_of_closure_joins_and_the_day_after_recalls(self) -> None:
        await brought("mace,K1,2025-01-05,met,,2025-06-01,moved,,", "mace,K1,2025-06-01,met,,,,,")
        assert len(await cases()) == 1
        await brought("mace,K1,2025-06-02,met,,,,,")
        assert len(await cases()) == 2

    async def test_the_same_file_twice_adds_nothing(self) -> None:
        lines = (
            "mace,K1,2025-01-05,met,2025-01-15,2025-06-01,reduced-risk,,low",
            "mace,K1,2026-03-05,met,,,,,",
        )
        await brought(*lines)
        again = await brought(*lines)
        assert (again.added, again.updated, again.unchanged) == (0, 0, 2)

    async def test_a_closure_told_later_updates_the_case_and_makes_the_next_one_a_recall(self) -> None:
        await brought("mace,K1,2025-01-05,met,,,,,", "mace,K1,2026-03-05,met,,,,,")
        result = await brought(
            "mace,K1,2025-01-05,met,,2025-06-01,reduced-risk,,", "mace,K1,2026-03-05,met,,,,,"
        )
        assert (result.added, result.updated) == (1, 1)
        assert (await cases())[1][4] == date(2025, 1, 5)

    async def test_an_earlier_case_told_later_is_linked_to_the_stored_one(self) -> None:
        await brought("mace,K1,2026-03-05,met,,,,,")
        result = await brought("mace,K1,2025-01-05,met,,2025-06-01,moved,,")
        assert result.added == 1
        assert (await cases())[1][4] == date(2025, 1, 5)

    async def test_an_earlier_case_that_never_closed_is_rejected(self) -> None:
        await brought("mace,K1,2026-03-05,met,,,,,")
        result = await brought("mace,K1,2025-01-05,met,,,,,")
        assert [(p.field, p.row) for p in result.rejected] == [("closed_on", 2)]
        assert len(await cases()) == 1

    async def test_a_closure_without_its_column_is_left_alone(self) -> None:
        await brought("mace,K1,2025-01-05,met,,2025-06-01,moved,,")
        result = await brought("mace,K1,2025-01-05,met", header="panel,child_ref,referred_on,threshold")
        assert result.unchanged == 1
        assert (await cases())[0][2:4] == (date(2025, 6, 1), "moved")

    async def test_a_case_met_about_here_is_kept(self) -> None:
        await brought("mace,K1,2025-01-05,met,,,,,")
        await database.execute(
            "UPDATE panel_case SET last_reviewed_on = '2025-02-01', first_meeting_on = '2025-02-01'"
        )
        result = await brought("mace,K1,2025-01-05,met,,2025-06-01,moved,,")
        assert (result.updated, result.unchanged, len(result.warnings)) == (0, 1, 1)
        assert (await cases())[0][2] is None

    @pytest.mark.parametrize(
        ("line", "field"),
        [
            ("nope,K1,2025-01-05,met,,,,,", "panel"),
            ("mace,K9,2025-01-05,met,,,,,", "child_ref"),
            ("mace,K1,2026-07-05,met,,,,,", "referred_on"),
            ("mace,K1,2025-01-05,met,2025-01-04,,,,", "first_meeting_on"),
            ("mace,K1,2025-01-05,met,2025-02-04,2025-02-01,moved,,", "closed_on"),
            ("mace,K1,2025-01-05,met,,,moved,,", "closed_on"),
            ("mace,K1,2025-01-05,not-met,2025-01-09,,,,", "threshold"),
            ("mace,K1,2025-01-05,perhaps,,,,,", "threshold"),
            ("mace,K1,2025-01-05,met,,2025-06-01,boredom,,", "closure_reason"),
        ],
    )
    async def test_what_cannot_be_is_rejected_with_its_field(self, line: str, field: str) -> None:
        result = await brought(line)
        assert [problem.field for problem in result.rejected] == [field]
        assert result.rejected[0].problem.endswith(".")
        assert await database.fetch_value("SELECT count(*) FROM referral") == 0

    async def test_a_threshold_that_was_met_cannot_be_taken_back(self) -> None:
        await brought("mace,K1,2025-01-05,met,,,,,")
        assert [p.field for p in (await brought("mace,K1,2025-01-05,not-met,,,,,")).rejected] == ["threshold"]

    async def test_a_closure_without_a_reason_is_taken_as_other_and_said(self) -> None:
        result = await brought("mace,K1,2025-01-05,met,,2025-06-01,,,")
        assert (await cases())[0][3] == "other"
        assert [warning.field for warning in result.warnings] == ["closure_reason"]

    async def test_a_dry_run_leaves_nothing(self) -> None:
        result = await brought("mace,K1,2025-01-05,met,,,,,", dry_run=True)
        assert result.added == 1
        assert await cases() == []
