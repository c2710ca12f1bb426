"""Samples of minutes: drawn again by their seed, fair, graded without losing anybody's marks, and only by managers."""

import csv
import hashlib
import io
import re
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import database
from app.minutes.changes import approve_minutes, send_to_chair
from app.minutes.quality.rules import (
    CRITERIA,
    Mark,
    SampledItem,
    by_panel,
    by_quarter,
    mean,
    read_marks,
)
from app.minutes.sampling.rules import drawn
from tests.minutes.conftest import Minuted, version_of

PAGE = "/minutes/quality"
JUNE = {"from": "2026-06-01", "to": "2026-07-01"}
MARKS = {criterion.key: "3" for criterion in CRITERIA}


@given(st.text(max_size=20), st.sets(st.integers(1, 10**9), max_size=40), st.integers(1, 20))
def test_a_seed_draws_the_same_items_whatever_their_order(seed: str, items: set[int], size: int):
    once = drawn(seed, sorted(items), size)
    assert once == drawn(seed, sorted(items, reverse=True), size)
    assert len(once) == len(set(once)) == min(size, len(items))
    assert set(once) <= items
    assert drawn(seed, items, size + 5)[:size] == once


def test_a_sample_is_what_the_definition_says():
    def by_hand(item: int) -> str:
        return hashlib.sha256(b"spring:%d" % item).hexdigest()

    assert drawn("spring", range(1, 50), 4) == sorted(range(1, 50), key=by_hand)[:4]


def test_items_that_join_later_move_nobody():
    before = drawn("a", range(100), 10)
    after = drawn("a", range(150), 10)
    assert [item for item in after if item < 100] == before[: sum(item < 100 for item in after)]


def test_every_item_is_drawn_about_as_often_as_every_other():
    counts = Counter(item for seed in range(800) for item in drawn(f"seed {seed}", range(20), 5))
    # 200 each are expected, with a standard deviation of about 12
    assert len(counts) == 20
    assert all(140 < count < 260 for count in counts.values())


@pytest.mark.parametrize(
    ("values", "expected"), [([], None), ([3], 3.0), ([1, 2], 1.5), ([1, 1, 2, 3], 1.8), ([4, 4, 3], 3.7)]
)
def test_means_round_half_up(values: list[int], expected: float | None):
    assert mean(values) == expected


def test_a_line_may_be_left_open_but_remarks_need_a_mark():
    marks, problems = read_marks({"clarity": "2", "voice": "na", "voice_remarks": " a baby "})
    assert (marks, problems) == ({"clarity": Mark(2), "voice": Mark(None, "a baby")}, {})
    _, problems = read_marks({"risk_remarks": "thin", "language": "5", "actions_remarks": "x" * 2001})
    assert set(problems) == {"risk", "language", "actions_remarks"}


def test_trends_count_marks_by_panel_and_by_the_quarter_of_the_meeting():
    def item(number: int, panel: str, day: date, **marks: int | None) -> SampledItem:
        given = {key: Mark(value) for key, value in marks.items()}
        return SampledItem(1, number, 1, panel, panel.upper(), day, 1, "child", None, given)

    items = [
        item(1, "mace", date(2026, 3, 31), clarity=4, voice=2),
        item(2, "mace", date(2026, 4, 1), clarity=3, voice=None),
        item(3, "misper", date(2026, 6, 30), clarity=1, voice=3),
    ]
    assert [(one.label, one.items, one.good, one.marks) for one in by_quarter(items)] == [
        ("January to March 2026", 1, 1, 2),
        ("April to June 2026", 2, 2, 3),
    ]
    mace, misper = by_panel(items)
    assert (mace.averages["clarity"].mean, mace.averages["clarity"].of, mace.percent) == (3.5, 2, 67)
    assert (misper.averages["risk"].mean, misper.percent) == (None, 50)


@pytest.fixture
def circulated(cast, clock, make_meeting, discuss):
    """A meeting with circulated minutes of this many items."""

    async def make(items: int, **columns: object) -> Minuted:
        meeting = await make_meeting(items, **columns)
        for index in range(items):
            await discuss(meeting, index, text=f"Said of item {index}.")
        await send_to_chair(
            cast.minute_taker, meeting.id, await version_of(meeting), now=clock.now, base_url=""
        )
        await approve_minutes(cast.chair, meeting.id, await version_of(meeting), now=clock.now)
        await database.execute(
            "UPDATE minutes SET status = 'circulated', circulated_at = $2 WHERE meeting = $1",
            meeting.id,
            clock.now,
        )
        return meeting

    return make


async def draw(browser, **given: str) -> str:
    answer = await browser.post(PAGE, {**JUNE, **given})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def drawn_items(address: str) -> list[int]:
    rows = await database.fetch(
        "SELECT agenda_item FROM quality_grade WHERE sample = $1 ORDER BY position",
        int(address.rsplit("/", 1)[1]),
    )
    return [row["agenda_item"] for row in rows]


async def test_the_same_seed_draws_the_same_items_again(sign_in, circulated):
    meeting = await circulated(8)
    manager = await sign_in("manager")
    first = await draw(manager, size="4")
    page = (await manager.get(first)).text
    seed = await database.fetch_value("SELECT seed FROM quality_sample")
    assert seed in page
    assert "4 asked for, 4 drawn from 8" in page
    again = await draw(manager, size="4", seed=seed)
    assert await drawn_items(again) == await drawn_items(first) == drawn(seed, meeting.items, 4)


