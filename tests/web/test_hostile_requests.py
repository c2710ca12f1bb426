"""What a careless or hostile program sends: every answer is a sentence with the right status, never an error."""

import asyncio
from datetime import date, timedelta

import pytest

from app import database
from tests import builders
from tests.conftest import PASSWORD
from tests.people.test_sign_in import _give_password

TOO_LARGE = 2**63


@pytest.mark.parametrize(
    "address", ["/children/{}", "/meetings/{}/agenda", "/actions/{}", "/episodes/{}/return", "/interviews/{}"]
)
async def test_a_number_no_row_can_have_is_a_page_that_does_not_exist(sign_in, address):
    officer = await sign_in("officer")
    for number in (TOO_LARGE, 10**20):
        assert (await officer.get(address.format(number))).status_code == 404


async def test_person_nought_does_not_exist(sign_in):
    admin = await sign_in("admin")
    assert (await admin.get("/people/0")).status_code == 404


async def test_a_nul_in_an_address_leads_nowhere(sign_in):
    officer = await sign_in("officer")
    for address in ("/panels/%00", "/panels/mace%00", "/actions?panel=%00"):
        assert (await officer.get(address)).status_code == 404


async def test_a_page_number_of_thousands_of_digits_is_the_first_page(sign_in):
    officer = await sign_in("officer")
    assert (await officer.get("/children?page=" + "9" * 5000)).status_code == 200


async def test_a_form_token_of_strange_letters_is_refused(sign_in):
    officer = await sign_in("officer")
    answer = await officer.client.post("/children", data={"q": "x", "csrf_token": "é€"})
    assert answer.status_code == 403
    headers = {b"x-csrf-token": "é".encode()}
    assert (await officer.client.post("/children", data={"q": "x"}, headers=headers)).status_code == 403


async def test_an_origin_that_is_no_address_is_refused(sign_in):
    officer = await sign_in("officer")
    answer = await officer.post("/children", {"q": "x"}, headers={"Origin": "http://["})
    assert answer.status_code == 403


async def test_a_forged_message_cookie_says_nothing(anonymous):
    answer = await anonymous.get("/sign-in", headers={b"cookie": "homeward-said=é.é".encode()})
    assert answer.status_code == 200


