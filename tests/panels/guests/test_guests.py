"""Guests: asked to one item, told of its time, and shown that item and nothing else."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from app import database
from app.main import create_app
from app.panels.guests.rules import slot_time
from app.panels.meetings.queries import meeting_for
from app.panels.versions.changes import issue_agenda
from app.web.routing import routes_of
from tests import builders
from tests.conftest import Browser, Cast, SignIn, TestClock

STARTS_AT = datetime(2026, 6, 17, 9, 0, tzinfo=UTC)  # 10am in London
ADDRESS = "http://testserver"


class Prepared:
    """A meeting with three children, ten minutes each; the second is the guest's."""

    def __init__(self, meeting: int, children: list[int], items: list[int]) -> None:
        self.meeting, self.children, self.items = meeting, children, items

    @property
    def path(self) -> str:
        return f"/meetings/{self.meeting}"


@pytest.fixture
async def prepared(cast: Cast) -> Prepared:
    meeting = await builders.a_meeting("mace", STARTS_AT, place="Civic Centre")
    names = ("Aspen Sampleworth", "Saffron Sampleworth", "Willow Sampleworth")
    children = [await builders.a_child(name=name) for name in names]
    items = [await builders.an_item(meeting, child, position=n) for n, child in enumerate(children, 1)]
    return Prepared(meeting, children, items)


async def ask(browser: Browser, prepared: Prepared, **fields: str) -> str:
    form = {
        "item_id": str(prepared.items[1]),
        "email": "outsider@cast.example.org",
        "capacity": "School or college",
    }
    answer = await browser.post(f"{prepared.path}/guests", form | fields)
    assert answer.status_code in (200, 303, 422), answer.status_code
    return answer.text


async def issue(cast: Cast, prepared: Prepared, clock: TestClock) -> None:
    meeting = await meeting_for(cast.chair, prepared.meeting)
    await issue_agenda(cast.chair, meeting, seen=meeting.version, address=ADDRESS, now=clock.now)


async def told(recipient: str = "outsider@cast.example.org") -> list[tuple[str, icalendar.Component]]:
    rows = await database.fetch(
        "SELECT calendar FROM outbox_message WHERE recipient = $1 AND calendar <> '' ORDER BY id", recipient
    )
    calendars = [icalendar.Calendar.from_ical(row["calendar"]) for row in rows]
    return [(str(calendar["METHOD"]), calendar.walk("VEVENT")[0]) for calendar in calendars]


def wall(event: icalendar.Component) -> str:
    return f"{event['DTSTART'].dt:%H:%M}-{event['DTEND'].dt:%H:%M}"


async def test_a_guest_sees_the_time_then_after_the_statement_the_child_and_nothing_else(
    sign_in: SignIn, cast: Cast, prepared: Prepared
) -> None:
    chair, guest = await sign_in("chair"), await sign_in("outsider")
    assert (await guest.get(f"{prepared.path}/slot")).status_code == 404
    await ask(chair, prepared)
    first = (await guest.get(f"{prepared.path}/slot")).text
    assert "10:10am, for 10 minutes" in first
    assert "Saffron" not in first
    done = await guest.post(f"{prepared.path}/confidentiality", {"back": "slot"})
    assert done.headers["location"] == f"{prepared.path}/slot"
    page = (await guest.get(f"{prepared.path}/slot")).text
    assert "Saffron Sampleworth" in page
    assert "Aspen" not in page
    assert "Willow" not in page
    reads = await database.fetch("SELECT person_id, child_ids FROM history_entry WHERE kind = 'slot read'")
    assert [(row["person_id"], row["child_ids"]) for row in reads] == [
        (cast.outsider.person_id, [prepared.children[1]])
    ]
    home = (await guest.get("/")).text
    assert f"{prepared.path}/slot" in home
    assert "Saffron" not in home


async def test_everything_else_of_the_meeting_is_closed_to_a_guest(
    sign_in: SignIn, cast: Cast, prepared: Prepared, clock: TestClock, house: object
) -> None:
    await ask(await sign_in("chair"), prepared)
    await issue(cast, prepared, clock)
    guest = await sign_in("outsider")
    await guest.post(f"{prepared.path}/confidentiality")
    own = {"/slot", "/reply", "/confidentiality"}
    walked = 0
    for method, path, _ in routes_of(create_app(house)):  # type: ignore[arg-type]
        if "{meeting_id:int}" not in path or path.removeprefix("/meetings/{meeting_id:int}") in own:
            continue
        address = path.replace("{meeting_id:int}", str(prepared.meeting))
        for name in ("item_id", "number", "slot_id"):
            address = address.replace(f"{{{name}:int}}", str(prepared.items[1]))
        if "{" in address or method not in ("GET", "POST"):
            continue
        answer = await (guest.get(address) if method == "GET" else guest.post(address))
        assert answer.status_code in (403, 404), f"{method} {path}: {answer.status_code}"
        walked += 1
    assert walked > 20
    assert (await guest.get(f"/children/{prepared.children[1]}")).status_code in (403, 404)


