"""Filters kept under a name: a person's own, unique, twenty at most."""

import asyncio
import re

from app import database
from app.actions.saved_views.rules import MOST
from tests.actions.conftest import Room
from tests.conftest import Cast, SignIn

LATE = "state=overdue&priority=urgent"


async def names() -> list[str]:
    return [row["name"] for row in await database.fetch("SELECT name FROM saved_view ORDER BY id")]


async def test_a_view_is_saved_opened_renamed_and_removed(sign_in: SignIn, room: Room) -> None:
    chair = await sign_in("chair")
    given = {"name": "  Urgent   and late ", "filters": LATE + "&page=4&agency=1; DROP&unknown=x"}
    saved = await chair.post("/actions/overview/views", given | {"submission_key": "one"})
    assert (saved.status_code, saved.headers["location"]) == (303, f"/actions/overview?{LATE}")
    assert (await chair.post("/actions/overview/views", given | {"submission_key": "one"})).status_code == 303
    assert await names() == ["Urgent and late"]
    shown = (await chair.get("/actions/overview")).text
    assert re.search(r'href="/actions/overview\?state=overdue&amp;priority=urgent">Urgent and late', shown)
    opened = (await chair.get(f"/actions/overview?{LATE}")).text
    assert "<strong>Urgent and late</strong>" in opened
    assert "Save this view" not in opened
    view = await database.fetch_value("SELECT id FROM saved_view")
    renamed = await chair.post(f"/actions/overview/views/{view}/name", {"name": "Chase first", "version": 1})
    assert renamed.status_code == 303
    late = await chair.post(f"/actions/overview/views/{view}/name", {"name": "Chase last", "version": 1})
    assert late.status_code == 409
    assert "You renamed this view to “Chase first”" in late.text
    assert 'value="Chase last"' in late.text
    assert (await chair.post(f"/actions/overview/views/{view}/removal")).status_code == 303
    assert await names() == []
    assert await database.fetch_value("SELECT count(*) FROM saved_view_past") == 2
    assert "You keep no view yet" in (await chair.get("/actions/overview/views")).text


async def test_a_name_is_needed_and_not_taken_twice_and_the_filters_stay(sign_in: SignIn, room: Room) -> None:
    chair = await sign_in("chair")
    await chair.post("/actions/overview/views", {"name": "Mine", "filters": LATE})
    for name, sentence in (
        ("MINE", "You keep a view of this name already"),
        (" ", "Enter a name for this view"),
        ("x" * 61, "Use 60 characters or fewer"),
    ):
        answer = await chair.post("/actions/overview/views", {"name": name, "filters": "strand=protect"})
        assert answer.status_code == 422
        assert sentence in answer.text
        assert name.strip() in answer.text
        assert 'name="filters" value="strand=protect"' in answer.text
    assert await names() == ["Mine"]


async def test_nobody_sees_or_changes_a_view_of_somebody_else(sign_in: SignIn, room: Room) -> None:
    chair, officer = await sign_in("chair"), await sign_in("officer")
    await chair.post("/actions/overview/views", {"name": "Of the chair", "filters": LATE})
    view = await database.fetch_value("SELECT id FROM saved_view")
    for address in ("/actions/overview", "/actions/overview/views"):
        assert "Of the chair" not in (await officer.get(address)).text
    renamed = await officer.post(f"/actions/overview/views/{view}/name", {"name": "Taken", "version": 1})
    assert renamed.status_code == 404
    assert (await officer.post(f"/actions/overview/views/{view}/removal")).status_code == 404
    assert (await officer.post("/actions/overview/views", {"name": "Of the chair"})).status_code == 303
    assert await names() == ["Of the chair", "Of the chair"]


async def test_twenty_views_are_kept_even_when_the_last_ones_are_saved_at_once(
    sign_in: SignIn, cast: Cast, room: Room
) -> None:
    chair = await sign_in("chair")
    for number in range(MOST - 1):
        await database.execute(
            "INSERT INTO saved_view (person, name) VALUES ($1, $2)", cast.chair.person_id, f"View {number}"
        )
    answers = await asyncio.gather(
        *(chair.post("/actions/overview/views", {"name": f"Last {number}"}) for number in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [303, 422, 422, 422]
    assert len(await names()) == MOST
    assert "You keep 20 views already" in max(answers, key=lambda answer: answer.status_code).text
