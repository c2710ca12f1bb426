"""Files of referrals: the rule of the form, found again, and never over what a briefing decided."""

from datetime import UTC, date, datetime

import pytest

from app import database
from app.episodes.imports.kinds import ImportResult
from app.episodes.imports.running import run_import
from app.panels.imports import REFERRALS
from tests import builders
from tests.conftest import Cast
from tests.panels.referrals.steps import cases_of, decided

NOW = datetime(2026, 6, 10, 9, tzinfo=UTC)
HEADER = "child_ref,referred_on,panel,agency,referrer,concerns,tools,risk_level,consent,consent_reason,lawful_basis,wanted"
FULL = (
    "K1,2026-06-09,mace,exampleshire police,PC Sample,County lines;CSE,CERAF=14; SERAF=high,HIGH,refused,"
    "would warn the group,public-task,A plan"
)


async def brought(*lines: str, header: str = HEADER) -> ImportResult:
    content = "\n".join([header, *lines]).encode()
    return (await run_import(REFERRALS, content, who_id=None, now=NOW)).result


@pytest.fixture
async def child(cast: Cast) -> int:
    return await builders.a_child(child_ref="K1", born_on=date(2010, 1, 1))


async def test_a_referral_comes_as_the_file_tells_it_and_waits(child: int) -> None:
    assert (await brought(FULL)).added == 1
    row = await database.fetch_one("SELECT * FROM referral")
    assert row is not None
    assert (row["concerns"], row["risk_level"], row["consent"]) == (
        ["cse", "county-lines"],
        "high",
        "refused",
    )
    assert row["tool_scores"] == [{"tool": "CERAF", "score": "14"}, {"tool": "SERAF", "score": "high"}]
    assert (row["threshold"], row["received_at"], row["panel"]) == ("", NOW, row["asked_panel"])


async def test_the_same_file_twice_adds_nothing_also_after_the_decision(child: int, cast: Cast) -> None:
    for _ in range(2):
        result = await brought(FULL, "K1,2026-06-09,,,,,,,,,,")
    assert (result.added, result.updated, result.unchanged) == (0, 0, 2)
    referral = await database.fetch_value("SELECT min(id) FROM referral")
    await decided(cast.officer, referral, "met", "general")
    again = await brought(FULL)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 1)
    assert len(await cases_of(child)) == 1
    changed = await brought(FULL.replace("A plan", "Another plan"))
    assert (changed.updated, len(changed.warnings)) == (0, 1)


async def test_a_column_that_is_missing_leaves_what_is_stored_alone(child: int) -> None:
    await brought(FULL)
    line = "K1,2026-06-09,mace,Exampleshire Police,Sgt Other"
    assert (await brought(line, header="child_ref,referred_on,panel,agency,referrer")).updated == 1
    row = await database.fetch_one("SELECT referrer, wanted, version FROM referral")
    assert row == {"referrer": "Sgt Other", "wanted": "A plan", "version": 2}


@pytest.mark.usefixtures("child")
@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("K9,2026-06-09,,,,,,,,,,", "child_ref"),
        ("K1,2026-06-11,,,,,,,,,,", "referred_on"),
        ("K1,2009-06-11,,,,,,,,,,", "referred_on"),
        ("K1,2026-06-09,nope,,,,,,,,,", "panel"),
        ("K1,2026-06-09,,Nobody,,,,,,,,", "agency"),
        ("K1,2026-06-09,,,,boredom,,,,,,", "concerns"),
        ("K1,2026-06-09,,,,,CERAF,,,,,", "tools"),
        ("K1,2026-06-09,,,,,,enormous,,,,", "risk_level"),
        ("K1,2026-06-09,,,,,,,perhaps,,,", "consent"),
        ("K1,2026-06-09,,,,,,,refused,,,", "consent_reason"),
        ("K1,2026-06-09,,,,,,,not-sought,danger,consent,", "lawful_basis"),
    ],
)
async def test_what_the_form_refuses_a_file_cannot_bring(line: str, field: str) -> None:
    result = await brought(line)
    assert [problem.field for problem in result.rejected] == [field]
    assert result.rejected[0].problem.endswith(".")
    assert await database.fetch_value("SELECT count(*) FROM referral") == 0


async def test_an_adult_needs_a_transition_note_and_a_file_can_give_it(cast: Cast) -> None:
    await builders.a_child(child_ref="K18", born_on=date(2008, 6, 9))
    header = "child_ref,referred_on,transition_note"
    assert [p.field for p in (await brought("K18,2026-06-09,", header=header)).rejected] == [
        "transition_note"
    ]
    assert (await brought("K18,2026-06-09,Adult services know", header=header)).added == 1
