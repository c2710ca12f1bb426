"""Whom an action is with: the owner, then the post's holder or cover, then the agency's people."""

from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest

from app import database
from app.actions.holding.queries import held_by, holders_of
from app.actions.holding.rules import COVER, HOLDER, LEAD, OWNER, REPRESENTATIVE, Candidate, with_whom
from tests import builders
from tests.actions.conftest import MakeAction
from tests.conftest import Cast, SignIn


def a_candidate(person: int, stands_as: str, left: bool = False) -> Candidate:
    return Candidate(1, person, f"Person {person}", f"p{person}@example.org", stands_as, left)


@pytest.mark.parametrize(
    ("candidates", "with_them"),
    [
        ([(1, OWNER, False), (2, HOLDER, False)], [1]),
        ([(1, OWNER, True), (2, HOLDER, False), (3, COVER, False)], [2]),
        ([(2, HOLDER, True), (3, COVER, False)], [3]),
        (
            [(3, COVER, True), (4, REPRESENTATIVE, False), (5, REPRESENTATIVE, False), (6, LEAD, False)],
            [4, 5],
        ),
        ([(4, REPRESENTATIVE, True), (6, LEAD, False)], [6]),
        ([(1, OWNER, True)], []),
        ([], []),
    ],
)
def test_the_first_who_is_here_has_it(candidates: list[tuple[int, str, bool]], with_them: list[int]) -> None:
    assert [one.person_id for one in with_whom(a_candidate(*given) for given in candidates)] == with_them


async def test_lists_and_messages_agree_on_whom_an_action_is_with(cast: Cast) -> None:
    """Any mixture of people who left, posts, seats, leads and restricted items: both ways give the same people."""
    random, everybody = Random(7), await _an_agency_with_people()
    meeting = await builders.a_meeting("mace", status="agenda-issued")
    people = [*everybody, cast.police.person_id, cast.chair.person_id]
    agencies = [cast.police.agency_id, cast.health.agency_id, cast.chair.agency_id]
    posts = [
        await builders.insert(
            "post",
            agency=random.choice(agencies),
            name=f"Desk {number}",
            holder=random.choice([None, *people[:4]]),
            cover=random.choice([None, *people[4:]]),
            ended_at=datetime(2026, 6, 1, tzinfo=UTC) if number % 5 == 4 else None,
        )
        for number in range(10)
    ]
    items = [None, await builders.an_item(meeting, None, title="Any other business")]
    for allowed in ([cast.police.agency_id], []):
        restricted: dict[str, Any] = {
            "restricted": True,
            "allowed_agencies": allowed,
            "allowed_people": people[:2],
        }
        items.append(await builders.an_item(meeting, None, title=f"Restricted {allowed}", **restricted))
    actions = [
        await builders.an_action(
            "mace",
            random.choice(agencies),
            date(2026, 6, 20),
            owner=random.choice([None, None, *people]),
            post=random.choice([None, *posts]),
            agenda_item=random.choice(items),
        )
        for _ in range(150)
    ]
    holders = await holders_of(actions)
    kinds = {holder.stands_as for found in holders.values() for holder in found}
    assert kinds == {OWNER, HOLDER, COVER, REPRESENTATIVE, LEAD}
    assert any(not found for found in holders.values())
    for person in people:
        listed = await database.fetch(f"SELECT a.id FROM action a WHERE {held_by(1)}", person)
        assert {row["id"] for row in listed} == {
            action for action, found in holders.items() if person in {holder.person_id for holder in found}
        }


async def _an_agency_with_people() -> list[int]:
    """Six people of the police, the second a lead, every other one gone."""
    police = await database.fetch_value("SELECT agency FROM person WHERE email LIKE 'police%'")
    people = [
        await builders.insert(
            "person",
            email=f"constable{number}@example.org",
            name=f"Constable {number}",
            agency=police,
            roles=["agency-lead"] if number in (0, 1) else [],
            disabled_at=datetime(2026, 6, 1, tzinfo=UTC) if number % 2 else None,
        )
        for number in range(6)
    ]
    await database.execute("UPDATE person SET roles = '{agency-lead}' WHERE email LIKE 'health%'")
    health = await database.fetch_value("SELECT id FROM person WHERE email LIKE 'health%'")
    await database.execute("UPDATE seat SET ended_at = now() WHERE person = $1", health)
    return people


async def test_whoever_goes_to_another_agency_leaves_its_posts_and_lines_behind(
    cast: Cast, sign_in: SignIn, police_action: MakeAction
) -> None:
    there = cast.police.agency_id
    mover, stays = [
        await builders.insert("person", email=f"{name}@example.org", name=name, agency=there)
        for name in ("mover", "stays")
    ]
    await database.execute("UPDATE person SET line_lead = $1 WHERE id = $2", mover, stays)
    await database.execute("UPDATE person SET line_lead = $1 WHERE id = $2", stays, mover)
    post = await builders.insert("post", agency=there, name="Duty desk", holder=mover, cover=stays)
    action = await police_action(owner=None, post=post)
    assert [one.person_id for one in (await holders_of([action]))[action]] == [mover]
    admin = await sign_in("admin")
    form = {"name": "mover", "agency_id": str(there), "roles": []}
    await admin.post(f"/people/{mover}", form)  # nothing moves: nothing is left
    assert await database.fetch_value("SELECT holder FROM post") == mover
    await admin.post(f"/people/{mover}", form | {"agency_id": str(cast.health.agency_id)})
    assert [one.person_id for one in (await holders_of([action]))[action]] == [stays]
    assert await database.fetch_one("SELECT holder, cover, version FROM post") == {
        "holder": None, "cover": stays, "version": 2,
    }  # fmt: skip
    assert await database.fetch_value("SELECT count(*) FROM person WHERE line_lead IS NOT NULL") == 0
