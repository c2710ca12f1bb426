"""Recall after closure: printed and fair, on the edges of twelve months, worked out by hand."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.figures.catalogue import FIGURES, figure_for
from app.figures.rules import Estimate, Measure, Question, Share
from tests import builders
from tests.figures.test_missing import NOW

YEAR = (date(2024, 1, 1), date(2025, 1, 1))


async def asked(first: date, after: date, **more: Any) -> dict[str, Measure]:
    question = Question(first, after, more.pop("now", NOW), ("Exampleshire",), **more)
    return {value.key: value for value in (await figure_for(FIGURES["recall"], question)).values}


async def recall(first: date, after: date, **more: Any) -> dict[str, Any]:
    found = await asked(first, after, **more)
    return {k: (v.numerator, v.denominator) if isinstance(v, Share) else v.value for k, v in found.items()}


async def closed_case(closed_on: date, reason: str = "reduced-risk", child: int = 0, **columns: Any) -> int:
    """A case of three months; returns its child."""
    child = child or await builders.a_child(**columns)
    accepted_on = (
        date(closed_on.year - 1, 12, 1)
        if closed_on.month < 4
        else closed_on.replace(month=closed_on.month - 3, day=1)
    )
    await builders.a_case(
        "mace", child, accepted_on, first_meeting_on=accepted_on, closed_on=closed_on, closure_reason=reason
    )
    return child


async def referral(child: int, day: date, threshold: str = "met", slug: str = "mace") -> None:
    panel = await builders.panel_id(slug)
    await builders.insert("referral", panel=panel, child=child, referred_on=day, threshold=threshold)


@pytest.mark.parametrize(
    ("day", "threshold", "slug", "recalled"),
    [
        (date(2024, 5, 10), "met", "mace", 0),  # the day of closure belongs to the case
        (date(2024, 5, 11), "met", "mace", 1),
        (date(2025, 5, 10), "met", "mace", 1),
        (date(2025, 5, 11), "met", "mace", 0),
        (date(2024, 9, 1), "not-met", "mace", 0),
        (date(2024, 9, 1), "met", "general", 0),
    ],
)
async def test_a_recall_comes_after_the_closure_and_within_twelve_months(
    db: None, day: date, threshold: str, slug: str, recalled: int
) -> None:
    child = await closed_case(date(2024, 5, 10))
    await referral(child, day, threshold, slug)
    assert (await recall(*YEAR))["recalled_12m"] == (recalled, 1)


async def test_a_closure_waits_until_its_twelve_months_have_ended(db: None) -> None:
    await closed_case(date(2024, 5, 10))
    said = await recall(*YEAR, as_at=date(2025, 5, 9))
    assert (said["recalled_12m"], said["waiting_12m"]) == ((0, 0), 1)
    said = await recall(*YEAR, as_at=date(2025, 5, 10))
    assert (said["recalled_12m"], said["waiting_12m"]) == ((0, 1), 0)


async def test_a_closure_on_leap_day_is_followed_to_28_february(db: None) -> None:
    child = await closed_case(date(2024, 2, 29))
    await referral(child, date(2025, 3, 1))
    assert (await recall(*YEAR))["recalled_12m"] == (0, 1)
    await referral(child, date(2025, 2, 28))
    assert (await recall(*YEAR))["recalled_12m"] == (1, 1)


@pytest.mark.parametrize(
    ("born_on", "left_out"),
    [
        (date(2006, 5, 10), 0),  # already 18 on the day of closure
        (date(2006, 5, 11), 1),
        (date(2007, 5, 10), 1),
        (date(2007, 5, 11), 0),
        (None, 0),
    ],
)
async def test_whoever_turns_18_within_the_twelve_months_is_left_out_whatever_followed(
    db: None, born_on: date | None, left_out: int
) -> None:
    child = await closed_case(date(2024, 5, 10), born_on=born_on)
    await referral(child, date(2024, 6, 1))
    said = await recall(*YEAR)
    assert (said["left_out"], said["recalled_12m"]) == (left_out, (1 - left_out, 1 - left_out))


async def test_who_was_born_on_leap_day_turns_18_on_1_march(db: None) -> None:
    await closed_case(date(2021, 2, 28), born_on=date(2004, 2, 29))
    assert (await recall(date(2021, 1, 1), date(2022, 1, 1)))["recalled_12m"] == (0, 1)
    await closed_case(date(2021, 3, 1), born_on=date(2004, 2, 29))
    said = await recall(date(2021, 1, 1), date(2022, 1, 1))
    assert (said["recalled_12m"], said["left_out"]) == ((0, 1), 1)


@pytest.mark.parametrize("reason", ["moved", "died", "transferred", "turned-18"])
async def test_who_left_at_closure_or_at_the_next_one_is_left_out(db: None, reason: str) -> None:
    await closed_case(date(2024, 5, 10), reason)
    again = await closed_case(date(2024, 5, 10))
    await closed_case(date(2024, 12, 10), reason, again)
    said = await recall(date(2024, 5, 1), date(2024, 6, 1))
    assert (said["recalled_12m"], said["left_out"], said["closures"]) == ((0, 0), 2, 2)


async def test_a_recalled_case_that_is_closed_again_counts_again(db: None) -> None:
    child = await closed_case(date(2024, 2, 10))
    for closed_on in (date(2024, 6, 10), date(2024, 11, 10)):
        await closed_case(closed_on, child=child)
    said = await recall(*YEAR)
    assert (said["recalled_12m"], said["met_threshold"]) == ((2, 3), 0)


async def test_a_referral_while_a_case_is_open_joins_it(db: None) -> None:
    child = await closed_case(date(2024, 2, 10))
    await builders.a_case("mace", child, date(2024, 2, 10), first_meeting_on=date(2024, 2, 20))
    await referral(child, date(2024, 7, 1))
    assert (await recall(*YEAR))["recalled_12m"] == (0, 1)


async def test_the_printed_share_counts_people_by_their_first_initial_meeting(db: None) -> None:
    """Of 4 people: one closed, one closed and recalled (open), one open, one closed for another reason."""
    await closed_case(date(2024, 5, 10))
    recalled = await closed_case(date(2024, 5, 10))
    await builders.a_case("mace", recalled, date(2024, 8, 1), first_meeting_on=date(2024, 8, 9))
    await builders.a_case(
        "mace", await builders.a_child(), date(2024, 3, 1), first_meeting_on=date(2024, 3, 9)
    )
    await closed_case(date(2024, 5, 10), "other")
    said = await recall(*YEAR)
    assert said["met_threshold"] == 4
    assert (said["closed_of_met"], said["recalled_of_met"], said["sustained_of_met"]) == (
        (1, 4),
        (1, 4),
        (3, 4),
    )


async def test_a_referral_between_two_cases_but_before_the_first_meeting_is_no_recall_in_print(
    db: None,
) -> None:
    child = await builders.a_child()
    await builders.a_case(
        "mace", child, date(2024, 1, 5), closed_on=date(2024, 1, 20), closure_reason="other"
    )
    await builders.a_case("mace", child, date(2024, 2, 5), first_meeting_on=date(2024, 2, 15))
    assert (await recall(*YEAR))["recalled_of_met"] == (0, 1)


@pytest.mark.parametrize(("day", "again"), [(date(2025, 3, 1), 1), (date(2025, 3, 2), 0)])
async def test_a_rereferral_comes_within_twelve_months_of_an_earlier_referral(
    db: None, day: date, again: int
) -> None:
    child = await builders.a_child()
    await referral(child, date(2024, 3, 1), "not-met")
    await referral(child, day, "diverted")
    assert (await recall(date(2025, 1, 1), date(2026, 1, 1)))["rereferral_dfe"] == (again, 1)


async def test_the_fair_share_carries_its_interval(db: None) -> None:
    for number in range(10):
        child = await closed_case(date(2024, 5, 10))
        if number < 3:
            await referral(child, date(2024, 6, 1))
    share = (await asked(*YEAR))["recalled_12m"]
    assert isinstance(share, Share)
    assert share.plain() | {"label": ""} == {
        "key": "recalled_12m",
        "label": "",
        "numerator": 3,
        "denominator": 10,
        "percent": 30.0,
        "low": 10.8,
        "high": 60.3,
    }


async def test_two_referrals_of_one_day_are_not_a_referral_and_its_rereferral(db: None) -> None:
    child = await builders.a_child()
    await referral(child, date(2024, 3, 1), "not-met")
    at = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)
    panel = await builders.panel_id("mace")
    await builders.insert(
        "referral",
        panel=panel,
        child=child,
        referred_on=date(2024, 3, 1),
        threshold="not-met",
        received_at=at,
    )
    assert (await recall(*YEAR))["rereferral_dfe"] == (0, 2)
    await referral(child, date(2024, 3, 2), "not-met")
    assert (await recall(*YEAR))["rereferral_dfe"] == (1, 3)


async def test_a_referral_has_not_met_the_threshold_before_that_was_decided(db: None) -> None:
    child = await closed_case(date(2024, 5, 10))
    panel = await builders.panel_id("mace")
    decided_at = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)
    await builders.insert(
        "referral",
        panel=panel,
        child=child,
        referred_on=date(2025, 5, 9),
        threshold="met",
        received_at=decided_at,
        decided_at=decided_at,
    )
    assert (await recall(*YEAR, as_at=date(2025, 6, 1)))["recalled_12m"] == (0, 1)
    assert (await recall(*YEAR, as_at=date(2025, 6, 2)))["recalled_12m"] == (1, 1)


async def test_the_curve_follows_every_closure_for_as_long_as_a_recall_could_be_seen(db: None) -> None:
    """Closed on 1 January 2024, counted as at 31 October (day 304): of 6 closures
    two come back on days 60 and 91, one turns 18 on day 91 and comes back on the same day, one moves on day 100,
    one is closed because it moved, one is followed to the end.

    Day 60: 5 at risk, 4 of 5 stay. Day 91: 4 at risk, 2 come back: 4/5 x 2/4 = 40 %. One is at risk on day 182.
    """
    closed_on = date(2024, 1, 1)
    for born_on, back_on in (
        (None, date(2024, 3, 1)),
        (None, date(2024, 4, 1)),
        (date(2006, 4, 1), date(2024, 4, 1)),
    ):
        await referral(await closed_case(closed_on, born_on=born_on), back_on)
    moves = await closed_case(closed_on)
    await builders.a_case(
        "general", moves, date(2024, 2, 1), closed_on=date(2024, 4, 10), closure_reason="moved"
    )
    await closed_case(closed_on, "moved")
    await closed_case(closed_on)
    found = await asked(date(2024, 1, 1), date(2024, 2, 1), as_at=date(2024, 10, 31), panel="mace")
    read = [found[f"survival_{months}m"] for months in (3, 6, 12)]
    assert all(isinstance(value, Estimate) for value in read)
    assert [(value.plain() | {"label": "", "key": ""}) for value in read] == [
        {"key": "", "label": "", "value": 40.0, "low": 5.2, "high": 75.3},
        {"key": "", "label": "", "value": 40.0, "low": 5.2, "high": 75.3},
        {"key": "", "label": "", "value": None, "low": None, "high": None},
    ]
