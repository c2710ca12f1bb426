"""Meetings that a child's episodes call for: listed by themselves, convened by one press, left off with a reason."""

import asyncio
import re
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app import database
from app.london import LONDON, is_working_day
from app.panels.convening.queries import count_to_convene, to_convene
from app.panels.convening.rules import Called, Convening, Missed, free_slot
from app.panels.terms.queries import standing_panel
from tests import builders
from tests.conftest import Browser, Cast, SignIn, TestClock
from tests.panels.together import several_connections

PAGE = "/panels/repeat-missing/to-convene"
TODAY = date(2026, 6, 10)


async def a_triggered_child(last: date, name: str = "", days: int = 5) -> int:
    """Missing three times, the third time on this day at 8pm in London."""
    child = await builders.a_child(**{"name": name} if name else {})
    for back in (2 * days, days, 0):
        await builders.an_episode(
            child, datetime.combine(last - timedelta(days=back), time(20), LONDON).astimezone(UTC)
        )
    return child


def form_of(text: str, child: int) -> dict[str, str]:
    """The fields of the one-press form of a child."""
    form = text.split(f'action="{PAGE}/{child}" method="post"')[1].split("</form>")[0]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


async def press(browser: Browser, child: int) -> int:
    text = (await browser.get(PAGE)).text
    return (await browser.post(f"{PAGE}/{child}", form_of(text, child))).status_code


async def test_children_are_listed_by_due_date_with_overdue_ones_first(sign_in: SignIn) -> None:
    await a_triggered_child(date(2026, 6, 8), "Newly Triggered")
    await a_triggered_child(date(2026, 5, 18), "Long Overdue")
    text = (await (await sign_in("chair")).get(PAGE)).text
    assert text.index("Long Overdue") < text.index("Newly Triggered")
    assert "2 children need a meeting" in text
    assert "1 overdue" in text
    assert "meeting due by 22 June 2026" in text
    home = (await (await sign_in("officer")).get("/")).text
    assert "2 meetings to convene" in home
    assert "1 past its date" in home
    assert "to convene" not in (await (await sign_in("police")).get("/")).text


async def test_the_home_page_counts_as_the_list_does(sign_in: SignIn, clock: TestClock) -> None:
    """With a child who has a meeting, one left off, one overdue, one missed, one whose start is just too old."""
    last_days = [date(2026, 6, 8), date(2026, 6, 9), date(2026, 5, 18), date(2026, 5, 27), date(2026, 5, 26)]
    for last in (*last_days, date(2026, 3, 13), date(2026, 3, 12), date(2026, 3, 11), date(2026, 2, 1)):
        child = await a_triggered_child(last)
    await a_triggered_child(date(2026, 6, 1), days=60)
    browser = await sign_in("chair")
    assert await press(browser, child - 8) == 303
    left_off = await browser.post(f"{PAGE}/{child - 7}/leaving-off", {"reason": "Discussed at MACE"})
    assert left_off.status_code == 303
    panel = await standing_panel("repeat-missing")
    assert panel is not None
    found = await to_convene(panel, TODAY, clock.now)
    assert len(found.due) > found.overdue(TODAY) > 1
    assert await count_to_convene(panel, TODAY, clock.now) == (len(found.due), found.overdue(TODAY))


async def test_one_press_plans_the_meeting_with_its_trigger(sign_in: SignIn, cast: Cast) -> None:
    child = await a_triggered_child(date(2026, 6, 8))
    browser = await sign_in("chair")
    assert await press(browser, child) == 303
    meeting = await database.fetch_one("SELECT * FROM meeting")
    assert meeting is not None
    last = await database.fetch_value("SELECT id FROM episode ORDER BY started_at DESC LIMIT 1")
    assert (meeting["child"], meeting["trigger_episode"], meeting["status"]) == (child, last, "planned")
    assert meeting["starts_at"] == datetime(2026, 6, 11, 9, 0, tzinfo=UTC)
    assert (meeting["chair"], meeting["minute_taker"]) == (cast.chair.person_id, cast.minute_taker.person_id)
    assert await database.fetch_value("SELECT count(*) FROM agenda_item WHERE child = $1", child) == 1
    text = (await browser.get(PAGE)).text
    assert "No meeting is to be convened" in text
    assert "Thursday 11 June 2026, 10am" in text