async def test_the_guests_time_follows_the_agenda_and_the_meeting(
    sign_in: SignIn, cast: Cast, prepared: Prepared, clock: TestClock
) -> None:
    chair = await sign_in("chair")
    await ask(chair, prepared)
    await issue(cast, prepared, clock)
    await database.execute("UPDATE agenda_item SET minutes = 25 WHERE id = $1", prepared.items[0])
    await issue(cast, prepared, clock)
    await database.execute("UPDATE agenda_item SET minutes = 40 WHERE id = $1", prepared.items[2])
    await issue(cast, prepared, clock)  # what comes after the guest's item does not concern them
    version = (await meeting_for(cast.chair, prepared.meeting)).version
    moved = {
        "starts_on": "2026-06-18",
        "starts_time": "14:00",
        "length_minutes": "120",
        "place": "Civic Centre",
    }
    assert (await chair.post(f"{prepared.path}/change", moved | {"version": str(version)})).status_code == 303
    found = await told()
    assert [(method, wall(event)) for method, event in found] == [
        ("REQUEST", "10:10-10:20"),
        ("REQUEST", "10:10-10:20"),
        ("REQUEST", "10:25-10:35"),
        ("REQUEST", "14:25-14:35"),
    ]
    assert len({str(event["UID"]) for _, event in found}) == 1
    sequences = [int(event["SEQUENCE"]) for _, event in found]
    assert sequences == sorted(set(sequences))
    rows = await database.fetch(
        "SELECT subject, body, calendar FROM outbox_message WHERE recipient = 'outsider@cast.example.org'"
    )
    assert not any("Saffron" in value for row in rows for value in row.values())


async def test_an_item_taken_off_an_issued_agenda_takes_its_guest_along(
    sign_in: SignIn, cast: Cast, prepared: Prepared, clock: TestClock
) -> None:
    await ask(await sign_in("chair"), prepared)
    await issue(cast, prepared, clock)
    await database.execute("UPDATE agenda_item SET status = 'left-off' WHERE id = $1", prepared.items[1])
    assert (await (await sign_in("outsider")).get(f"{prepared.path}/slot")).status_code == 404
    await issue(cast, prepared, clock)
    assert [method for method, _ in await told()] == ["REQUEST", "REQUEST", "CANCEL"]
    assert (await (await sign_in("outsider")).get(f"{prepared.path}/slot")).status_code == 404


async def test_a_guest_taken_off_is_told_and_sees_nothing_any_more(
    sign_in: SignIn, prepared: Prepared
) -> None:
    chair, guest = await sign_in("chair"), await sign_in("outsider")
    await ask(chair, prepared)
    await guest.post(f"{prepared.path}/reply", {"answer": "accept"})
    slot = await database.fetch_value("SELECT id FROM guest_slot")
    assert (await chair.post(f"{prepared.path}/guests/{slot}/ending")).status_code == 303
    assert [method for method, _ in await told()] == ["REQUEST", "CANCEL"]
    assert (await guest.get(f"{prepared.path}/slot")).status_code == 404
    assert "Otto Outsider" not in (await chair.get(f"{prepared.path}/attendance")).text
    assert (await chair.post(f"{prepared.path}/guests/{slot}/ending")).status_code == 404


async def test_cancelling_the_meeting_tells_its_guests(sign_in: SignIn, prepared: Prepared) -> None:
    chair, guest = await sign_in("chair"), await sign_in("outsider")
    await ask(chair, prepared)
    await guest.post(f"{prepared.path}/confidentiality")
    await chair.post(f"{prepared.path}/cancellation", {"reason": "Saffron is safe", "version": "1"})
    assert [method for method, _ in await told()] == ["REQUEST", "CANCEL"]
    page = (await guest.get(f"{prepared.path}/slot")).text
    assert "This meeting was cancelled" in page
    assert "Saffron" not in page


async def test_after_the_meeting_a_guest_sees_the_child_no_more(sign_in: SignIn, prepared: Prepared) -> None:
    await ask(await sign_in("chair"), prepared)
    guest = await sign_in("outsider")
    await guest.post(f"{prepared.path}/confidentiality")
    await database.execute("UPDATE meeting SET status = 'held' WHERE id = $1", prepared.meeting)
    page = (await guest.get(f"{prepared.path}/slot")).text
    assert "This meeting is over" in page
    assert "Saffron" not in page
    reads = "SELECT count(*) FROM history_entry WHERE kind = 'slot read'"
    assert await database.fetch_value(reads) == 0


