"""The rule of restricted items, and that its SQL decides the same."""

from collections.abc import Collection
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import database
from app.access import Identity, SeatHeld
from app.panels.restricting.queries import seer, sees_item
from app.panels.restricting.rules import MaySee, Restriction, as_seen, may_see_item, restriction_problems
from tests.conftest import Cast


@dataclass(frozen=True)
class Item:
    restricted: bool = True
    allowed_people: Collection[int] = ()
    allowed_agencies: Collection[int] = ()


def somebody(person_id: int = 7, *seats: SeatHeld, roles: frozenset[str] = frozenset()) -> Identity:
    return Identity(person_id, "Somebody", "s@example.org", 3, "Agency", roles, seats)


def test_an_open_item_is_for_whoever_sees_the_page() -> None:
    assert may_see_item(somebody(), 1, Item(restricted=False))


@pytest.mark.parametrize("role", ["chair", "vice-chair"])
def test_the_panels_leads_see_a_restricted_item_and_those_of_another_panel_do_not(role: str) -> None:
    assert may_see_item(somebody(7, SeatHeld(1, role, 3)), 1, Item())
    assert not may_see_item(somebody(7, SeatHeld(2, role, 3)), 1, Item())


@pytest.mark.parametrize("role", ["administrator", "safeguarding-manager", "panel-officer"])
def test_no_role_opens_a_restricted_item_unless_its_holder_is_named(role: str) -> None:
    who = somebody(7, roles=frozenset({role}))
    assert not may_see_item(who, 1, Item())
    assert may_see_item(who, 1, Item(allowed_people=[7]))


def test_a_named_agency_counts_by_the_seat_held_for_it_on_that_panel() -> None:
    item = Item(allowed_agencies=[5])
    assert may_see_item(somebody(7, SeatHeld(1, "member", 5)), 1, item)
    assert not may_see_item(somebody(7, SeatHeld(2, "member", 5), SeatHeld(1, "member", 4)), 1, item)


SMALL = st.integers(1, 4)
PEOPLE = st.builds(
    lambda person, seats: somebody(person, *seats),
    SMALL,
    st.lists(
        st.builds(
            SeatHeld,
            SMALL,
            st.sampled_from(["chair", "vice-chair", "minute-taker", "member", "observer"]),
            SMALL,
        ),
        max_size=4,
    ),
)
ITEMS = st.builds(Item, st.booleans(), st.lists(SMALL, max_size=3), st.lists(SMALL, max_size=3))


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(who=PEOPLE, items=st.lists(st.tuples(SMALL, ITEMS), min_size=1, max_size=12))
async def test_the_sql_decides_as_the_rule_does(
    cast: Cast, who: Identity, items: list[tuple[int, Item]]
) -> None:
    rows = [
        (number, panel, item.restricted, list(item.allowed_people), list(item.allowed_agencies))
        for number, (panel, item) in enumerate(items)
    ]
    seen = await database.fetch(
        "SELECT (i.row->>0)::int AS number FROM (SELECT r AS row, (r->>1)::bigint AS panel, "
        "(r->>2)::boolean AS restricted, ARRAY(SELECT jsonb_array_elements_text(r->3)::bigint) AS allowed_people, "
        "ARRAY(SELECT jsonb_array_elements_text(r->4)::bigint) AS allowed_agencies "
        f"FROM jsonb_array_elements($1::jsonb) r) i WHERE {sees_item(2, panel='i.panel')} ORDER BY 1",
        rows,
        *seer(who),
    )
    by_rule = [number for number, (panel, item) in enumerate(items) if may_see_item(who, panel, item)]
    assert [row["number"] for row in seen] == by_rule


async def test_nobody_in_particular_sees_no_restricted_item(cast: Cast) -> None:
    sql = (
        "SELECT count(*) FROM (SELECT true AS restricted, ARRAY[0, 1]::bigint[] AS allowed_people, "
        f"ARRAY[1]::bigint[] AS allowed_agencies, 1 AS panel) i WHERE {sees_item(1, panel='i.panel')}"
    )
    assert await database.fetch_value(sql, *[None, [], [], []]) == 0
    assert await database.fetch_value(sql.replace("0, 1", "2"), *seer(None)) == 0


CHILD = {"name": "Saffron Sample-Worth", "child_ref": "CH-00017"}


@pytest.mark.parametrize("title", ["About Saffron", "sample and her family", "ch-00017 again", "S. WORTH"])
def test_the_open_title_may_not_give_the_child_away(title: str) -> None:
    problems = restriction_problems(Restriction(title), MaySee({1}, {2}), CHILD)
    assert "open_title" in problems


def test_only_people_and_agencies_of_the_panel_are_named() -> None:
    may = MaySee({1}, {2})
    assert restriction_problems(Restriction("Restricted item", (1,), (2,)), may, CHILD) == {}
    assert set(restriction_problems(Restriction("Restricted item", (2,), (1,)), may, CHILD)) == {
        "people",
        "agencies",
    }


def test_an_issued_agenda_keeps_the_place_and_minutes_of_a_hidden_item_alone() -> None:
    row = {"item": 4, "kind": "child", "child": 9, "title": "", "minutes": 15, "reason": "missing", "rule_version": "m/1",
           "episode_ids": [1], "added_by": "rule", "brought_forward": "Brought forward"}  # fmt: skip
    assert as_seen([row], {}) == [row]
    [seen] = as_seen([row], {4: "A restricted matter"})
    assert (seen["title"], seen["minutes"], seen["child"], seen["reason"]) == (
        "A restricted matter",
        15,
        None,
        "",
    )