async def test_two_who_press_at_once_make_one_meeting(sign_in: SignIn) -> None:
    child = await a_triggered_child(date(2026, 6, 8))
    chair, officer = await sign_in("chair"), await sign_in("officer")
    await several_connections()
    # everybody has the page open before the first one presses
    forms = [(who, form_of((await who.get(PAGE)).text, child)) for who in (chair, officer, chair, officer)]
    answers = await asyncio.gather(*(who.post(f"{PAGE}/{child}", form) for who, form in forms))
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(303) == 1
    assert set(statuses) == {303, 409}
    assert await database.fetch_value("SELECT count(*) FROM meeting") == 1


async def test_each_child_of_a_list_is_offered_a_time_of_its_own(sign_in: SignIn) -> None:
    children = [await a_triggered_child(date(2026, 6, 8)) for _ in range(3)]
    browser = await sign_in("chair")
    text = (await browser.get(PAGE)).text
    forms = [form_of(text, child) for child in children]
    assert len({(form["starts_on"], form["starts_time"]) for form in forms}) == 3
    for child, form in zip(children, forms, strict=True):
        assert (await browser.post(f"{PAGE}/{child}", form)).status_code == 303


async def test_the_form_offers_another_time_and_keeps_what_was_typed(sign_in: SignIn) -> None:
    child = await a_triggered_child(date(2026, 6, 8))
    browser = await sign_in("chair")
    text = (await browser.get(f"{PAGE}/{child}")).text
    assert 'value="2026-06-11"' in text
    assert 'value="10:00"' in text
    past = {"starts_on": "2026-06-01", "starts_time": "10:00", "length_minutes": "60", "place": "Room 4"}
    answer = await browser.post(f"{PAGE}/{child}", past)
    assert answer.status_code == 422
    assert "This is in the past" in answer.text
    assert 'value="Room 4"' in answer.text


async def test_leaving_off_needs_a_reason_and_holds_until_a_later_episode(
    sign_in: SignIn, clock: TestClock
) -> None:
    child = await a_triggered_child(date(2026, 6, 8), "Left Alone")
    browser = await sign_in("chair")
    answer = await browser.post(f"{PAGE}/{child}/leaving-off", {"reason": " "})
    assert answer.status_code == 422
    assert "Enter why nobody meets about this child" in answer.text
    answer = await browser.post(f"{PAGE}/{child}/leaving-off", {"reason": "Discussed at MACE on Monday"})
    assert answer.status_code == 303
    text = (await browser.get(PAGE)).text
    assert "No meeting is to be convened" in text
    assert "Discussed at MACE on Monday" in text
    assert await press_status(browser, child) == 409
    await builders.an_episode(child, datetime(2026, 6, 9, 20, tzinfo=UTC))
    panel = await standing_panel("repeat-missing")
    assert panel is not None
    assert [one.child_id for one in (await to_convene(panel, TODAY, clock.now)).due] == [child]


async def press_status(browser: Browser, child: int) -> int:
    fields = {"starts_on": "2026-06-15", "starts_time": "10:00", "length_minutes": "60"}
    return (await browser.post(f"{PAGE}/{child}", fields)).status_code


