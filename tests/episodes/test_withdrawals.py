"""What was recorded by mistake: it counts nowhere, stands struck through, no file brings it back, a person can."""

from datetime import UTC, date, datetime

import pytest

from app import database
from app.episodes.merging.changes import merge_children, undo_merge
from app.episodes.merging.queries import merge_with
from app.episodes.queries import child_for, interviews_of, risks_of
from app.episodes.withdrawals.changes import put_back, withdraw
from app.episodes.withdrawals.queries import withdrawal_for, withdrawn_of
from app.figures.missing.queries import MISSING
from app.figures.rules import Question
from app.lifecycle import MovedOn, Refused
from app.panels.selection.queries import proposal_on
from app.panels.terms.queries import standing_panels
from tests import builders
from tests.conftest import NOW
from tests.episodes.files import bring, counts
from tests.episodes.test_merging import everything

MISTAKE = "Entered for another child"


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, tzinfo=UTC)


async def withdrawn(cast, child: int, kind: str, record: int) -> int:
    facts = await child_for(cast.officer, child)
    version = await database.fetch_value(f"SELECT version FROM {kind} WHERE id = $1", record)
    return await withdraw(
        cast.officer, facts, kind, record, version=version, reason=MISTAKE, now=NOW, key=None
    )


async def restored(cast, withdrawal: int) -> None:
    _, told = await withdrawal_for(cast.officer, withdrawal)
    await put_back(cast.officer, told, now=NOW, key=None)


async def test_a_withdrawn_episode_takes_its_interview_along_and_undo_restores_every_row(cast):
    child = await builders.a_child()
    one, other = [await builders.an_episode(child, at(day, 20)) for day in (2, 6)]
    alone = await builders.an_interview(child, [one], outcome="declined-child", offered_at=at(4))
    both = await builders.an_interview(child, [one, other], held_at=at(8))
    before = await everything()
    withdrawal = await withdrawn(cast, child, "episode", one)
    assert [(told.id, told.episode_ids) for told in await interviews_of(child)] == [(both, (other,))]
    told = (await withdrawn_of(child))[0]
    assert (told.facts.id, [interview.id for interview in told.interviews]) == (one, [alone])
    with pytest.raises(MovedOn):
        await withdrawn(cast, child, "episode", one)
    await restored(cast, withdrawal)
    assert await everything() == before
    with pytest.raises(MovedOn):
        await restored(cast, withdrawal)


async def test_a_link_waits_with_whichever_end_is_withdrawn_still(cast):
    child = await builders.a_child()
    one, other = [await builders.an_episode(child, at(day, 20)) for day in (2, 6)]
    both = await builders.an_interview(child, [one, other], held_at=at(8))
    before = await everything()
    of_episode = await withdrawn(cast, child, "episode", one)
    of_interview = await withdrawn(cast, child, "interview", both)
    await restored(cast, of_episode)
    await restored(cast, of_interview)
    assert await everything() == before
    of_interview = await withdrawn(cast, child, "interview", both)
    of_episodes = [await withdrawn(cast, child, "episode", episode) for episode in (one, other)]
    with pytest.raises(Refused, match="Put the episode back first"):
        await restored(cast, of_interview)
    await restored(cast, of_episodes[1])
    await restored(cast, of_interview)
    await restored(cast, of_episodes[0])
    assert await everything() == before


async def test_figures_selection_and_the_still_missing_list_leave_it_out_and_count_it_as_known_before(cast):
    child = await builders.a_child()
    episodes = [await builders.an_episode(child, at(day, 20)) for day in (2, 6, 10, 14)]
    episodes.append(await builders.an_episode(child, at(20), returned_at=None))
    panel = next(p for p in await standing_panels() if p.kind.slug == "multiple-missing-hotspots")

    async def counted(known_at: datetime | None = None) -> tuple[int, int, int]:
        asked = Question(date(2026, 5, 1), date(2026, 6, 1), NOW, known_at=known_at)
        proposal = await proposal_on(panel, NOW.date(), now=NOW)
        away = await database.fetch_value(
            "SELECT count(*) FROM episode WHERE returned_at IS NULL AND merged_into IS NULL"
        )
        return (await MISSING.figure(asked)).value("episodes").value, len(proposal.items), away

    assert await counted() == (5, 1, 1)
    known = await database.fetch_value("SELECT now()")
    withdrawal = await withdrawn(cast, child, "episode", episodes[-1])
    assert await counted() == (4, 0, 0)
    assert (await counted(known))[0] == 5
    await restored(cast, withdrawal)
    assert await counted() == (5, 1, 1)


