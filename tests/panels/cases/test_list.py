"""The list of a panel's cases: what it shows, how it is filtered and sorted, and that it stays a few queries."""

from datetime import date, timedelta

import pytest

from app import database
from app.panels.cases.listing.queries import cases_listed, counts_of
from app.panels.cases.listing.rules import CaseChoice, read_choice
from tests import builders
from tests.conftest import Cast

TODAY = date(2026, 6, 10)
OWN = ("Exampleshire",)


async def listed(**chosen: object) -> list[int]:
    lines, total = await cases_listed(
        await builders.panel_id("mace"),
        CaseChoice(**chosen),
        TODAY,
        OWN,  # type: ignore[arg-type]
    )
    assert total == len(lines)
    return [line.id for line in lines]


@pytest.fixture
async def four(cast: Cast) -> dict[str, int]:
    """A case of each sort, on MACE; and one of another panel that never shows."""
    await builders.insert("risk_scale", levels=["low", "medium", "high"], holds_from=date(2001, 1, 1))
    away = await builders.a_child(name="Aya", placed_in="Farshire")
    late, soon = (
        await builders.a_child(name="bel"),
        await builders.a_child(name="Cyd", responsible_authority="Farshire"),
    )
    gone = await builders.a_child(name="Dot")
    await builders.a_risk(away, TODAY, "low")
    await builders.a_risk(late, date(2026, 5, 1), "low")
    await builders.a_risk(late, date(2026, 6, 1), "high")
    await builders.a_risk(late, date(2026, 6, 11), "low")
    closed = {"closed_on": date(2026, 2, 1), "closure_reason": "moved"}
    made = {
        "away": await builders.a_case("mace", away, date(2026, 1, 1), next_review_on=TODAY),
        "late": await builders.a_case(
            "mace", late, date(2026, 3, 1), next_review_on=TODAY - timedelta(days=1)
        ),
        "gone": await builders.a_case("mace", gone, date(2025, 5, 1), **closed),
    }
    before = await builders.a_case("mace", soon, date(2025, 1, 1), **closed)
    made["soon"] = await builders.a_case("mace", soon, date(2026, 4, 1), recall_of=before)
    made["before"] = before
    await builders.a_case("general", away, date(2026, 2, 1))
    return made


async def test_each_filter_shows_its_cases(four: dict[str, int]) -> None:
    assert await listed() == [four["late"], four["away"], four["soon"]]
    assert await listed(show="overdue") == [four["late"]]
    assert await listed(show="recalled") == [four["soon"]]
    assert set(await listed(show="closed")) == {four["gone"], four["before"]}
    assert set(await listed(show="all")) == set(four.values())
    assert await listed(cohort="own-here") == [four["late"]]
    assert await listed(cohort="own-away") == [four["away"]]
    assert await listed(cohort="ola-here") == [four["soon"]]
    counts = await counts_of(await builders.panel_id("mace"), TODAY)
    assert (counts.open, counts.overdue, counts.recalled, counts.closed) == (3, 1, 1, 2)


async def test_each_column_sorts_both_ways(four: dict[str, int]) -> None:
    away, late, soon = four["away"], four["late"], four["soon"]
    assert await listed(sort="child") == [away, late, soon]
    assert await listed(sort="since", down=True) == [soon, late, away]
    assert await listed(sort="risk", down=True) == [late, away, soon]
    assert await listed(sort="review") == [late, away, soon]
    assert await listed(sort="review", down=True) == [away, late, soon], "no date comes last both ways"


async def test_the_risk_is_the_latest_that_has_happened(four: dict[str, int]) -> None:
    lines, _ = await cases_listed(await builders.panel_id("mace"), CaseChoice(), TODAY, OWN)
    assert [(line.risk_now, line.risk_position) for line in lines] == [("high", 3), ("low", 1), ("", 0)]


def test_an_address_carries_what_is_chosen_and_nonsense_falls_back() -> None:
    choice = CaseChoice(show="overdue", cohort="own-away", sort="risk", down=True, page=3)
    query = dict(pair.split("=") for pair in choice.address("/x").split("?")[1].split("&"))
    assert read_choice(query) == choice
    assert read_choice({"show": "'; --", "sort": "1", "page": "-4", "cohort": "x"}) == CaseChoice()
    assert CaseChoice().address("/x") == "/x"
    assert CaseChoice().sorted_by("risk").down
    assert not CaseChoice().sorted_by("risk").sorted_by("risk").down


async def test_five_thousand_cases_are_the_same_few_queries_as_five(cast: Cast, sign_in, monkeypatch) -> None:
    panel = await builders.panel_id("mace")
    asked: list[str] = []
    plain = database.fetch

    async def counted(sql: str, *values: object):
        asked.append(sql)
        return await plain(sql, *values)

    chair = await sign_in("chair")
    monkeypatch.setattr(database, "fetch", counted)
    numbers = []
    for many in (5, 5000):
        await database.execute(
            "WITH child AS (INSERT INTO child (child_ref, name) SELECT 'B-' || $2::int + n, 'Child ' || n "
            "FROM generate_series(1, $2::int) n RETURNING id), "
            "referral AS (INSERT INTO referral (panel, child, referred_on, threshold) "
            "SELECT $1, id, '2026-01-01', 'met' FROM child RETURNING id, child) "
            "INSERT INTO panel_case (panel, child, referral, accepted_on) "
            "SELECT $1, child, id, '2026-01-01' FROM referral",
            panel,
            many,
        )
        asked.clear()
        answer = await chair.get("/panels/mace/cases?sort=risk&down=yes")
        assert answer.status_code == 200
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]
    assert "Showing 1 to 50 of 5,005 cases" in answer.text
    assert (await chair.get("/panels/mace/cases?page=102")).status_code == 200
    assert (await chair.get("/panels/mace/cases/checklist.csv")).status_code == 200


async def test_who_may_see_the_list(cast: Cast, four: dict[str, int], sign_in) -> None:
    for name, status in {
        "police": 200,
        "manager": 200,
        "officer": 200,
        "admin": 403,
        "outsider": 403,
    }.items():
        assert (await (await sign_in(name)).get("/panels/mace/cases")).status_code == status, name
    read = await database.fetch_value("SELECT count(*) FROM history_entry WHERE kind = 'panel case read'")
    assert read == 3