async def test_a_guest_without_an_account_gets_one_without_a_role_and_the_link_is_shown_once(
    sign_in: SignIn, prepared: Prepared
) -> None:
    chair = await sign_in("chair")
    agency = await database.fetch_value("SELECT id FROM agency WHERE name = 'Faraway Charity'")
    unknown = {"email": " New.Teacher@School.example.org "}
    first = await ask(chair, prepared, **unknown)
    assert "Nobody here has this address yet" in first
    assert "Choose the agency the person works for" in first
    page = await ask(chair, prepared, **unknown, name="Tia Teacher", agency_id=str(agency))
    assert "http://testserver/set-password/" in page
    row = await database.fetch_one(
        "SELECT id, name, roles FROM person WHERE email = 'new.teacher@school.example.org'"
    )
    assert row is not None
    assert (row["name"], row["roles"]) == ("Tia Teacher", [])
    later = (await chair.get(f"{prepared.path}/guests")).text
    assert "set-password" not in later
    assert "Has not signed in yet" in later
    slot = await database.fetch_value("SELECT id FROM guest_slot")
    assert "/set-password/" in (await chair.post(f"{prepared.path}/guests/{slot}/link")).text
    await database.execute("UPDATE person SET password_hash = 'x' WHERE id = $1", row["id"])
    assert (await chair.post(f"{prepared.path}/guests/{slot}/link")).status_code == 422


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"email": "nobody"}, "Enter an e-mail address"),
        ({"email": "police@cast.example.org"}, "has a seat on this panel"),
        ({"item_id": "987654"}, "Choose an item that is on the agenda"),
        ({"item_id": ""}, "Choose which item the guest is asked to"),
        ({"capacity": "Reporter"}, "Choose in what capacity the guest comes"),
    ],
)
async def test_who_cannot_be_a_guest_is_refused_in_a_sentence(
    sign_in: SignIn, prepared: Prepared, fields: dict[str, str], words: str
) -> None:
    assert words in await ask(await sign_in("chair"), prepared, **fields)
    assert await database.fetch_value("SELECT count(*) FROM guest_slot") == 0


async def test_the_same_guest_is_asked_to_an_item_once(sign_in: SignIn, prepared: Prepared) -> None:
    chair = await sign_in("chair")
    await ask(chair, prepared)
    assert "asked to this item already" in await ask(chair, prepared)
    assert await database.fetch_value("SELECT count(*) FROM guest_slot") == 1


@pytest.mark.parametrize(
    ("name", "status"), [("police", 403), ("minute_taker", 403), ("manager", 403), ("admin", 403)]
)
async def test_only_chairs_and_officers_ask_guests(
    sign_in: SignIn, prepared: Prepared, name: str, status: int
) -> None:
    browser = await sign_in(name)
    assert (await browser.get(f"{prepared.path}/guests")).status_code == status
    assert (await browser.post(f"{prepared.path}/guests", {})).status_code == status


async def test_a_restricted_item_is_offered_to_nobody_who_may_not_see_it(
    sign_in: SignIn, prepared: Prepared
) -> None:
    await ask(await sign_in("chair"), prepared)
    await database.execute(
        "UPDATE agenda_item SET restricted = true, open_title = 'Restricted matter' WHERE id = $1",
        prepared.items[1],
    )
    officer = await sign_in("officer")
    page = (await officer.get(f"{prepared.path}/guests")).text
    assert "Saffron" not in page
    assert "Restricted matter" in page
    assert "Choose an item that is on the agenda" in await ask(officer, prepared, email="x@example.org")


async def test_a_guest_is_on_the_attendance_page_and_makes_no_quorum(
    sign_in: SignIn, cast: Cast, prepared: Prepared, clock: TestClock
) -> None:
    await ask(await sign_in("chair"), prepared)
    await issue(cast, prepared, clock)
    await (await sign_in("outsider")).post(f"{prepared.path}/reply", {"answer": "accept"})
    clock.now = STARTS_AT + timedelta(hours=1)
    taker = await sign_in("minute_taker")
    key = f"p{cast.outsider.person_id}"
    form = {f"status-{key}": "present", f"deputy-{key}": "", f"was-{key}": "accepted|"}
    assert (await taker.post(f"{prepared.path}/attendance", form)).status_code == 303
    page = (await taker.get(f"{prepared.path}/attendance")).text
    assert "Otto Outsider" in page
    assert "Guest, for one item" in page
    assert "Nobody has been noted yet" in page  # nobody who counts


async def test_a_guest_cannot_send_a_deputy(sign_in: SignIn, prepared: Prepared) -> None:
    await ask(await sign_in("chair"), prepared)
    guest = await sign_in("outsider")
    assert "a deputy comes for me" not in (await guest.get(f"{prepared.path}/reply")).text
    answer = await guest.post(f"{prepared.path}/reply", {"answer": "deputy", "deputy_name": "Dee Puty"})
    assert answer.status_code == 422


async def test_a_slot_is_in_the_guests_own_calendar(sign_in: SignIn, prepared: Prepared) -> None:
    await ask(await sign_in("chair"), prepared)
    page = (await (await sign_in("outsider")).get("/calendar")).text
    assert f"{prepared.path}/slot" in page
    assert "10:10am" in page
    assert "Saffron" not in page


def test_a_turn_comes_after_the_minutes_of_those_before() -> None:
    items = [{"item": 1, "minutes": 5}, {"item": 2, "minutes": 20}, {"item": 3, "minutes": 10}]
    assert slot_time(STARTS_AT, 1, items) == (STARTS_AT, 5)
    assert slot_time(STARTS_AT, 3, items) == (STARTS_AT + timedelta(minutes=25), 10)
    assert slot_time(STARTS_AT, 4, items) is None