async def test_only_discussed_items_of_circulated_minutes_that_are_open_are_drawn(
    sign_in, circulated, make_meeting, discuss, cast
):
    meeting = await circulated(3)
    draft = await make_meeting(1, slug="general")
    await discuss(draft)
    await database.execute(
        "UPDATE agenda_item SET restricted = true, open_title = 'A matter', allowed_people = $2 WHERE id = $1",
        meeting.items[0],
        [cast.manager.person_id],
    )
    manager = await sign_in("manager")
    assert set(await drawn_items(await draw(manager, size="9"))) == set(meeting.items[1:])
    nothing = await manager.post(PAGE, {**JUNE, "panel": "general"})
    assert nothing.status_code == 422
    assert "No circulated minutes of this time hold an item to grade" in nothing.text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"size": "0"}, "Enter how many items to draw"),
        ({"size": "many"}, "Enter how many items to draw"),
        ({"seed": "x" * 61}, "Use 60 characters or fewer"),
        ({"panel": "nowhere"}, "Choose a panel from the list"),
        ({"from": "2026-07-01", "to": "2026-06-01"}, "must be later than the first day"),
    ],
)
async def test_what_cannot_be_drawn_is_said_and_the_input_kept(sign_in, given, words):
    answer = await (await sign_in("manager")).post(PAGE, {**JUNE, "seed": "kept-seed", **given})
    assert answer.status_code == 422
    assert words in answer.text
    assert "seed" in given or "kept-seed" in answer.text


async def test_grading_goes_item_by_item_and_can_be_left_and_continued(sign_in, circulated):
    await circulated(2)
    manager = await sign_in("manager")
    sample = await draw(manager, size="2")
    page = (await manager.get(f"{sample}/items/1")).text
    assert re.search(r"Said of item [01]\.", page)
    first = await manager.post(
        f"{sample}/items/1", {"version": "1", "clarity": "2", "clarity_remarks": "Who?"}
    )
    assert first.headers["location"] == f"{sample}/items/2"
    assert "1 of 6 marked" in (await manager.get(sample)).text
    left = (await manager.get(f"{sample}/items/1")).text
    assert "Who?" in left
    assert re.search(r'name="clarity" type="radio" value="2" checked', left)
    await manager.post(f"{sample}/items/2", {"version": "1", **MARKS})
    done = await manager.post(f"{sample}/items/1", {"version": "2", **MARKS, "voice": "na"})
    assert done.headers["location"] == sample
    assert "Every item is graded" in (await manager.get(sample)).text
    trends = (await manager.get(PAGE)).text
    assert "11 of 11 marks" in trends
    assert "April to June 2026" in trends


async def test_two_managers_at_one_item_lose_no_marks(sign_in, circulated):
    await circulated(1)
    manager = await sign_in("manager")
    address = f"{await draw(manager)}/items/1"
    await manager.post(
        address, {"version": "1", **MARKS, "risk": "1", "risk_remarks": "Level without a reason."}
    )
    late = await manager.post(address, {"version": "1", **MARKS, "risk": "4", "risk_remarks": "All there."})
    assert late.status_code == 409
    assert "Level without a reason." in late.text
    assert "All there." in late.text
    assert 'name="version" value="2"' in late.text
    kept = await database.fetch_value("SELECT marks FROM quality_grade")
    assert kept["risk"] == {"mark": 1, "remarks": "Level without a reason."}
    assert (await manager.post(address, {"version": "2", **MARKS})).status_code == 303
    assert await database.fetch_value("SELECT count(*) FROM quality_grade_past") == 2


async def test_an_item_restricted_since_is_neither_shown_nor_graded(sign_in, circulated):
    meeting = await circulated(1)
    manager = await sign_in("manager")
    address = f"{await draw(manager)}/items/1"
    await database.execute(
        "UPDATE agenda_item SET restricted = true, open_title = 'A matter' WHERE id = $1", meeting.items[0]
    )
    page = (await manager.get(address)).text
    assert "restricted after it was drawn" in page
    assert "Testname" not in page
    assert "Said of item" not in page
    assert (await manager.post(address, {"version": "1", **MARKS})).status_code == 404


async def test_who_reads_an_item_or_takes_the_marks_away_is_recorded(sign_in, circulated, cast):
    meeting = await circulated(1)
    manager = await sign_in("manager")
    sample = await draw(manager)
    await manager.get(f"{sample}/items/1")
    await manager.post(f"{sample}/items/1", {"version": "1", **MARKS, "clarity_remarks": "=1+1"})
    file = await manager.get(f"{sample}/export")
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [row["mark"] for row in rows] == ["3"] * 6
    assert rows[0]["remarks"] == "'=1+1"
    assert "Surname" not in file.text
    assert len((await manager.get(f"{PAGE}.csv")).text.splitlines()) == 7
    reads = await database.fetch(
        "SELECT kind, child_ids FROM history_entry WHERE person_id = $1 AND kind LIKE '% read' ORDER BY id",
        cast.manager.person_id,
    )
    assert [row["kind"] for row in reads] == ["minutes read", "quality sample read", "quality sample read"]
    assert all(row["child_ids"] == meeting.children for row in reads)


async def test_only_managers_grade(sign_in, circulated):
    await circulated(1)
    sample = await draw(await sign_in("manager"))
    for name in ("chair", "minute_taker", "officer", "admin"):
        browser = await sign_in(name)
        for address in (PAGE, f"{PAGE}.csv", sample, f"{sample}/items/1", f"{sample}/export"):
            assert (await browser.get(address)).status_code == 403
        assert (await browser.post(f"{sample}/items/1", {"version": "1", **MARKS})).status_code == 403


async def test_before_the_first_sample_the_page_says_what_to_do(sign_in):
    page = (await (await sign_in("manager")).get(PAGE)).text
    assert "No sample has been drawn yet" in page
    assert "Draw the first sample" in page
