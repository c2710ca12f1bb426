"""The six categories: what a judgement needs, what is kept of it, and totals that say what the rows say."""

import csv
import io
from collections import Counter
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import database
from app.actions.rules import FINISHED, STATUSES
from app.actions.tracking.changes import assess_action
from app.actions.tracking.filters import read_filters
from app.actions.tracking.rules import BY_AGENCY, BY_PANEL, Judged, Tracked, line_of, lines_by
from app.lifecycle import Forbidden, Invisible, Refused
from tests import builders
from tests.actions.conftest import MakeAction, Room, stored
from tests.conftest import Cast, SignIn, TestClock

TODAY = date(2026, 6, 10)
PAST, LATER = date(2026, 5, 20), date(2026, 7, 1)


def expected(row: Tracked, today: date) -> int | None:
    """The definition, spelled out sentence by sentence."""
    done, over = row.status == "completed", row.original_due_on < today
    if row.tracking_overruled and row.tracking and row.status in ("completed", "not-possible"):
        return row.tracking
    if done and row.finished_on and row.finished_on <= row.original_due_on:
        return 1
    if done:
        return 2
    if row.status == "not-possible":
        return 4
    if row.status in ("issued", "acknowledged", "in-progress") and not over:
        return 6
    return row.tracking if row.tracking in (3, 4, 5) else None


@st.composite
def rows(draw: st.DrawFn, number: int) -> Tracked:
    status = draw(st.sampled_from(STATUSES))
    due_on = TODAY + timedelta(days=draw(st.integers(-3, 3)))
    finished = TODAY + timedelta(days=draw(st.integers(-5, 0))) if status in FINISHED else None
    panel = draw(st.sampled_from(["", "mace", "general"]))
    agency = draw(st.integers(1, 3))
    return Tracked(
        kind="action" if panel else "recommendation",
        id=number,
        panel_slug=panel,
        panel_name=panel.upper(),
        agency_id=agency,
        agency_name=f"Agency {agency}",
        original_due_on=due_on,
        status=status,
        finished_on=finished,
        tracking=draw(st.sampled_from([None, 1, 2, 3, 4, 5, 6])),
        tracking_overruled=draw(st.booleans()),
    )


@given(st.lists(st.integers(0, 999), max_size=40).flatmap(lambda ns: st.tuples(*map(rows, ns))))
def test_totals_reconcile_and_are_what_counting_by_hand_gives(due: tuple[Tracked, ...]) -> None:
    whole = line_of("", "All", due, TODAY)
    by_hand = Counter(expected(row, TODAY) for row in due)
    assert whole.total == len(due) == sum(by_hand.values())
    assert {category: n for category, n in whole.counts.items() if n} == dict(by_hand)
    for by in (BY_PANEL, BY_AGENCY):
        lines = lines_by(by, due, TODAY)
        assert sum((Counter(line.counts) for line in lines), Counter()) == by_hand
        for line in lines:
            key = (lambda row: str(row.agency_id)) if by == BY_AGENCY else (lambda row: row.panel_slug or "-")
            assert line.total == sum(key(row) == line.key for row in due)
            for category, count in line.counts.items():
                share = line.share(category)
                assert share is not None
                assert abs(share - 100 * count / line.total) <= 0.5


JUDGEMENTS: list[tuple[dict[str, Any], Judged, set[str]]] = [
    ({"due_on": PAST}, Judged(3, None, "on its way"), {"anticipated_on"}),
    ({"due_on": PAST}, Judged(5, date(2026, 6, 9), ""), {"anticipated_on"}),
    ({"due_on": PAST}, Judged(5, date(2036, 7, 1), ""), {"anticipated_on"}),
    ({"due_on": PAST}, Judged(4, None, " "), {"words"}),
    ({"due_on": PAST}, Judged(6, None, ""), {"category"}),
    ({"due_on": PAST}, Judged(1, None, "it is done"), {"category"}),
    ({"due_on": LATER}, Judged(3, LATER, "early"), {"category"}),
    ({"due_on": PAST, "status": "completed", "finished_on": TODAY}, Judged(1, None, ""), {"words"}),
    ({"due_on": PAST, "status": "not-possible", "finished_on": TODAY}, Judged(5, LATER, ""), {"words"}),
    ({"due_on": PAST}, Judged(3, LATER, "x" * 2001), {"words"}),
    ({"due_on": PAST}, Judged(3, LATER, "", 987_654_321), {"meeting"}),
]


