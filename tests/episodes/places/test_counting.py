"""Places are counted from what episodes say: against a plain count, over spellings, months, hours and merges."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.episodes.places.rules import (
    Mention,
    NameFacts,
    PlaceFacts,
    Spelling,
    by_name,
    kept_places,
    mentions_by_place,
    months_shown,
    story_of,
    time_of_day,
)
from app.london import LONDON

SAID = (
    "Oak House",
    "oak  house",
    "OAK HOUSE ",
    "The Oak",
    "Station",
    "station",
    "Straße",
    "STRASSE",
    "  ",
    "Park",
)


def places(*into: int | None) -> list[PlaceFacts]:
    return [
        PlaceFacts(number, f"P{number}", "other", "", "", "", one, 1) for number, one in enumerate(into, 1)
    ]


mentions = st.lists(
    st.tuples(st.sampled_from(SAID), st.integers(1, 9), st.integers(1, 4), st.booleans()), max_size=40
)
assigned = st.dictionaries(st.sampled_from(["oak house", "the oak", "station", "strasse"]), st.integers(1, 4))


@given(mentions, assigned, st.lists(st.none() | st.integers(1, 4), min_size=4, max_size=4))
def test_counts_by_place_equal_a_plain_count(
    told: list[tuple[str, int, int, bool]], names: dict[str, int], into: list[int | None]
) -> None:
    kept = kept_places(places(*into))
    found = mentions_by_place(
        [Spelling(said, home, [episode], [child]) for said, episode, child, home in told],
        by_name([NameFacts(n, place, name) for n, (name, place) in enumerate(names.items())], kept),
    )
    plain: dict[object, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for said, episode, child, _ in told:
        name = " ".join(said.casefold().split())
        if not name:
            continue
        place = names.get(name)
        seen = set()
        while place is not None and into[place - 1] is not None and place not in seen:
            seen.add(place)
            if into[place - 1] in seen:
                break
            place = into[place - 1]
        plain[place or name][0].add(episode)
        plain[place or name][1].add(child)
    assert sorted((one.episodes, one.children) for one in found) == sorted(
        (len(episodes), len(children)) for episodes, children in plain.values()
    )
    assert {one.place_id for one in found if one.place_id} == {key for key in plain if isinstance(key, int)}


instants = st.datetimes(datetime(2025, 7, 1), datetime(2026, 6, 30)).map(  # noqa: DTZ001 the zone comes next
    lambda at: at.replace(tzinfo=UTC)
)


@given(
    st.lists(st.tuples(st.integers(1, 12), st.sampled_from(["from", "found"])), max_size=20),
    st.lists(instants, min_size=12, max_size=12),
)
def test_a_place_s_story_equals_a_plain_count(told: list[tuple[int, str]], starts: list[datetime]) -> None:
    """Twelve episodes of four children, each beginning or ending at the place, or both."""
    given_ones = [
        Mention(episode, episode % 4, starts[episode - 1], how, starts[episode - 1] + timedelta(hours=5))
        for episode, how in sorted(set(told))
    ]
    months = months_shown(date(2026, 6, 30))
    story = story_of(given_ones, months)
    episodes = {one.episode_id for one in given_ones}
    assert story.episodes == len(episodes) == sum(month.episodes for month in story.months)
    assert story.children == len({episode % 4 for episode in episodes}) == len(story.there)
    for month in story.months:
        began = {
            episode
            for episode in episodes
            if starts[episode - 1].astimezone(LONDON).strftime("%Y-%m") == month.month.strftime("%Y-%m")
        }
        assert (month.episodes, month.children) == (len(began), len({one % 4 for one in began}))
    assert sum(time.left for time in story.times) == story.left
    assert sum(time.found for time in story.times) == story.found
    assert sum(child.episodes for child in story.there) == story.episodes


def test_the_time_of_day_is_that_of_the_london_clock() -> None:
    winter, summer = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 7, 5, tzinfo=UTC)
    assert time_of_day(winter.replace(hour=5, minute=59)) == "night"
    assert time_of_day(winter.replace(hour=6)) == "morning"
    assert time_of_day(summer.replace(hour=5)) == "morning"
    assert time_of_day(summer.replace(hour=10, minute=59)) == "morning"
    assert time_of_day(summer.replace(hour=11)) == "afternoon"
    assert time_of_day(winter.replace(hour=18)) == "evening"
    assert time_of_day(summer.replace(hour=21)) == "night"
    assert time_of_day(None) == "unknown"


def test_twelve_months_end_with_this_one() -> None:
    months = months_shown(date(2026, 3, 31))
    assert (len(months), months[0], months[-1]) == (12, date(2025, 4, 1), date(2026, 3, 1))


def test_a_ring_of_merges_does_not_hang() -> None:
    assert kept_places(places(2, 1, None))[3] == 3
