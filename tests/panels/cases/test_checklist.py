"""The case file: the latest date of each kind counts, gaps and old dates are told, on the page and as CSV."""

from datetime import UTC, date, datetime

import pytest

from app import database
from app.history.changes import AlreadySubmitted
from app.lifecycle import Forbidden, Invisible, MovedOn, Refused
from app.panels.cases.checklist.changes import note_on_file
from app.panels.cases.checklist.queries import checklists_of
from app.panels.cases.checklist.rules import KINDS, CheckLine, checklist
from tests import builders
from tests.conftest import NOW, Cast

TODAY = date(2026, 6, 10)


async def note(who, case: int, **changed: object) -> None:
    given = {"kind": "safety-plan", "done_on": TODAY, "note": "", "submission_key": None} | changed
    await note_on_file(who, case, now=NOW, **given)


@pytest.fixture
async def case(cast: Cast) -> int:
    return await builders.a_case("mace", await builders.a_child(name="=cmd()"), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("kind", "done_on", "state"),
    [
        ("safety-plan", date(2026, 3, 18), "good"),  # 84 days ago: twelve weeks to the day
        ("safety-plan", date(2026, 3, 17), "old"),
        ("nrm-referral", date(2020, 1, 1), "good"),
        ("safety-plan", date(2026, 6, 11), "gap"),
    ],
)
def test_a_date_is_old_after_twelve_weeks_but_not_what_is_done_once(
    kind: str, done_on: date, state: str
) -> None:
    file = checklist([CheckLine(1, kind, done_on)], TODAY)
    assert {point.kind: point.state for point in file.points}[kind] == state
    assert len(file.gaps) == len(KINDS) - (state != "gap")


async def test_the_latest_line_counts_and_earlier_ones_stay(cast: Cast, case: int) -> None:
    await note(cast.chair, case, done_on=date(2026, 6, 1), note="Second version")
    await note(cast.manager, case, done_on=date(2026, 5, 1), note="First version")
    file = (await checklists_of([case], TODAY))[case]
    point = next(point for point in file.points if point.kind == "safety-plan")
    assert (point.latest.done_on, point.latest.note, point.latest.by) == (
        date(2026, 6, 1),
        "Second version",
        "Carys Chairwell",
    )
    assert await database.fetch_value("SELECT count(*) FROM case_check") == 2


async def test_what_the_childs_record_tells_is_not_typed_again(cast: Cast, case: int) -> None:
    child = await database.fetch_value("SELECT child FROM panel_case WHERE id = $1", case)
    await builders.a_risk(child, date(2026, 6, 2))
    await builders.a_risk(child, date(2026, 6, 12), "high")
    episode = await builders.an_episode(
        child, datetime(2026, 5, 1, tzinfo=UTC), sw_contact_at=datetime(2026, 5, 3, 23, 30, tzinfo=UTC)
    )
    await builders.an_interview(
        child, [episode], outcome="declined-child", followed_up_at=datetime(2026, 5, 9, 9, tzinfo=UTC)
    )
    points = {point.kind: point for point in (await checklists_of([case], TODAY))[case].points}
    assert points["risk-assessment"].latest.done_on == date(2026, 6, 2)
    assert points["social-worker-contact"].latest.done_on == date(2026, 5, 9)
    assert points["social-worker-contact"].latest.from_records
    await note(cast.chair, case, kind="social-worker-contact", done_on=date(2026, 5, 20))
    points = {point.kind: point for point in (await checklists_of([case], TODAY))[case].points}
    assert not points["social-worker-contact"].latest.from_records


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"done_on": date(2026, 6, 11)}, "done_on"),
        ({"done_on": None}, "done_on"),
        ({"kind": "lunch"}, "kind"),
        ({"note": "x" * 501}, "note"),
    ],
)
async def test_a_line_that_cannot_be_is_refused(cast: Cast, case: int, changed, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        await note(cast.chair, case, **changed)
    assert set(refusal.value.errors) == {field}


async def test_who_may_note_and_on_which_case(cast: Cast, case: int) -> None:
    with pytest.raises(Forbidden):
        await note(cast.police, case)
    with pytest.raises(Invisible):
        await note(cast.outsider, case)
    await note(cast.chair, case, submission_key="once")
    with pytest.raises(AlreadySubmitted):
        await note(cast.chair, case, submission_key="once")
    await database.execute(
        "UPDATE panel_case SET closed_on = $2, closure_reason = 'moved' WHERE id = $1", case, TODAY
    )
    with pytest.raises(MovedOn):
        await note(cast.chair, case)


async def test_the_matrix_marks_gaps_and_its_file_runs_no_formula(cast: Cast, case: int, sign_in) -> None:
    await note(cast.chair, case, done_on=date(2026, 1, 5))
    chair = await sign_in("chair")
    page = (await chair.get("/panels/mace/cases/checklist")).text
    assert page.count(">Gap<") == 5
    assert page.count(">Old<") == 1
    answer = await chair.get("/panels/mace/cases/checklist.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "'=cmd()" in answer.text
    assert "2026-01-05" in answer.text
    assert "cmd" not in answer.headers["content-disposition"]


async def test_the_form_on_the_case_keeps_what_was_typed(cast: Cast, case: int, sign_in) -> None:
    chair = await sign_in("chair")
    form = {"kind": "safety-plan", "done_on": "2026-07-01", "note": "In the file"}
    answer = await chair.post(f"/cases/{case}/checklist", form)
    assert answer.status_code == 422
    assert "This day is still to come" in answer.text
    assert 'value="In the file"' in answer.text
    assert (await chair.post(f"/cases/{case}/checklist", form | {"done_on": "2026-06-09"})).status_code == 303