@pytest.mark.parametrize(("columns", "judged", "fields"), JUDGEMENTS)
async def test_a_judgement_that_lacks_something_says_what_and_changes_nothing(
    cast: Cast,
    police_action: MakeAction,
    clock: TestClock,
    columns: dict[str, Any],
    judged: Judged,
    fields: set[str],
) -> None:
    action = await police_action(**columns)
    with pytest.raises(Refused) as refused:
        await assess_action(cast.manager, action, judged, now=clock.now)
    assert set(refused.value.errors) == fields
    assert (await stored(action))["tracking"] is None
    assert await database.fetch_value("SELECT count(*) FROM tracking_assessment") == 0


async def test_a_review_is_kept_with_who_when_and_which_meeting_and_dates_take_over_when_it_is_done(
    cast: Cast, room: Room, police_action: MakeAction, clock: TestClock, sign_in: SignIn
) -> None:
    action = await police_action(due_on=PAST, status="in-progress")
    minutes, police = await sign_in("minute_taker"), await sign_in("police")
    page = f"/actions/{action}"
    bare = await minutes.post(f"{page}/assessments", {"category": "3", "words": "Half of it"})
    assert bare.status_code == 422
    assert "Enter the date by which it is anticipated" in bare.text
    assert "Half of it" in bare.text
    form = {
        "category": "3",
        "anticipated_on": "2026-07-01",
        "words": "Half of it",
        "meeting": str(room.meeting),
        "submission_key": "once",
        "back": f"/meetings/{room.meeting}/action-reviews",
    }
    for _ in range(2):  # the same form sent twice is one judgement
        answer = await minutes.post(f"{page}/assessments", form)
        assert answer.headers["location"] == f"/meetings/{room.meeting}/action-reviews"
    # sent again with something else in it, it says what was kept, not what was sent
    for other in ("5", "-1"):
        assert (await minutes.post(f"{page}/assessments", form | {"category": other})).status_code == 303
        assert f"Action {action} is judged: 3 Not achieved" in (await minutes.get(page)).text
    [kept] = await database.fetch("SELECT * FROM tracking_assessment")
    assert (kept["category"], kept["overruled"], kept["meeting"]) == (3, False, room.meeting)
    assert kept["person"] == cast.minute_taker.person_id
    shown = (await police.get(f"{page}/tracking")).text
    assert "3 Not achieved (progress made), anticipated by 1 Jul 2026" in shown
    assert "Judge how it turned out" not in shown
    asked = {"headers": {"HX-Request": "true"}}
    part = (await minutes.get(f"{page}/tracking?meeting={room.meeting}", **asked)).text
    assert f'name="meeting" value="{room.meeting}"' in part
    assert "<html" not in part
    saved = (
        await minutes.post(f"{page}/assessments", form | {"submission_key": "a", "category": "5"}, **asked)
    ).text
    assert "Saved.</strong> Tracking: 5 Not achieved" in saved
    assert (await police.post(f"{page}/assessments", form)).status_code == 403
    away = await minutes.post(f"{page}/assessments", form | {"submission_key": "b", "back": "//evil.example"})
    assert away.headers["location"] == page

    await database.execute(
        "UPDATE action SET status = 'completed', finished_on = $2 WHERE id = $1", action, TODAY
    )
    assert "2 Achieved (late)" in (await police.get(f"{page}/tracking")).text
    await assess_action(cast.chair, action, Judged(1, LATER, "Done in May, noted in June"), now=clock.now)
    assert "1 Achieved (fully), against what the dates say" in (await police.get(f"{page}/tracking")).text
    assert [
        row["category"]
        for row in await database.fetch("SELECT category FROM tracking_assessment ORDER BY id")
    ] == [3, 5, 3, 1]
    assert (await stored(action))["anticipated_on"] is None


