"""The time an item took: from save to save, never more than the meeting lasted."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.minutes.pace.queries import minutes_used
from app.minutes.pace.rules import LONGEST_PAUSE, time_used, whole_minutes
from app.panels.meetings.queries import meeting_for
from tests.minutes.conftest import ENDED, STARTS

SECONDS = st.integers(-600, 4000)


@given(st.lists(st.tuples(st.integers(1, 3), SECONDS), max_size=20), st.randoms())
def test_together_the_items_never_took_longer_than_the_meeting(saves, mixer):
    instants = [(item, STARTS + timedelta(seconds=seconds)) for item, seconds in saves]
    used = time_used(instants, STARTS, ENDED)
    assert all(length >= timedelta() for length in used.values())
    assert set(used) == {item for item, at in instants if STARTS <= at < ENDED}
    # second by second: each belongs to the item saved next, unless that is more than the longest pause away
    inside = sorted({(at - STARTS, item) for item, at in instants if STARTS <= at < ENDED})
    counted = dict.fromkeys(used, 0)
    for second in range(int((ENDED - STARTS).total_seconds())):
        later = [(at, item) for at, item in inside if at > timedelta(seconds=second)]
        if later and later[0][0] - timedelta(seconds=second) <= LONGEST_PAUSE:
            counted[later[0][1]] += 1
    assert counted == {item: int(length.total_seconds()) for item, length in used.items()}
    mixer.shuffle(instants)
    assert time_used(instants, STARTS, ENDED) == used


def test_a_moment_is_a_minute_and_nothing_is_none():
    assert [whole_minutes(timedelta(seconds=seconds)) for seconds in (0, 1, 60, 61)] == [0, 1, 1, 2]


async def test_the_side_of_the_page_tells_the_time_used_against_the_time_planned(
    cast, clock, sign_in, make_meeting, discuss
):
    meeting = await make_meeting(2)
    for index, minutes in ((0, 4), (0, 7), (1, 30), (1, 55)):
        clock.now = STARTS + timedelta(minutes=minutes)
        await discuss(meeting, index, text=f"At minute {minutes}.")
    assert await minutes_used(await meeting_for(cast.chair, meeting.id)) == {
        meeting.items[0]: 7,
        meeting.items[1]: 10,
    }
    page = (await (await sign_in("minute_taker")).get(meeting.item_path())).text
    assert "7 of 10 min" in page
    assert "17 of 20 minutes used" in page
