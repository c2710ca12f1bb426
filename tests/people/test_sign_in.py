"""Signing in and out, sessions, invitations and the people pages."""

import asyncio
from datetime import timedelta

from app import database
from app.people import changes
from tests import builders
from tests.conftest import PASSWORD


async def _give_password(cast, name, clock):
    person = getattr(cast, name)
    token = await changes.invite(None, person.person_id, now=clock.now)
    await changes.accept_invitation(token, PASSWORD, now=clock.now)
    return person


async def test_the_right_password_signs_in(anonymous, cast, clock):
    person = await _give_password(cast, "chair", clock)
    answer = await anonymous.post("/sign-in", data={"email": person.email.upper(), "password": PASSWORD})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    page = await anonymous.get("/account")
    assert page.status_code == 200
    assert "Carys Chairwell" in page.text


async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(anonymous, cast, clock):
    person = await _give_password(cast, "chair", clock)
    wrong = await anonymous.post("/sign-in", data={"email": person.email, "password": "not the right one"})
    unknown = await anonymous.post(
        "/sign-in", data={"email": "nobody@example.org", "password": "not the right one"}
    )
    assert wrong.status_code == unknown.status_code == 422
    assert "The e-mail address or the password is wrong." in wrong.text
    assert wrong.text.replace(person.email, "nobody@example.org") == unknown.text


async def test_wrong_tries_all_at_once_are_counted_one_after_the_other(anonymous, cast, clock):
    person = await _give_password(cast, "chair", clock)
    form = {"email": person.email, "password": "not the right one"}
    answers = await asyncio.gather(*(anonymous.post("/sign-in", data=form) for _ in range(14)))
    refused = [answer for answer in answers if "Too many wrong tries" in answer.text]
    assert len(refused) == 4


async def test_ten_wrong_tries_are_enough_even_for_the_right_password(anonymous, cast, clock):
    person = await _give_password(cast, "chair", clock)
    for _ in range(10):
        await anonymous.post("/sign-in", data={"email": person.email, "password": "not the right one"})
    answer = await anonymous.post("/sign-in", data={"email": person.email, "password": PASSWORD})
    assert answer.status_code == 422
    assert "Too many wrong tries" in answer.text
    clock.now += timedelta(minutes=5, seconds=1)
    answer = await anonymous.post("/sign-in", data={"email": person.email, "password": PASSWORD})
    assert answer.status_code == 303


async def test_a_session_id_chosen_by_the_browser_never_works(anonymous, cast):
    anonymous.cookies.set("homeward", "chosen-by-me")
    answer = await anonymous.get("/account")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")
    assert await database.fetch_value("SELECT count(*) FROM session") == 0


async def test_signing_out_ends_the_session_on_the_next_request(sign_in):
    browser = await sign_in("chair")
    assert (await browser.get("/account")).status_code == 200
    answer = await browser.post("/sign-out")
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    browser.client.cookies.set("homeward", "token-of-chair")
    assert (await browser.get("/account")).status_code == 303


async def test_what_was_written_comes_back_when_the_session_ended_meanwhile(sign_in):
    browser = await sign_in("admin")
    await browser.post("/sign-out")
    answer = await browser.post(
        "/agencies/new", {"name": "Exampleshire <Youth> Project", "password": "one two three"}
    )
    assert answer.status_code == 401
    assert "Exampleshire &lt;Youth&gt; Project" in answer.text
    assert "one two three" not in answer.text


async def test_disabling_a_person_ends_their_session_on_the_next_request(sign_in, cast):
    chair, admin = await sign_in("chair"), await sign_in("admin")
    assert (await admin.post(f"/people/{cast.chair.person_id}/disable")).status_code == 303
    assert (await chair.get("/account")).status_code == 303


async def test_a_session_ends_after_half_an_hour_without_a_request_and_after_twelve_hours(sign_in, clock):
    idle, busy = await sign_in("chair"), await sign_in("police")
    began = clock.now
    while clock.now - began < timedelta(hours=11, minutes=40):
        clock.now += timedelta(minutes=20)
        assert (await busy.get("/account")).status_code == 200
    assert (await idle.get("/account")).status_code == 303
    clock.now = began + timedelta(hours=12)
    assert (await busy.get("/account")).status_code == 303