async def test_who_may_judge_and_that_a_restricted_action_is_judged_and_counted_by_those_who_see_it(
    cast: Cast, room: Room, police_action: MakeAction, clock: TestClock, sign_in: SignIn
) -> None:
    await database.execute("UPDATE agenda_item SET restricted = true WHERE id = $1", room.item)
    hidden = await police_action(due_on=PAST, text="Hidden from managers")
    with pytest.raises(Invisible):
        await assess_action(cast.manager, hidden, Judged(3, LATER, ""), now=clock.now)
    with pytest.raises(Forbidden):
        await assess_action(cast.police, hidden, Judged(3, LATER, ""), now=clock.now)
    await assess_action(cast.chair, hidden, Judged(3, LATER, ""), now=clock.now)
    for name, sees in (("chair", True), ("manager", False), ("officer", False)):
        browser = await sign_in(name)
        for address in ("/actions/tracking", "/actions/tracking.csv"):
            assert ("Hidden from managers" in (await browser.get(f"{address}?quarter=2026-04")).text) is sees
    for name in ("police", "minute_taker", "outsider", "admin"):
        assert (await (await sign_in(name)).get("/actions/tracking")).status_code == 403


async def test_the_table_of_a_quarter_its_file_and_its_links_agree_with_the_database(
    cast: Cast, police_action: MakeAction, sign_in: SignIn
) -> None:
    for column, told in enumerate(
        [
            {"due_on": date(2026, 4, 1), "status": "completed", "finished_on": date(2026, 4, 1)},
            {"due_on": date(2026, 6, 30)},
            {"due_on": date(2026, 8, 1), "original_due_on": date(2026, 5, 1)},
            {"due_on": PAST, "tracking": 5, "anticipated_on": LATER},
            {"due_on": date(2026, 3, 31)},
            {"due_on": date(2026, 7, 1)},
        ]
    ):
        await police_action(text=f"=Row {column}", agenda_item=None, **told)
    await a_recommendation(cast.health.agency_id, PAST, owner=cast.health.person_id)
    manager = await sign_in("manager")
    page = (await manager.get("/actions/tracking?quarter=2026-05")).text
    assert "5 were due from 1 April 2026 to 30 June 2026" in page
    assert "=Row 4" not in page
    file = (await manager.get("/actions/tracking.csv?quarter=2026-04")).text.removeprefix("\ufeff")
    lines = list(csv.DictReader(io.StringIO(file)))
    assert Counter(line["category"] for line in lines) == {"1": 1, "6": 1, "": 2, "5": 1}
    assert all(line["recommendation_or_action"].startswith(("'=", "Agree")) for line in lines)
    assert "=Row 2" in (await manager.get("/actions/tracking?quarter=2026-04&page=99")).text
    unjudged = (await manager.get("/actions/tracking?quarter=2026-04&category=none&panel=mace")).text
    assert "=Row 2" in unjudged
    assert "now 1 Aug 2026" in unjudged
    assert "=Row 3" not in unjudged
    assert "Agree a protocol" not in unjudged
    chair = (await (await sign_in("chair")).get("/actions/tracking?quarter=2026-04&by=agency")).text
    assert "4 were due" in chair
    assert "Agree a protocol" not in chair


@given(
    st.dictionaries(
        st.sampled_from(["quarter", "by", "panel", "agency", "category", "rows", "page"]),
        st.text(max_size=12),
    )
)
def test_any_address_is_read_and_its_own_address_is_read_back(query: dict[str, str]) -> None:
    filters = read_filters(query, TODAY)
    assert filters.quarter.day == 1
    assert filters.quarter.month in (1, 4, 7, 10)
    assert filters.quarter == date(2026, 1, 1) or "quarter" in query
    assert read_filters(dict(parse_qsl(filters.query())), TODAY) == filters


async def a_recommendation(agency: int, due_on: date, **columns: Any) -> int:
    return await builders.insert(
        "recommendation",
        **{
            "source": "audit",
            "source_title": "Audit of interviews",
            "source_on": date(2026, 3, 1),
            "text": "Agree a protocol",
            "agency": agency,
            "due_on": due_on,
            "original_due_on": due_on,
        }
        | columns,
    )
