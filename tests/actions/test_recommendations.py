"""Recommendations that belong to no meeting: who sees them, how they move, what of them is kept."""

import asyncio
from typing import Any

import pytest

from app import database
from app.actions.recommendations.queries import recommendations_due
from app.actions.recommendations.rules import MOVES, RECOMMENDATION_LIFECYCLE
from tests import builders
from tests.actions.test_tracking import LATER, PAST, a_recommendation
from tests.conftest import Cast, SignIn

GOOD = {
    "source": "inspection",
    "source_title": "Joint inspection",
    "source_on": "2026-03-01",
    "reference": "4.2",
    "text": "Tell the police within a day",
    "due_on": "2026-06-20",
}


async def test_its_lead_sees_and_updates_it_managers_look_after_all_and_nobody_else_knows_of_it(
    cast: Cast, sign_in: SignIn
) -> None:
    manager, police = await sign_in("manager"), await sign_in("police")
    lead = f"person-{cast.police.person_id}"
    form = GOOD | {"lead": lead, "submission_key": "once"}
    made = (await manager.post("/recommendations", form)).headers["location"]
    assert (await manager.post("/recommendations", form)).status_code == 303
    assert await database.fetch_value("SELECT count(*) FROM recommendation") == 1
    [mail] = await database.fetch("SELECT recipient, subject, body FROM outbox_message")
    assert mail["recipient"] == cast.police.email
    assert made in mail["body"]
    assert "Tell the police" not in mail["subject"] + mail["body"]

    assert "Tell the police within a day" in (await police.get("/recommendations")).text
    assert "You lead on 1 open recommendation<" in (await police.get("/actions")).text
    assert "You lead on" not in (await manager.get("/actions")).text
    shown = (await police.get(made)).text
    assert "How does it stand?" in shown
    assert "Judge how it turned out" not in shown
    for form, status in (({"move": "find-not-possible", "version": "1"}, 422), ({"version": "1"}, 422)):
        assert (await police.post(f"{made}/updates", form)).status_code == status
    told = {"move": "complete", "version": "1", "note": "Two teams do"}
    assert (await police.post(f"{made}/updates", told)).status_code == 303
    second = await manager.post(f"{made}/updates", told | {"note": "No word of it is lost"})
    assert second.status_code == 409
    assert "Polly Constable-Sample marked this as done" in second.text
    assert "No word of it is lost" in second.text
    assert "1 Achieved (fully)" in (await police.get(made)).text
    assert (await police.get(f"{made}/change")).status_code == 403
    assert (await police.post(f"{made}/assessments", {"category": "1"})).status_code == 403

    for name in ("chair", "health", "outsider", "admin"):
        browser = await sign_in(name)
        assert (await browser.get(made)).status_code == 404
        for path in ("/recommendations?state=all", "/recommendations.csv?state=all"):
            assert "Tell the police" not in (await browser.get(path)).text


async def test_a_post_and_an_agency_lead_like_a_person_and_who_left_is_not_asked(
    cast: Cast, sign_in: SignIn
) -> None:
    agency = cast.health.agency_id
    post = await builders.insert(
        "post", agency=agency, name="Duty nurse", holder=cast.health.person_id, cover=cast.outsider.person_id
    )
    of_post = await a_recommendation(agency, PAST, post=post)
    of_agency = await a_recommendation(cast.police.agency_id, LATER)
    for name in ("health", "outsider"):
        assert (await (await sign_in(name)).get(f"/recommendations/{of_post}")).status_code == 200
    police = await sign_in("police")
    assert (await police.get(f"/recommendations/{of_agency}")).status_code == 404
    assert [(one.id, one.people) for one in await recommendations_due(PAST)] == [
        (of_post, (cast.health.person_id,))
    ]
    await database.execute("UPDATE person SET roles = '{agency-lead}' WHERE id = $1", cast.police.person_id)
    await database.execute("UPDATE person SET disabled_at = now() WHERE id = $1", cast.health.person_id)
    assert (await police.get(f"/recommendations/{of_agency}")).status_code == 200
    assert [(one.id, one.people) for one in await recommendations_due(LATER)] == [
        (of_post, (cast.outsider.person_id,)),
        (of_agency, (cast.police.person_id,)),
    ]


async def test_a_moved_timescale_keeps_the_first_date_and_says_so_and_a_second_hand_keeps_its_words(
    cast: Cast, sign_in: SignIn
) -> None:
    one = await a_recommendation(cast.police.agency_id, PAST, text="Agree a protocol")
    manager = await sign_in("manager")
    address = f"/recommendations/{one}"
    form = GOOD | {"lead": f"agency-{cast.police.agency_id}", "due_on": LATER.isoformat(), "version": "1"}
    assert (await manager.post(f"{address}/change", form)).status_code == 303
    [row] = await database.fetch("SELECT * FROM recommendation")
    assert (row["due_on"], row["original_due_on"], row["version"]) == (LATER, PAST, 2)
    assert (
        await database.fetch_value("SELECT \"row\" ->> 'text' FROM recommendation_past") == "Agree a protocol"
    )
    page = (await manager.get(address)).text
    assert "Timescale moved from 20 May 2026 to 1 July 2026." in page
    assert "Not judged yet" in page  # the first date has passed, whatever was agreed since
    # sent several times at once, a form is taken once and never called late
    for part, sent in (
        ("change", form | {"version": "2", "submission_key": "changed"}),
        ("updates", {"move": "start", "note": "Begun", "version": "3", "submission_key": "begun"}),
    ):
        at_once = [manager.post(f"{address}/{part}", sent) for _ in range(6)]
        assert {answer.status_code for answer in await asyncio.gather(*at_once)} == {303}
    assert await database.fetch_value("SELECT version FROM recommendation") == 4
    late = await manager.post(f"{address}/change", form | {"text": "Mine came second"})
    assert late.status_code == 409
    assert "Mine came second" in late.text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"source": "rumour"}, "source"),
        ({"source_title": ""}, "source_title"),
        ({"source_on": "2026-06-11"}, "source_on"),
        ({"source_on": "31/02/2026"}, "source_on"),
        ({"text": " "}, "text"),
        ({"text": "x" * 4001}, "text"),
        ({"lead": "person-987654321"}, "lead"),
        ({"lead": ""}, "lead"),
        ({"due_on": "2026-02-28"}, "due_on"),
        ({"due_on": "2036-07-01"}, "due_on"),
        ({"due_on": ""}, "due_on"),
    ],
)
async def test_a_recommendation_that_cannot_be_is_refused_beside_its_field_with_the_words_kept(
    cast: Cast, sign_in: SignIn, changed: dict[str, Any], field: str
) -> None:
    manager = await sign_in("manager")
    form = GOOD | {"lead": f"agency-{cast.police.agency_id}"} | changed
    answer = await manager.post("/recommendations", form)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert 'value="Joint inspection"' in answer.text or field == "source_title"
    assert await database.fetch_value("SELECT count(*) FROM recommendation") == 0


def test_it_moves_as_actions_do_but_no_panel_drops_it() -> None:
    assert tuple(move.name for move in RECOMMENDATION_LIFECYCLE.moves) == MOVES
    assert {move.target for move in RECOMMENDATION_LIFECYCLE.moves} < set(RECOMMENDATION_LIFECYCLE.statuses)
