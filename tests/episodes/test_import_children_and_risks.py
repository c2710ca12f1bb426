"""Children and risk assessments from files."""

from datetime import date

import pytest

from app import database
from tests import builders
from tests.episodes.files import bring, counts

pytestmark = pytest.mark.usefixtures("db")


async def test_children_are_added_updated_and_left_alone():
    lines = [
        "child_ref,child_name,dob,other_refs,legal_status",
        "C1,Ann O’Hara,01/02/2012,P1;N2,CLA",
        "C2,Ben,,,",
    ]
    assert counts(await bring("children", lines)) == (2, 2, 0, 0, 0)
    assert counts(await bring("children", lines)) == (2, 0, 0, 2, 0)
    assert counts(await bring("children", ["child_ref,team", "C1,North"])) == (1, 0, 1, 0, 0)
    ann = await database.fetch_one("SELECT * FROM child WHERE child_ref = 'C1'")
    assert ann is not None
    assert (ann["name"], ann["team"], ann["other_refs"]) == ("Ann O'Hara", "North", ["P1", "N2"])
    assert (ann["legal_status"], ann["born_on"], ann["version"]) == ("cla", date(2012, 2, 1), 2)


async def test_a_child_born_in_the_future_and_a_broken_address_are_rejected():
    header = "child_ref,dob,social_worker_email"
    result = await bring(
        "children", [header, "C1,11/06/2026,", "C2,,sol at example", "C3,10/06/2026,s@example.org"]
    )
    assert [(p.row, p.field) for p in result.rejected] == [(2, "dob"), (3, "social_worker_email")]


async def test_a_file_with_the_reference_alone_adds_children_and_changes_none():
    assert counts(await bring("children", ["child_ref", "C1", "C1"])) == (2, 1, 0, 1, 0)
    assert counts(await bring("children", ["child_ref", "C1"])) == (1, 0, 0, 1, 0)


async def test_risk_levels_are_words_of_the_scale_that_held_on_the_day():
    await builders.a_child(child_ref="C1")
    await builders.insert(
        "risk_scale", levels=["emerging", "moderate", "significant"], holds_from=date(2026, 1, 1)
    )
    header = "child_ref,assessed_on,level,tool,flags,next_review_on"
    lines = [
        header,
        "C1,31/12/2025,HIGH,CE tool,County lines;CSE,",
        "C1,01/01/2026,Moderate,,,01/04/2026",
        "C1,02/01/2026,high,,,",
    ]
    result = await bring("risks", lines)
    assert counts(result) == (3, 2, 0, 0, 1)
    assert "emerging, moderate, significant" in result.rejected[0].problem
    assert counts(await bring("risks", lines)) == (3, 0, 0, 2, 1)
    found = await database.fetch(
        "SELECT level, flags, next_review_on FROM risk_assessment ORDER BY assessed_on"
    )
    assert [tuple(row.values()) for row in found] == [
        ("high", ["county-lines", "cse"], None),
        ("moderate", [], date(2026, 4, 1)),
    ]


async def test_an_assessment_is_found_again_by_child_day_and_tool():
    await builders.a_child(child_ref="C1")
    await bring("risks", ["child_ref,assessed_on,level,tool", "C1,01/05/2026,low,A", "C1,01/05/2026,low,B"])
    result = await bring("risks", ["child_ref,assessed_on,level,tool", "C1,01/05/2026,high,A"])
    assert counts(result) == (1, 0, 1, 0, 0)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("C9,01/05/2026,low,", "child_ref"),
        ("C1,11/06/2026,low,", "assessed_on"),
        ("C1,01/05/2026,low,30/04/2026", "next_review_on"),
        ("C1,01/05/2026,,", "level"),
    ],
)
async def test_an_assessment_that_cannot_be_is_rejected(row, field):
    await builders.a_child(child_ref="C1")
    result = await bring("risks", ["child_ref,assessed_on,level,next_review_on", row])
    assert [(p.row, p.field) for p in result.rejected] == [(2, field)]
