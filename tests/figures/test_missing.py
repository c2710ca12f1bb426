"""Missing episodes: what councils printed, and the edges of the definition, each worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app import database
from app.figures.catalogue import FIGURES, figure_for
from app.figures.rules import Question, Share
from tests import builders

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)


def at(year: int, month: int, day: int, hour: int = 12, minute: int = 0, fold: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON, fold=fold).astimezone(UTC)


async def missing(first: date, after: date, **asked: Any) -> dict[str, Any]:
    question = Question(first, after, asked.pop("now", NOW), ("Exampleshire",), **asked)
    figure = await figure_for(FIGURES["missing"], question)
    return {v.key: (v.numerator, v.denominator) if isinstance(v, Share) else v.value for v in figure.values}


JUNE = (date(2026, 6, 1), date(2026, 7, 1))


async def test_thurrocks_table_comes_out_of_matching_records(db: None) -> None:
    """Thurrock, August to November 2023, children in care: episodes, children, returned within 24 hours."""
    table = {8: (33, 15, 22), 9: (37, 15, 26), 10: (33, 17, 24), 11: (26, 11, 18)}
    children = [await builders.a_child(legal_status="cla") for _ in range(20)]
    outside = await builders.a_child(legal_status="cin")
    for month, (episodes, of_children, in_time) in table.items():
        for number in range(episodes):
            started_at = at(2023, month, 1 + number % 27, 18)
            hours = 24 if number < in_time else 25
            await builders.an_episode(
                children[number % of_children],
                started_at + timedelta(minutes=number),
                reported_at=started_at + timedelta(minutes=number + 30),
                returned_at=started_at + timedelta(minutes=number + 30, hours=hours),
            )
        await builders.an_episode(outside, at(2023, month, 5))
    question = Question(date(2023, 8, 1), date(2023, 12, 1), NOW, ("Thurrock",), legal_status="cla")
    figure = await figure_for(FIGURES["missing"], question)
    printed = {}
    for month, values in figure.by_month:
        by_key = {value.key: value for value in values}
        returned = by_key["returned_24h"]
        assert isinstance(returned, Share)
        printed[month.month] = (by_key["episodes"].value, by_key["children"].value, returned.numerator)  # type: ignore[union-attr]
        assert returned.denominator == by_key["episodes"].value  # type: ignore[union-attr]
        # the paper cuts off what we round: 22 of 33 is printed as 66 %
        assert returned.numerator * 100 // returned.denominator == {8: 66, 9: 70, 10: 72, 11: 69}[month.month]
    assert printed == table
    shares = [
        v.percent
        for _, values in figure.by_month
        for v in values
        if isinstance(v, Share) and v.key == "returned_24h"
    ]
    assert shares == [66.7, 70.3, 72.7, 69.2]


async def test_a_window_begins_at_london_midnight_and_ends_before_the_next(db: None) -> None:
    child = await builders.a_child()
    inside = [datetime(2026, 5, 31, 23, 0, tzinfo=UTC), datetime(2026, 6, 30, 22, 59, 59, 999999, tzinfo=UTC)]
    outside = [
        datetime(2026, 5, 31, 22, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 6, 30, 23, 0, tzinfo=UTC),
    ]
    for started_at in inside + outside:
        await builders.an_episode(child, started_at)
    assert (await missing(*JUNE, now=NOW + timedelta(days=90)))["episodes"] == 2


@pytest.mark.parametrize(
    ("started_at", "returned_at", "in_time"),
    [
        (at(2026, 3, 28, 20), at(2026, 3, 29, 21), True),  # a day of 23 hours: 24 elapsed
        (at(2026, 3, 28, 20), at(2026, 3, 29, 21, 1), False),
        (at(2025, 10, 25, 20), at(2025, 10, 26, 19), True),  # a day of 25 hours
        (at(2025, 10, 25, 20), at(2025, 10, 26, 19, 1), False),
        (at(2025, 10, 25, 1, 30), at(2025, 10, 26, 1, 30, fold=0), True),
        (at(2025, 10, 25, 1, 30), at(2025, 10, 26, 1, 30, fold=1), False),
    ],
)
async def test_24_hours_are_elapsed_hours_also_when_the_clocks_change(
    db: None, started_at: datetime, returned_at: datetime, in_time: bool
) -> None:
    await builders.an_episode(
        await builders.a_child(), started_at, reported_at=started_at, returned_at=returned_at
    )
    said = await missing(date(2025, 10, 1), date(2026, 6, 1))
    assert said["returned_24h"] == (int(in_time), 1)
    assert said["clock_from_start"] == 0


async def test_an_open_episode_is_pending_until_24_hours_have_passed_and_then_counts_as_no(db: None) -> None:
    await builders.an_episode(await builders.a_child(), NOW - timedelta(hours=24), returned_at=None)
    said = await missing(*JUNE, now=NOW - timedelta(microseconds=1))
    assert (said["returned_24h"], said["pending_24h"], said["still_missing"]) == ((0, 0), 1, 1)
    said = await missing(*JUNE)
    assert (said["returned_24h"], said["pending_24h"], said["clock_from_start"]) == ((0, 1), 0, 1)


async def test_as_at_a_past_day_later_returns_reports_and_contacts_have_not_happened(db: None) -> None:
    child = await builders.a_child()
    await builders.an_episode(
        child,
        at(2026, 6, 2, 23, 30),
        reported_at=at(2026, 6, 3, 1),
        returned_at=at(2026, 6, 3, 2),
        sw_contact_at=at(2026, 6, 4, 9),
    )
    then = await missing(*JUNE, as_at=date(2026, 6, 2))
    assert (then["episodes"], then["still_missing"], then["pending_24h"], then["sw_contact"]) == (
        1,
        1,
        1,
        (0, 0),
    )
    assert (await missing(*JUNE, as_at=date(2026, 6, 1)))["episodes"] == 0
    assert (await missing(*JUNE, as_at=date(2026, 6, 3)))["sw_contact"] == (0, 1)
    now = await missing(*JUNE)
    assert (now["still_missing"], now["returned_24h"], now["sw_contact"]) == (0, (1, 1), (1, 1))


async def test_a_return_at_the_midnight_that_ends_the_day_belongs_to_the_next(db: None) -> None:
    await builders.an_episode(await builders.a_child(), at(2026, 6, 2, 20), returned_at=at(2026, 6, 3, 0))
    assert (await missing(*JUNE, as_at=date(2026, 6, 2)))["still_missing"] == 1
    assert (await missing(*JUNE, as_at=date(2026, 6, 3)))["still_missing"] == 0


async def test_a_blank_end_of_a_statutory_return_is_open_only_up_to_the_last_day_it_covers(db: None) -> None:
    await builders.an_episode(
        await builders.a_child(),
        at(2026, 3, 20, 0),
        returned_at=None,
        date_only=["started_at"],
        end_unknown_after=date(2026, 3, 31),
        source="ssda903",
    )
    window = (date(2026, 3, 1), date(2026, 4, 1))
    assert (await missing(*window, as_at=date(2026, 3, 31)))["still_missing"] == 1
    after = await missing(*window, as_at=date(2026, 4, 1))
    assert (after["episodes"], after["still_missing"], after["returned_24h"], after["date_only_24h"]) == (
        1,
        0,
        (0, 0),
        1,
    )


async def test_dates_without_a_time_stay_out_of_the_24_hours(db: None) -> None:
    child = await builders.a_child()
    day = at(2026, 6, 2, 0)
    await builders.an_episode(child, day, returned_at=at(2026, 6, 2, 9), date_only=["started_at"])
    # the report has an hour, so the clock is known although the start is not
    await builders.an_episode(
        child,
        at(2026, 6, 3, 0),
        reported_at=at(2026, 6, 3, 5),
        returned_at=at(2026, 6, 3, 9),
        date_only=["started_at"],
    )
    await builders.an_episode(
        child, at(2026, 6, 4, 8), returned_at=at(2026, 6, 5, 0), date_only=["returned_at"]
    )
    said = await missing(*JUNE)
    assert (said["returned_24h"], said["date_only_24h"], said["clock_from_start"]) == ((1, 1), 2, 0)


async def test_only_missing_counts_and_a_merged_duplicate_counts_once(db: None) -> None:
    child = await builders.a_child()
    kept = await builders.an_episode(child, at(2026, 6, 2))
    await builders.an_episode(child, at(2026, 6, 2, 13), merged_into=kept)
    for number, category in enumerate(("away", "absent", "curfew")):
        await builders.an_episode(child, at(2026, 6, 3 + number), category=category)
    said = await missing(*JUNE)
    assert (said["episodes"], said["children"], said["sw_contact"]) == (1, 1, (0, 1))


async def test_three_starts_in_the_window_make_a_child_repeatedly_missing(db: None) -> None:
    child = await builders.a_child()
    for day in (31, 1, 2):
        await builders.an_episode(child, at(2026, 6 if day < 30 else 5, day))
    assert (await missing(*JUNE))["repeat_children"] == 0
    await builders.an_episode(child, at(2026, 6, 3))
    assert (await missing(*JUNE))["repeat_children"] == 1


async def test_under_16_is_read_on_the_london_day_of_the_start(db: None) -> None:
    sixteen_that_day = await builders.a_child(born_on=date(2010, 6, 3))
    await builders.an_episode(sixteen_that_day, datetime(2026, 6, 2, 23, 30, tzinfo=UTC))  # 3 June in London
    assert (await missing(*JUNE))["children_under_16"] == 0
    await builders.an_episode(sixteen_that_day, datetime(2026, 6, 2, 22, 30, tzinfo=UTC))
    assert (await missing(*JUNE))["children_under_16"] == 1
    await builders.an_episode(await builders.a_child(born_on=None), at(2026, 6, 4))
    said = await missing(*JUNE)
    assert (said["children_under_16"], said["children_age_unknown"]) == (1, 1)


async def test_a_child_with_both_counts_under_the_latest_episode_and_episodes_add_up(db: None) -> None:
    child = await builders.a_child(responsible_authority="Faraway")
    await builders.an_episode(child, at(2026, 6, 2), responsible_authority=" exampleshire ")
    await builders.an_episode(child, at(2026, 6, 3), responsible_authority="")
    await builders.an_episode(child, at(2026, 6, 4))
    said = {side: await missing(*JUNE, authority=side) for side in ("all", "own", "ola")}
    assert [said[side]["episodes"] for side in said] == [3, 2, 1]
    assert [said[side]["children"] for side in said] == [1, 0, 1]
    assert [said[side]["repeat_children"] for side in said] == [1, 0, 1]


async def test_placed_and_legal_status_come_from_the_episode_else_from_the_child(db: None) -> None:
    child = await builders.a_child(placed_in="Seaside", legal_status="cla")
    await builders.an_episode(child, at(2026, 6, 2))
    await builders.an_episode(child, at(2026, 6, 3), placed_in="EXAMPLESHIRE", legal_status="cin")
    assert (await missing(*JUNE, placed="here"))["episodes"] == 1
    assert (await missing(*JUNE, placed="away"))["episodes"] == 1
    assert (await missing(*JUNE, legal_status="cla"))["episodes"] == 1
    assert (await missing(*JUNE, legal_status="none"))["episodes"] == 0


async def test_known_at_replays_what_had_been_recorded(db: None) -> None:
    child = await builders.a_child(responsible_authority="Faraway")
    episode = await builders.an_episode(child, at(2026, 6, 2), returned_at=None)
    gone = await builders.an_episode(child, at(2026, 6, 3))
    before = await database.fetch_value("SELECT clock_timestamp()")
    await database.execute("UPDATE episode SET returned_at = $2 WHERE id = $1", episode, at(2026, 6, 2, 15))
    await database.execute("UPDATE child SET responsible_authority = '' WHERE id = $1", child)
    await database.execute("DELETE FROM episode WHERE id = $1", gone)
    then = await missing(*JUNE, known_at=before, authority="ola")
    assert (then["episodes"], then["still_missing"]) == (2, 1)
    assert (await missing(*JUNE, known_at=before, authority="own"))["episodes"] == 0
    now = await missing(*JUNE, authority="own")
    assert (now["episodes"], now["still_missing"]) == (1, 0)
    long_before = before - timedelta(days=1)
    assert (await missing(*JUNE, known_at=long_before))["episodes"] == 0


async def test_an_authority_without_records_gets_noughts_and_dashes(db: None) -> None:
    said = await missing(date(2025, 6, 1), date(2026, 6, 1))
    assert said["episodes"] == 0
    assert said["returned_24h"] == (0, 0)
    assert said["episodes_per_month"] == 0.0