async def test_a_child_left_off_by_mistake_is_put_back(sign_in: SignIn) -> None:
    child = await a_triggered_child(date(2026, 6, 8))
    browser = await sign_in("chair")
    await browser.post(f"{PAGE}/{child}/leaving-off", {"reason": "A mistake"})
    left_off = await database.fetch_value("SELECT id FROM not_convened")
    address = f"{PAGE}/left-off/{left_off}/withdrawal"
    assert (await browser.post(address)).status_code == 303
    assert (await browser.post(address)).status_code == 404
    assert "1 child needs a meeting" in (await browser.get(PAGE)).text


async def test_a_meeting_past_its_time_to_be_proposed_is_named_as_missed(sign_in: SignIn) -> None:
    await a_triggered_child(date(2026, 2, 10), "Missed Altogether")
    text = (await (await sign_in("chair")).get(PAGE)).text
    assert "No meeting is to be convened" in text
    assert "Missed Altogether" in text
    assert "no meeting was held within 90 days" in text


async def test_the_list_is_for_who_plans_and_for_panels_that_meet_about_one_child(
    sign_in: SignIn, cast: Cast
) -> None:
    child = await a_triggered_child(date(2026, 6, 8), "Not For All")
    other = await builders.a_child(name="Nobody Called")
    chair = await sign_in("chair")
    assert (await chair.get("/panels/mace/to-convene")).status_code == 404
    assert (await chair.get(f"{PAGE}/{other}")).status_code == 404
    assert (await chair.post(f"{PAGE}/{other}", {})).status_code == 404
    for name in ("police", "minute_taker", "manager", "admin", "outsider"):
        browser = await sign_in(name)
        for address in (PAGE, f"{PAGE}/{child}", f"{PAGE}/{child}/leaving-off"):
            answer = await browser.get(address)
            assert answer.status_code == 403
            assert "Not For All" not in answer.text
    reads = "SELECT count(*) FROM history_entry WHERE kind = 'panel read' AND child_ids @> ARRAY[$1::bigint]"
    before = await database.fetch_value(reads, child)
    await chair.get(PAGE)
    assert await database.fetch_value(reads, child) == before + 1


@given(
    today=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    due=st.integers(-20, 30),
    length=st.sampled_from([30, 60, 120, 240]),
    taken=st.lists(
        st.tuples(st.integers(0, 12), st.integers(8, 18), st.sampled_from([30, 90, 480])), max_size=12
    ),
)
@settings(max_examples=200, deadline=None)
def test_the_time_offered_is_the_first_free_one_on_a_working_day(
    today: date, due: int, length: int, taken: list[tuple[int, int, int]]
) -> None:
    busy = [
        (datetime.combine(today + timedelta(days=days), time(hour), LONDON).astimezone(UTC), minutes)
        for days, hour, minutes in taken
    ]
    found = free_slot(today + timedelta(days=due), today, length, busy)
    candidates = [
        (today + timedelta(days=days), time(hour, minute))
        for days in range(1, 60)
        for hour in range(10, 17)
        for minute in (0, 30)
        if is_working_day(today + timedelta(days=days))
    ]

    def is_free(day: date, clock: time) -> bool:
        starts = datetime.combine(day, clock, LONDON)
        ends = starts + timedelta(minutes=length)
        if ends.time() > time(17, 30) or ends.date() != day:
            return False
        return all(ends <= other or other + timedelta(minutes=minutes) <= starts for other, minutes in busy)

    assert found == next((one for one in candidates if is_free(*one)), None)


def test_every_child_who_is_due_stands_on_one_page_and_the_others_on_the_first() -> None:
    day = date(2026, 6, 1)
    due = tuple(Called(n, "", day, day, n, datetime(2026, 6, 1, tzinfo=UTC)) for n in range(60))
    everything = Convening(due, missed=tuple(Missed(n, "") for n in range(100, 103)))
    pages = [everything.on_page(number, 25, 2) for number in (1, 2, 3, 4)]
    assert tuple(one for page in pages for one in page.due) == due
    assert [len(page.due) for page in pages] == [25, 25, 10, 0]
    assert [len(page.missed) for page in pages] == [2, 0, 0, 0]