async def test_asking_for_the_methods_of_an_address_is_answered_without_a_page(anonymous):
    answer = await anonymous.request("OPTIONS", "/children/1")
    assert answer.status_code == 204
    assert "GET" in answer.headers["allow"]
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize(
    "elsewhere", ["/\t/evil.example", "/\n/evil.example", "/\r\nX-Evil: 1", "/\u202e/evil.example", "/é"]
)
async def test_signing_in_leads_only_to_a_plainly_written_page(anonymous, cast, clock, elsewhere):
    person = await _give_password(cast, "chair", clock)
    form = {"email": person.email, "password": PASSWORD, "next": elsewhere}
    answer = await anonymous.post("/sign-in", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_a_number_too_large_in_a_form_is_a_sentence(sign_in, clock):
    officer = await sign_in("officer")
    episode = await builders.an_episode(await builders.a_child(), clock.now)
    for number in (2**31, 10**20):
        answer = await officer.post(f"/episodes/{episode}/steps", {"version": str(number)})
        assert answer.status_code == 422
        assert "Check the version" in answer.text


async def test_an_item_with_an_endless_number_does_not_exist(sign_in):
    officer = await sign_in("officer")
    meeting = await builders.a_meeting()
    for key in ("9" * 20, "9" * 5000, "from-" + "9" * 20):
        answer = await officer.post(f"/meetings/{meeting}/agenda/deferred", {"key": key})
        assert answer.status_code == 404


async def test_a_file_in_the_place_of_a_text_counts_as_nothing(sign_in):
    officer = await sign_in("officer")
    file = ("a.txt", b"hello", "text/plain")
    answer = await officer.post(
        "/panels/mace/meetings/new", {"place": "Town Hall"}, files={"starts_on": file}
    )
    assert answer.status_code == 422
    assert "Enter the date of the meeting" in answer.text


async def test_a_meeting_in_the_year_one_is_a_sentence(sign_in):
    officer = await sign_in("officer")
    when = {"starts_on": "0001-01-01", "starts_time": "10:00", "length_minutes": "60"}
    answer = await officer.post("/panels/mace/meetings/new", when)
    assert answer.status_code == 422
    assert "Enter a real date" in answer.text


async def test_a_save_with_an_endless_version_keeps_both_texts(sign_in, clock):
    writer = await sign_in("minute_taker")
    meeting = await builders.a_meeting(starts_at=clock.now)
    item = await builders.an_item(meeting, await builders.a_child())
    answer = await writer.post(f"/meetings/{meeting}/minutes/items/{item}", {"version": "9" * 5000})
    assert answer.status_code == 428


@pytest.mark.parametrize("referer", ["http://[", "http://testserver//evil.example"])
async def test_a_form_sent_twice_never_leads_to_another_site(sign_in, referer):
    officer = await sign_in("officer")
    panel = {"name": "Edge panel", "kind": "mace", "submission_key": "the same twice"}
    assert (await officer.post("/panels", panel)).status_code == 303
    again = await officer.post("/panels", panel, headers={"Referer": referer})
    assert (again.status_code, again.headers["location"]) in ((303, "/"), (303, "/evil.example"))


@pytest.mark.parametrize("agency", ["0", "-1", "999", "2147483648", "9" * 20])
async def test_a_person_cannot_move_to_an_agency_that_is_not_there(sign_in, cast, agency):
    admin = await sign_in("admin")
    answer = await admin.post(f"/people/{cast.police.person_id}", {"name": "Percy", "agency_id": agency})
    assert answer.status_code == 422
    assert "Choose an agency from the list" in answer.text


async def test_a_child_with_an_endless_number_is_nobody_to_meet_about(sign_in):
    officer = await sign_in("officer")
    for number in ("9" * 20, "9" * 5000):
        answer = await officer.post("/panels/mace/meetings/new", {"child": number, "wanted": "a"})
        assert answer.status_code == 422


async def test_endless_numbers_leave_an_agenda_as_it_is(sign_in):
    officer = await sign_in("officer")
    meeting = await builders.a_meeting()
    left_off = {"field": "child", "value": "9" * 5000, "reason": "no"}
    assert (await officer.post(f"/meetings/{meeting}/agenda/left-off", left_off)).status_code == 409
    order = {"was-1": "9" * 5000, "minutes-1": "5"}
    assert (await officer.post(f"/meetings/{meeting}/agenda/order", order)).status_code < 500


async def test_flags_of_endless_length_are_a_sentence(sign_in):
    officer = await sign_in("officer")
    child = await builders.a_child()
    risk = {"assessed_on": "1/3/2025", "level": "high", "flags": "x" * 3000}
    answer = await officer.post(f"/children/{child}/risks", risk)
    assert answer.status_code == 422
    assert "longer than 2,000 characters" in answer.text


@pytest.mark.parametrize("day", ["0001-01-01", "0000-00-00", "9999-12-31", "29/2/2025", "86400"])
async def test_a_case_is_not_closed_on_a_day_that_no_panel_lived_through(sign_in, day):
    officer = await sign_in("officer")
    case = await builders.a_case("mace", await builders.a_child(), date(2026, 3, 1))
    closing = {"version": "1", "closed_on": day, "reason": "reduced-risk", "rationale": "Calm"}
    answer = await officer.post(f"/cases/{case}/closing", closing)
    assert answer.status_code == 422
    assert "Enter a real date" in answer.text


@pytest.mark.parametrize("records", ["children", "episodes"])
async def test_records_that_are_one_already_are_neither_merged_nor_told_apart_again(sign_in, clock, records):
    officer = await sign_in("officer")
    one, other = await builders.a_child(), await builders.a_child()
    address = f"/children/{one}/matches/{other}"
    if records == "episodes":
        one = await builders.an_episode(other, clock.now)
        other = await builders.an_episode(other, clock.now - timedelta(minutes=9))
        address = f"/episodes/{one}/duplicates/{other}"
    form = {"keep": one, "version": 1, "other_version": 1, "submission_key": "pressed ten times"}
    answers = await asyncio.gather(*(officer.post(address, form) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {303}
    for version in (1, 2):
        again = await officer.post(address, {"keep": one, "version": version, "other_version": version})
        assert again.status_code == 303
    assert (await officer.post(f"{address}/different")).status_code == 303
    assert await database.fetch_value("SELECT count(*) FROM merge") == 1
    assert await database.fetch_value("SELECT count(*) FROM no_match") == 0


async def test_what_goes_wrong_is_noted_without_what_was_written(sign_in, monkeypatch, caplog):
    async def fails(who: object, told: dict[str, object], **_: object) -> None:
        # the database quotes the row that it refuses
        await database.execute("INSERT INTO child (name, other_refs) VALUES ($1, NULL)", told["name"])

    monkeypatch.setattr("app.episodes.recording.children.record_child", fails)
    child = {"child_ref": "R1", "name": "Tabitha Quoted", "born_on": "1/2/2012"}
    answer = await (await sign_in("officer")).post("/children/new", child)
    assert answer.status_code == 500
    assert "Tabitha" not in answer.text + caplog.text
    assert "unexpected problem at /children/new" in caplog.text
    assert "NotNullViolationError" in caplog.text


FORMS_TWICE = {
    "/children/{child}/risks": {"assessed_on": "1/3/2025", "level": "high", "tool": "once"},
    "/children/{child}/episodes": {
        "category": "missing",
        "started_at_date": "1/3/2025",
        "started_at_time": "10:00",
    },
    "/episodes/{episode}/steps": {"version": "1", "immediate_concern": "true"},
    "/people/new": {"name": "Once Only", "email": "once@example.org", "agency_id": "{agency}"},
    "/agencies/new": {"name": "Once Only", "kind": "police"},
    "/places": {"name": "Once Only Arcade", "kind": "other"},
}


@pytest.mark.parametrize("address", FORMS_TWICE)
async def test_a_form_sent_ten_times_at_once_is_taken_once_and_never_called_wrong(
    sign_in, cast, clock, address
):
    asking = await sign_in("admin" if address.endswith("/new") else "officer")
    child = await builders.a_child()
    places = {
        "child": child,
        "episode": await builders.an_episode(child, clock.now),
        "agency": cast.police.agency_id,
    }
    form = {name: text.format(**places) for name, text in FORMS_TWICE[address].items()}
    form["submission_key"] = "the same ten times"
    answers = await asyncio.gather(*(asking.post(address.format(**places), form) for _ in range(10)))
    assert {answer.status_code for answer in answers} <= {200, 303}
    taken = "SELECT count(*) FROM history_entry WHERE submission_key = $1"
    assert await database.fetch_value(taken, form["submission_key"]) == 1