async def test_a_form_without_the_sessions_token_is_refused(sign_in, cast):
    browser, other = await sign_in("admin"), await sign_in("chair")
    path = f"/people/{cast.police.person_id}/disable"
    for token in ("", "made-up", other.csrf_token):
        answer = await browser.client.post(path, data={"csrf_token": token})
        assert answer.status_code == 403
    answer = await browser.post(path, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    answer = await browser.post(path, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert await database.fetch_value("SELECT count(*) FROM person WHERE disabled_at IS NOT NULL") == 0


async def test_an_invitation_works_once_and_for_48_hours(anonymous, cast, clock):
    late = await changes.invite(None, cast.police.person_id, now=clock.now)
    token = await changes.invite(None, cast.chair.person_id, now=clock.now)
    good = {"password": PASSWORD, "again": PASSWORD}
    assert (await anonymous.post(f"/set-password/{token}", data=good)).status_code == 303
    assert (await anonymous.post(f"/set-password/{token}", data=good)).status_code == 422
    clock.now += timedelta(hours=48)
    assert (await anonymous.get(f"/set-password/{late}")).status_code == 404
    assert (await anonymous.post(f"/set-password/{late}", data=good)).status_code == 422


async def test_a_short_or_common_password_is_refused_with_a_sentence(anonymous, cast, clock):
    token = await changes.invite(None, cast.chair.person_id, now=clock.now)
    for password in ("short", "password1234", "aaaaaaaaaaaaaaa", cast.chair.email):
        answer = await anonymous.post(
            f"/set-password/{token}", data={"password": password, "again": password}
        )
        assert answer.status_code == 422
    assert await database.fetch_value("SELECT count(*) FROM person WHERE password_hash IS NOT NULL") == 0


async def test_the_address_to_go_on_to_is_always_our_own(anonymous, cast, clock):
    person = await _give_password(cast, "chair", clock)
    for elsewhere in ("https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"):
        form = {"email": person.email, "password": PASSWORD, "next": elsewhere}
        assert (await anonymous.post("/sign-in", data=form)).headers["location"] == "/"


async def test_a_person_added_twice_with_one_form_is_one_person(sign_in, cast):
    browser = await sign_in("admin")
    form = {
        "name": "Nova Newcomer",
        "email": "nova@example.org",
        "agency_id": str(cast.police.agency_id),
        "submission_key": "the-same-form",
    }
    first = await browser.post("/people/new", form)
    assert first.status_code == 200
    assert "/set-password/" in first.text
    again = await browser.post("/people/new", form)
    assert again.status_code == 303
    assert await database.fetch_value("SELECT count(*) FROM person WHERE email = 'nova@example.org'") == 1


async def test_an_administrator_cannot_change_their_own_roles_or_disable_themselves(sign_in, cast):
    browser = await sign_in("admin")
    me = cast.admin.person_id
    answer = await browser.post(
        f"/people/{me}", {"name": "Ada", "agency_id": str(cast.admin.agency_id), "roles": []}
    )
    assert answer.status_code == 422
    assert (await browser.post(f"/people/{me}/disable")).status_code == 422


async def test_changed_roles_end_the_persons_sessions(sign_in, cast):
    admin, police = await sign_in("admin"), await sign_in("police")
    form = {"name": "Polly", "agency_id": str(cast.police.agency_id), "roles": ["panel-officer"]}
    assert (await admin.post(f"/people/{cast.police.person_id}", form)).status_code == 303
    assert (await police.get("/account")).status_code == 303


async def test_every_answer_carries_the_headers_that_protect_it(anonymous, cast):
    for path in ("/sign-in", "/nowhere", "/account", "/healthz"):
        answer = await anonymous.get(path)
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_history_page_tells_who_did_what(sign_in, cast):
    browser = await sign_in("admin")
    await browser.post("/agencies/new", {"name": "Exampleshire Youth Project", "kind": "charity"})
    page = await browser.get("/history")
    assert "Agency added" in page.text
    assert "Ada Minster" in page.text
    assert (await (await sign_in("chair")).get("/history")).status_code == 403


async def test_history_cannot_be_changed_or_deleted(db, clock):
    import asyncpg
    import pytest

    await builders.insert("history_entry", kind="tried", about="test")
    for statement in ("UPDATE history_entry SET kind = 'other'", "DELETE FROM history_entry"):
        with pytest.raises(asyncpg.RaiseError):
            await database.execute(statement)
