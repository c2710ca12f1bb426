"""Standing panels: the list, seats, terms of reference from a day, and new panels."""

import asyncio
import re
from datetime import UTC, date, datetime, timedelta

import pytest

from app import database
from app.panels.kinds import KINDS, STANDING_ITEMS
from app.panels.standing.queries import seats_of, seats_on
from app.panels.standing.rules import slug_of, terms_day_problem
from app.panels.terms.queries import standing_panel, terms_at
from tests import builders
from tests.conftest import Cast, SignIn


async def test_the_list_puts_my_panels_first_with_what_comes_next(sign_in: SignIn, cast: Cast) -> None:
    await database.execute(
        "UPDATE seat SET ended_at = now() WHERE person = $1 AND panel <> $2",
        cast.chair.person_id,
        await builders.panel_id("high-risk-misper"),
    )
    await builders.a_meeting("high-risk-misper", datetime(2026, 6, 12, 9, 0, tzinfo=UTC))
    text = (await (await sign_in("chair")).get("/panels")).text
    assert "12 Jun 2026, 10am" in text
    assert "High Risk Misper Meeting" in text
    assert "Missing Children Panel" not in text
    everything = (await (await sign_in("officer")).get("/panels")).text
    for kind in KINDS.values():
        assert kind.name in everything


@pytest.mark.parametrize("slug", list(KINDS))
async def test_each_panels_page_tells_its_rule_terms_and_seats(sign_in: SignIn, slug: str) -> None:
    answer = await (await sign_in("officer")).get(f"/panels/{slug}")
    assert answer.status_code == 200
    assert "Agencies that make a quorum" in answer.text
    assert "Polly Constable-Sample" in answer.text


async def test_an_outsider_knows_of_no_panel(sign_in: SignIn) -> None:
    browser = await sign_in("outsider")
    assert (await browser.get("/panels/mace")).status_code in (403, 404)


async def test_a_member_sees_terms_but_writes_none(sign_in: SignIn) -> None:
    browser = await sign_in("police")
    assert (await browser.get("/panels/mace/terms")).status_code == 200
    assert (await browser.get("/panels/mace/terms/new")).status_code == 403
    assert (await browser.post("/panels/mace/terms", {"holds_from": "2026-07-01"})).status_code == 403
    assert (await browser.post("/panels", {"name": "Mine", "kind": "mace"})).status_code == 403


# Terms of reference


async def test_new_terms_hold_from_their_day_and_not_before(sign_in: SignIn) -> None:
    answer = await (await sign_in("officer")).post(
        "/panels/repeat-missing/terms",
        {"holds_from": "2026-07-01", "rule.count": "4", "quorum": "5", "categories": ["missing", "absent"]},
    )
    assert answer.status_code == 303
    panel = await standing_panel("repeat-missing")
    assert panel is not None
    before, after = await terms_at(panel, date(2026, 6, 30)), await terms_at(panel, date(2026, 7, 1))
    assert (before.rule.count, before.quorum) == (3, 2)  # type: ignore[union-attr]
    assert (after.rule.count, after.quorum, after.categories) == (4, 5, ("missing", "absent"))  # type: ignore[union-attr]
    page = await (await sign_in("police")).get("/panels/repeat-missing/terms")
    assert "From Wednesday 1 July 2026" in page.text
    assert "To come" in page.text


@pytest.mark.parametrize(
    ("ticked", "expected"),
    [
        (["none"], ()),
        (["none", "any-other-business", "introductions"], ("introductions", "any-other-business")),
        ([], ("introductions", "confidentiality", "previous-minutes", "open-actions", "any-other-business")),
    ],
    ids=["all switched off", "some", "a form without them leaves the default"],
)
async def test_each_standing_item_can_be_switched_off_and_all_of_them(
    sign_in: SignIn, ticked: list[str], expected: tuple[str, ...]
) -> None:
    officer = await sign_in("officer")
    answer = await officer.post("/panels/mace/terms", {"holds_from": "2026-07-01", "standing_items": ticked})
    assert answer.status_code == 303
    panel = await standing_panel("mace")
    assert panel is not None
    assert (await terms_at(panel, date(2026, 7, 1))).standing_items == expected
    form = (await officer.get("/panels/mace/terms/new")).text
    for key in STANDING_ITEMS:
        ticks = re.search(rf'name="standing_items"[^>]*value="{key}"([^>]*)>', form)
        assert ticks is not None
        assert ("checked" in ticks[1]) == (key in expected)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"rule.count": "0"}, "whole number from 1 to 100"),
        ({"rule.count": "many"}, "whole number from 1 to 100"),
        ({"quorum": "99"}, "whole number from 1 to 30"),
        ({"holds_from": ""}, "Enter the day from which the terms hold"),
        ({"holds_from": "31/31/2026"}, "Enter a real date"),
    ],
)
async def test_terms_that_make_no_sense_are_refused_and_kept(
    sign_in: SignIn, fields: dict[str, str], words: str
) -> None:
    answer = await (await sign_in("officer")).post(
        "/panels/repeat-missing/terms", {"holds_from": "2026-07-01", "minutes_per_item": "33"} | fields
    )
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="33"' in answer.text
    assert await database.fetch_value("SELECT count(*) FROM terms_of_reference") == 0


