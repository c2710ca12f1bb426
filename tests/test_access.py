"""Every route x every role: nobody gets further than the table of permissions says, and no route is left out."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from litestar import Litestar, get

from app import database
from app.access import PUBLIC, Permission, permits
from app.main import create_app
from app.web.routing import RouteWithoutPermission, check_routes, routes_of
from tests import builders

ROLES = ("chair", "minute_taker", "police", "health", "manager", "officer", "admin", "analyst", "outsider")
NOWHERE = 987_654_321
PARAMETER = re.compile(r"{(\w+):(\w+)}")


def _filled(path: str, values: dict[str, object]) -> str:
    """The route's path with its parameters filled; what is not in `values` names nothing that exists."""

    def value(match: re.Match[str]) -> str:
        name, kind = match.groups()
        return str(values.get(name, NOWHERE if kind == "int" else "nothing-of-this-name"))

    return PARAMETER.sub(value, path)


def _own_routes(app: Litestar) -> list[tuple[str, str, str]]:
    return [
        (method, path, permission)
        for method, path, permission in routes_of(app)
        if permission is not None and method in ("GET", "POST") and not path.startswith("/static")
    ]


def test_an_app_with_a_route_that_names_no_permission_does_not_start():
    @get("/forgotten")
    async def forgotten() -> None: ...

    with pytest.raises(RouteWithoutPermission, match="/forgotten"):
        check_routes(Litestar([forgotten], openapi_config=None, logging_config=None))


async def test_no_route_answers_somebody_who_is_not_signed_in(app, anonymous):
    walked = 0
    for method, path, permission in _own_routes(app):
        if permission == PUBLIC:
            continue
        answer = await anonymous.request(method, _filled(path, {}))
        expected = (303, 401) if method == "GET" else (401,)
        assert answer.status_code in expected, f"{method} {path}: {answer.status_code}"
        walked += 1
    assert walked > 30


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_gets_exactly_as_far_as_the_table_of_permissions_says(app, sign_in, cast, role):
    browser, who = await sign_in(role), getattr(cast, role)
    for method, path, permission in _own_routes(app):
        if permission == PUBLIC or path == "/sign-out":
            continue
        address = _filled(path, {})
        answer = await (browser.get(address) if method == "GET" else browser.post(address))
        told = f"{role}: {method} {path}: {answer.status_code}"
        if not permits(who, Permission(permission)):
            assert answer.status_code == 403, told
        elif PARAMETER.search(path):
            assert answer.status_code == 404, told
        else:
            assert answer.status_code in (200, 303, 422, 428), told


@pytest.fixture
async def elsewhere(cast, clock):
    """A meeting of MACE with a child, a case, an item, minutes and an action; and who sits on another panel only."""
    child = await builders.a_child()
    await builders.an_episode(child, datetime(2026, 6, 1, 20, tzinfo=UTC))
    meeting = await builders.a_meeting("mace", clock.now + timedelta(days=2), status="agenda-issued")
    item = await builders.an_item(meeting, child)
    action = await builders.an_action(
        "mace", cast.police.agency_id, clock.now.date() + timedelta(days=9), child=child
    )
    case = await builders.a_case("mace", child, clock.now.date() - timedelta(days=9))
    stranger = cast.outsider
    await builders.insert(
        "seat",
        panel=await builders.panel_id("general"),
        person=stranger.person_id,
        agency=stranger.agency_id,
        role="chair",
    )
    return {
        "meeting_id": meeting,
        "item_id": item,
        "child_id": child,
        "action_id": action,
        "case_id": case,
        "slug": "mace",
    }


async def test_a_chair_of_another_panel_finds_nothing_of_this_one(app, sign_in, elsewhere):
    browser, walked = await sign_in("outsider"), 0
    named = set(elsewhere)
    for method, path, permission in _own_routes(app):
        names = {name for name, _ in PARAMETER.findall(path)}
        if permission == PUBLIC or not names & named:
            continue
        address = _filled(path, elsewhere)
        answer = await (browser.get(address) if method == "GET" else browser.post(address))
        assert answer.status_code in (403, 404), f"{method} {path}: {answer.status_code}"
        assert "Sample Child" not in answer.text
        walked += 1
    assert walked > 10


async def test_no_get_changes_a_row_but_the_record_of_reads_and_the_session(app, sign_in, elsewhere):
    browser = await sign_in("officer")
    before = await _everything()
    for method, path, permission in _own_routes(app):
        if method == "GET" and permission != PUBLIC:
            await browser.get(_filled(path, elsewhere))
    assert await _everything() == before


REFUSE = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no more entries'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON history_entry FOR EACH ROW EXECUTE FUNCTION refuse();
"""


async def test_no_page_tells_of_a_child_when_the_read_cannot_be_recorded(app, sign_in, elsewhere):
    browser, told = await sign_in("officer"), []
    for method, path, permission in _own_routes(app):
        if method == "GET" and permission != PUBLIC:
            address = _filled(path, elsewhere)
            if "Sample Child" in (await browser.get(address)).text:
                told.append(address)
    assert len(told) > 15
    await database.execute(REFUSE)
    for address in told:
        answer = await browser.get(address)
        assert answer.status_code == 503, f"{address}: {answer.status_code}"
        assert "Sample Child" not in answer.text, address


async def _everything() -> dict[str, str]:
    tables = await database.fetch(
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' "
        "AND tablename NOT IN ('history_entry', 'session')"
    )
    return {
        table["name"]: await database.fetch_value(
            f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{table['name']}\" t"
        )
        for table in tables
    }


def test_the_app_starts_with_the_routes_it_has(house):
    check_routes(create_app(house))