async def test_the_pages_withdraw_show_struck_through_and_put_back(sign_in, cast):
    browser = await sign_in("officer")
    child = await builders.a_child(name="Nia Made-Up")
    episode = await builders.an_episode(child, at(2, 20), missing_from="The Elms")
    interview = await builders.an_interview(child, [episode], held_at=at(4), interviewer="Ines Invented")
    risk = await builders.a_risk(child, date(2026, 5, 5), tool="CSE screening")
    for path in (f"risk-assessments/{risk}", f"interviews/{interview}"):
        address = f"/{path}/withdrawal"
        assert address in (await browser.get(f"/{path}/correction")).text
        assert "recorded by mistake" in (await browser.get(address)).text
        refused = await browser.post(address, {"version": 1, "reason": " "})
        assert (refused.status_code, "Enter how it came" in refused.text) == (422, True)
        assert (await browser.post(address, {"version": 9, "reason": MISTAKE})).status_code == 409
        told = {"version": 1, "reason": MISTAKE, "submission_key": f"withdraw {path}"}
        assert [(await browser.post(address, told)).status_code for _ in range(2)] == [303, 303]
        assert (await browser.get(f"/{path}/correction")).status_code == 409
    assert await risks_of(child) == []
    shown = (await browser.get(f"/children/{child}")).text
    assert shown.count("Recorded by mistake") == 2
    assert "No risk assessment" in shown
    assert MISTAKE in shown
    answer = await browser.post(f"/episodes/{episode}/withdrawal", {"version": 1, "reason": MISTAKE})
    assert answer.status_code == 303
    for path in ("correction", "return", "steps", "withdrawal"):
        assert (await browser.get(f"/episodes/{episode}/{path}")).status_code == 409
    again = {
        "category": "missing",
        "started_at_date": "2026-05-02",
        "started_at_time": "21:00",
    }
    recorded = await browser.post(f"/children/{child}/episodes", again)
    assert (recorded.status_code, "Put it back from the chronology" in recorded.text) == (422, True)
    for number in await database.fetch("SELECT id FROM withdrawal ORDER BY kind"):
        page = f"/withdrawals/{number['id']}"
        assert "Entered for another child" in (await browser.get(page)).text
        assert (await browser.post(f"{page}/undoing")).status_code == 303
        assert "Put back" in (await browser.get(page)).text
    assert "Recorded by mistake" not in (await browser.get(f"/children/{child}")).text
    police = await sign_in("police")
    assert (await police.get(page)).status_code == 404
    assert (await police.get(f"/episodes/{episode}/withdrawal")).status_code == 403


async def test_no_file_brings_back_what_was_withdrawn(cast):
    episodes = (
        "episode_ref,child_ref,started_at,returned_at",
        "E-1,C-1,2026-05-02 20:00,2026-05-03 09:00",
        "E-2,C-1,2026-05-06 20:00,2026-05-07 09:00",
    )
    interviews = (
        "episode_refs,outcome,held_at",
        "E-1,completed,2026-05-05 10:00",
        "E-2,completed,2026-05-08 10:00",
    )
    risks = ("child_ref,assessed_on,level,tool", "C-1,2026-05-09,medium,CSE")
    for slug, rows in (("episodes", episodes), ("interviews", interviews), ("risks", risks)):
        await bring(slug, rows)
    child = await database.fetch_value("SELECT id FROM child")
    ids = {
        row["ref"]: row["id"] for row in await database.fetch("SELECT id, episode_ref AS ref FROM episode")
    }
    of_other = (await interviews_of(child))[1].id
    first = await withdrawn(cast, child, "episode", ids["E-1"])
    await withdrawn(cast, child, "interview", of_other)
    await withdrawn(cast, child, "risk_assessment", (await risks_of(child))[0].id)
    before = await everything()
    for slug, rows in (("episodes", episodes), ("interviews", interviews), ("risks", risks)):
        for dry_run in (True, False):
            told = await bring(slug, rows, dry_run=dry_run)
            assert (told.added, told.updated, len(told.rejected)) == (0, 0, 0), slug
            assert all("recorded by mistake" in one.problem for one in told.warnings), slug
            assert len(told.warnings) == (2 if slug == "interviews" else 1), slug
    both = ("episode_refs,outcome,held_at", "E-1;E-2,completed,2026-05-09 10:00")
    assert "the others were taken" in (await bring("interviews", both, dry_run=True)).warnings[0].problem
    assert await everything() == before
    changed = (
        episodes[0],
        "E-1,C-1,2026-05-02 20:00,2026-05-03 11:00",
        "E-2,C-1,2026-05-06 20:00,2026-05-07 10:00",
    )
    assert counts(await bring("episodes", changed)) == (2, 0, 1, 1, 0)
    await restored(cast, first)
    assert counts(await bring("episodes", changed)) == (2, 0, 1, 1, 0)


async def test_what_was_recorded_again_is_not_doubled_by_putting_back(cast):
    child = await builders.a_child()
    risk = await builders.a_risk(child, date(2026, 5, 5), tool="CSE")
    withdrawal = await withdrawn(cast, child, "risk_assessment", risk)
    await builders.a_risk(child, date(2026, 5, 5), tool="CSE", level="high")
    with pytest.raises(Refused, match="recorded again since"):
        await restored(cast, withdrawal)
    assert [one.level for one in await risks_of(child)] == ["high"]


async def test_withdrawn_records_follow_a_merge_of_children_and_its_undo(cast):
    kept, other = [await builders.a_child() for _ in range(2)]
    shared = [await builders.an_episode(child, at(2, 20)) for child in (kept, other)]
    episode = await builders.an_episode(other, at(6, 20))
    risk = await builders.a_risk(other, date(2026, 5, 5))
    before = await everything()
    of_shared = await withdrawn(cast, other, "episode", shared[1])
    of_risk = await withdrawn(cast, other, "risk_assessment", risk)

    async def merge() -> int:
        facts = [await child_for(cast.officer, child) for child in (kept, other)]
        return await merge_children(cast.officer, *facts, reason="", now=NOW, key=None)

    with pytest.raises(Refused, match="2 May 2026 was withdrawn from one of them"):
        await merge()
    await restored(cast, of_shared)
    merged = await merge()
    of_episode = await withdrawn(cast, kept, "episode", episode)
    assert {one.id for one in await withdrawn_of(kept)} == {of_risk, of_episode}
    found = await merge_with(merged)
    assert found is not None
    await undo_merge(cast.officer, found, reason="", now=NOW, key=None)
    assert {one.id for one in await withdrawn_of(other)} == {of_risk, of_episode}
    for one in (of_risk, of_episode):
        await restored(cast, one)
    assert await everything() == before