async def test_terms_never_change_under_a_meeting_that_was_held(sign_in: SignIn) -> None:
    await builders.a_meeting("mace", datetime(2026, 6, 3, 22, 59, tzinfo=UTC), status="held")
    browser = await sign_in("officer")
    refused = await browser.post("/panels/mace/terms", {"holds_from": "2026-06-03", "quorum": "4"})
    assert refused.status_code == 422
    assert "The panel met on Wednesday 3 June 2026" in refused.text
    assert (
        await browser.post("/panels/mace/terms", {"holds_from": "2026-06-04", "quorum": "4"})
    ).status_code == 303


async def test_two_who_write_terms_both_learn_of_the_other(sign_in: SignIn) -> None:
    first, second = await sign_in("officer"), await sign_in("admin")
    form = {"holds_from": "2026-07-01", "seen": ""}
    assert (await first.post("/panels/mace/terms", form | {"quorum": "4"})).status_code == 303
    answer = await second.post("/panels/mace/terms", form | {"quorum": "5"})
    assert answer.status_code == 409
    assert "Someone wrote new terms" in answer.text
    assert await database.fetch_value("SELECT overrides->>'quorum' FROM terms_of_reference") == "4"


def test_terms_may_hold_from_the_latest_day_on() -> None:
    latest, held = date(2026, 7, 1), date(2026, 6, 3)
    assert terms_day_problem(date(2026, 7, 1), latest, held) is None
    assert terms_day_problem(date(2026, 6, 30), latest, held)
    assert terms_day_problem(date(2026, 6, 4), None, held) is None
    assert terms_day_problem(held, None, held)


# Seats


async def test_a_seat_is_given_once_and_ended_for_good(sign_in: SignIn, cast: Cast) -> None:
    browser = await sign_in("officer")
    form = {"person_id": str(cast.outsider.person_id), "role": "member"}
    answers = await asyncio.gather(*(browser.post("/panels/mace/seats", form) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [303, 422, 422, 422]
    panel = await builders.panel_id("mace")
    [seat] = [one for one in await seats_on(panel) if one.person_id == cast.outsider.person_id]
    assert [held.panel_id for held in await seats_of(cast.outsider.person_id)] == [panel]
    assert (await (await sign_in("outsider")).get("/panels/mace")).status_code == 200
    path = f"/panels/mace/seats/{seat.id}/ending"
    assert (await browser.post(path)).status_code == 303
    assert (await browser.post(path)).status_code == 409
    assert await seats_of(cast.outsider.person_id) == ()
    assert (await (await sign_in("outsider")).get("/panels/mace")).status_code in (403, 404)


async def test_another_panels_seat_is_not_found(sign_in: SignIn, cast: Cast) -> None:
    seat = (await seats_on(await builders.panel_id("high-risk-misper")))[0]
    answer = await (await sign_in("officer")).post(f"/panels/mace/seats/{seat.id}/ending")
    assert answer.status_code == 404
    assert await database.fetch_value("SELECT ended_at FROM seat WHERE id = $1", seat.id) is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"role": "member"}, "Choose a person"),
        ({"person_id": "999999", "role": "member"}, "Choose someone else"),
        ({"person_id": "outsider"}, "Choose a person"),
        ({"person_id": "1", "role": "king"}, "Choose a role"),
    ],
)
async def test_a_seat_without_a_person_or_a_role_is_refused(
    sign_in: SignIn, fields: dict[str, str], words: str
) -> None:
    answer = await (await sign_in("officer")).post("/panels/mace/seats", fields)
    assert answer.status_code == 422
    assert words in answer.text


async def test_the_seat_of_a_disabled_person_does_not_count(cast: Cast) -> None:
    panel = await builders.panel_id("mace")
    await database.execute("UPDATE person SET disabled_at = now() WHERE id = $1", cast.police.person_id)
    assert cast.police.person_id not in {seat.person_id for seat in await seats_on(panel)}
    assert cast.police.person_id in {seat.person_id for seat in await seats_on(panel, with_disabled=True)}


# New panels


async def test_a_panel_of_any_kind_is_created_with_its_defaults(sign_in: SignIn) -> None:
    browser = await sign_in("officer")
    answer = await browser.post("/panels", {"name": "Children’s Café Concerns", "kind": "general"})
    assert answer.headers["location"] == "/panels/childrens-cafe-concerns/seats"
    again = await browser.post("/panels", {"name": "children’s café concerns", "kind": "mace"})
    assert again.status_code == 422
    assert "There is a panel called" in again.text


def test_slugs_are_plain_and_like_no_other() -> None:
    assert slug_of("New", []) == "new-2"
    assert slug_of("MACE", ["mace", "mace-2"]) == "mace-3"
    assert slug_of("!!!", []) == "panel"
    assert len(slug_of("Very " * 50, [])) <= 50


async def test_what_later_days_hold_does_not_show_yet(sign_in: SignIn) -> None:
    panel = await builders.panel_id("mace")
    await builders.insert(
        "terms_of_reference", panel=panel, holds_from=date(2026, 6, 1), overrides={"quorum": 4}
    )
    await builders.insert(
        "terms_of_reference",
        panel=panel,
        holds_from=date(2026, 6, 1) + timedelta(days=60),
        overrides={"quorum": 9},
    )
    text = (await (await sign_in("officer")).get("/panels/mace")).text
    assert "In force from Monday 1 June 2026" in text
    assert "New terms hold from Friday 31 July 2026" in text
    assert "<strong>4</strong>" in text
