"""Council papers laid out from records: each printed table comes out of records that match it, whole."""

import csv
import io
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from app import database
from app.figures.papers import queries
from app.figures.papers.rules.nottinghamshire import COHORTS
from app.figures.rules import Question
from app.london import london_date
from tests import builders
from tests.conftest import SignIn
from tests.figures.test_missing import at

THURROCK = {8: (33, 15, 22, 66), 9: (37, 15, 26, 70), 10: (33, 17, 24, 72), 11: (26, 11, 18, 69)}
"""By month of 2023: episodes, children, returned within 24 hours, and the per cent that is printed."""

ANSWERED = {8: (32, 23), 9: (36, 26), 10: (32, 24), 11: (25, 18)}
"""By month: interviews offered and completed; 97 % of August's were offered, and the paper's own cut is 96 %."""


def words(html: str) -> str:
    """What a page says, without marks and breaks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("&#39;", "'")


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


async def thurrocks_records() -> None:
    children = [await builders.a_child(legal_status="cla") for _ in range(17)]
    outside = await builders.a_child(legal_status="cin")
    for month, (episodes, of_children, in_time, _) in THURROCK.items():
        offered, completed = ANSWERED[month]
        for number in range(episodes):
            started_at = at(2023, month, 1 + number % 25, 18) + timedelta(minutes=number)
            hours = 24 if number < in_time else 25
            episode = await builders.an_episode(
                children[number % of_children],
                started_at,
                reported_at=started_at,
                returned_at=started_at + timedelta(hours=hours),
            )
            if number < offered:
                outcome = "completed" if number < completed else "unable"
                held_at = started_at + timedelta(hours=40)
                await builders.an_interview(
                    children[number % of_children],
                    [episode],
                    outcome=outcome,
                    offered_at=held_at,
                    held_at=held_at,
                )
        await builders.an_episode(outside, at(2023, month, 5))


async def test_thurrocks_table_comes_out_whole_rounded_and_as_it_is_printed(sign_in: SignIn) -> None:
    await thurrocks_records()
    manager = await sign_in("manager")
    window = "from=2023-08-01&to=2023-12-01"
    page = await manager.get(f"/figures/papers/thurrock?{window}")
    assert page.status_code == 200
    assert "Sample Child" not in page.text
    said = words(page.text)
    assert "1 August 2023 to 30 November 2023" in said
    assert "August 2023 33 15 67 % 22 of 33 97 % 32 of 33 72 % 23 of 32 70 % 23 of 33" in said
    assert "October 2023 33 17 73 % 24 of 33" in said
    assert "The paper cuts them off, so it prints 66 % for 22 of 33" in said
    cut = words((await manager.get(f"/figures/papers/thurrock?{window}&printed=yes")).text)
    for month, (episodes, children, in_time, percent) in THURROCK.items():
        assert (
            f"{date(2023, month, 1):%B} 2023 {episodes} {children} {percent} % {in_time} of {episodes}" in cut
        )
    assert "Per cents are cut off to whole numbers, as the paper prints them" in cut
    rows = rows_of((await manager.get(f"/figures/papers/thurrock.csv?{window}&printed=yes")).content)
    returned = [row for row in rows if row["column"] == "Returned within 24 hours"]
    assert [(row["as_shown"], row["numerator"], row["denominator"], row["percent"]) for row in returned] == [
        ("66 %", "22", "33", "66.7"),
        ("70 %", "26", "37", "70.3"),
        ("72 %", "24", "33", "72.7"),
        ("69 %", "18", "26", "69.2"),
    ]


async def test_a_month_of_the_table_leads_to_its_figure_with_the_same_filters(sign_in: SignIn) -> None:
    await thurrocks_records()
    manager = await sign_in("manager")
    page = await manager.get(
        "/figures/papers/thurrock?from=2023-08-01&to=2023-12-01&placed=here&as_at=2023-12-05"
    )
    links = re.findall(r'href="(/figures/missing/rows[^"]+)"', page.text)
    october = next(link.replace("&amp;", "&") for link in links if "from=2023-10-01" in link)
    assert (
        october
        == "/figures/missing/rows?key=episodes&from=2023-10-01&to=2023-11-01&placed=here&legal_status=cla&as_at=2023-12-05"
    )
    said = words((await manager.get(october)).text)
    assert "1 October 2023 to 31 October 2023, as at 5 December 2023" in said
    assert "Missing episodes: 33" in said
    everybody = await manager.get("/figures/papers/thurrock?from=2023-08-01&to=2023-12-01&legal_status=all")
    assert "August 2023 34 16" in words(everybody.text)
    assert "legal_status=all" in everybody.text.split("thurrock.csv?")[1][:90]
    assert "This table counts all children." in words(everybody.text)


async def test_a_quarter_counts_each_child_once(db: None) -> None:
    """Thurrock's first quarter: 83 episodes of 32 children, its second 105 of 33."""
    children = [await builders.a_child(legal_status="cla") for _ in range(35)]
    for quarter, (episodes, of_children) in {4: (83, 32), 7: (105, 33)}.items():
        for number in range(episodes):
            started_at = at(2023, quarter + number % 3, 1 + number % 28, 12) + timedelta(minutes=number)
            await builders.an_episode(children[number % of_children], started_at)
    question = Question(
        date(2023, 4, 1),
        date(2023, 11, 1),
        datetime.fromisoformat("2023-12-01T09:00Z"),
        ("Thurrock",),
        legal_status="cla",
    )
    quarters = [period for period in await queries.periods_of(question) if period.is_quarter]
    assert [
        (one.values["missing"]["episodes"].value, one.values["missing"]["children"].value)  # type: ignore[union-attr]
        for one in quarters
    ] == [(83, 32), (105, 33)]
    assert [one.label for one in quarters] == [
        "April to June 2023, first quarter",
        "July to September 2023, second quarter",
    ]


async def wolverhamptons_records() -> None:
    """174 people of whom 129 are closed, 16 recalled; 289 episodes of 42 children, 22 with three or more."""
    for number in range(174):
        child = await builders.a_child()
        met_on = date(2022, 4, 1 + number % 28)
        closed = {"closed_on": date(2022, 8, 1), "closure_reason": "reduced-risk"} if number < 145 else {}
        case = await builders.a_case("mace", child, met_on, first_meeting_on=met_on, **closed)
        if number < 16:
            again = await builders.a_case("mace", child, date(2022, 9, 1), recall_of=case)
            assert again
    children = [await builders.a_child() for _ in range(42)]
    for child, panel, day in (
        (children[0], "mace", date(2022, 5, 1)),
        (children[1], "general", date(2023, 1, 1)),
    ):
        case = await builders.a_case(panel, child, date(2022, 4, 5))
        await builders.insert("case_check", panel_case=case, kind="management-oversight", done_on=day)
    # 20 children with two episodes each, the other 249 shared by 22; 57 % of those 249 were followed by an interview
    episodes = [(child, "seldom") for child in 2 * children[22:]]
    episodes += [(children[number % 22], "often") for number in range(249)]
    declined = dict.fromkeys(children[22:30], 1) | dict.fromkeys(children[:11], 7)
    declined[children[0]] += 2
    completed = {"seldom": 32, "often": 143}
    for number, (child, side) in enumerate(episodes):
        started_at = at(2022, 4, 1 + number % 28) + timedelta(minutes=number)
        episode = await builders.an_episode(child, started_at)
        if declined.get(child, 0) > 0:
            declined[child] -= 1
            outcome = "declined-child"
        elif completed[side]:
            completed[side] -= 1
            outcome = "completed"
        else:
            continue
        held_at = started_at + timedelta(hours=30)
        await builders.an_interview(child, [episode], outcome=outcome, offered_at=held_at, held_at=held_at)


async def test_wolverhamptons_paragraphs_come_out_whole(sign_in: SignIn) -> None:
    await wolverhamptons_records()
    manager = await sign_in("manager")
    window = "from=2022-04-01&to=2022-10-01&as_at=2022-11-30"
    page = await manager.get(f"/figures/papers/wolverhampton?{window}")
    text = (await manager.get(f"/figures/papers/wolverhampton.txt?{window}")).text
    assert (
        text.split("\n\n")
        == [
            "From 1 April 2022 to 30 September 2022, 174 people met the threshold of Multi-Agency Child Exploitation "
            "(MACE). Of these, 74 % (129 of 174) have been closed because the risk is reduced; 9 % (16 of 174) were "
            "recalled after a closure, and for 91 % (158 of 174) the progress was sustained.",
            "There were 289 missing episodes of 42 children; 22 of them were missing three times or more. Management "
            "oversight is on file for 1 of these 22.",
            "Return home interviews were completed for 61 % (175 of 289) of the episodes after which one was due, and for "
            "57 % (143 of 249) of those of children missing three times or more. 87 were declined by 19 children, 11 of "
            "whom had been missing three times or more.\n",
        ]
        or text == ""
    )
    said = words(page.text)
    assert "174 people met the threshold" in said
    assert "flatters" in said
    assert "Unaccounted for, without an outcome on record: 27." in said
    assert "Sample Child" not in page.text
    rows = {
        row["line"]: row
        for row in rows_of((await manager.get(f"/figures/papers/wolverhampton.csv?{window}")).content)
    }
    assert rows["Episodes declined by the child"]["value"] == "87"
    assert rows["Completed, of all eligible"]["percent"] == "60.6"


async def test_nottinghamshires_thresholds_are_those_of_the_panels_terms(sign_in: SignIn) -> None:
    own, away, other, seldom = [
        await builders.a_child(**columns)
        for columns in ({}, {"placed_in": "Seaside"}, {"responsible_authority": "Faraway"}, {})
    ]
    for child, days in (
        (own, (1, 2, 3, 4, 5)),
        (away, (1, 2, 3, 4, 5, 6)),
        (other, (1, 9, 17)),
        (seldom, (1, 2)),
    ):
        for day in days:
            left = "Foster home, 3 Fable Lane" if child == own else "Old Bus Station"
            await builders.an_episode(child, at(2026, 5, day), missing_from=left, found_at="12 Elm Row")
    home = await builders.insert("place", name="12 Elm Row", kind="home")
    await builders.insert("place_name", place=home, name="12 elm row")
    manager = await sign_in("manager")
    address = "/figures/papers/nottinghamshire?from=2026-05-01&to=2026-06-01"
    said = words((await manager.get(address)).text)
    assert "Children missing 5 times or more in a calendar month" in said
    assert "May 2026 2 1 1 0" in said
    assert "Children missing 3 times in 90 days" in said
    assert "All months, each child once 3 1 1 1" in said
    assert "All children 16 4" in said
    assert "Own, placed out of the area 6 1" in said
    assert "Old Bus Station 11 3" in said
    assert "2 more places, not named here 21 –" in said
    assert "Elm Row" not in said
    assert "Fable Lane" not in said
    of_an_analyst = words((await (await sign_in("analyst")).get(address)).text)
    assert "May 2026 2 1 1 0" in of_an_analyst
    assert "3 more places, not named here 32 –" in of_an_analyst
    panel = await builders.panel_id("multiple-missing-hotspots")
    await builders.insert(
        "terms_of_reference", panel=panel, holds_from=date(2026, 1, 1), overrides={"rule": {"count": 6}}
    )
    said = words((await manager.get(address)).text)
    assert "Children missing 6 times or more in a calendar month" in said
    assert "May 2026 1 0 1 0" in said


async def test_three_in_ninety_days_agrees_with_counting_by_hand(db: None) -> None:
    """Starts around midnight, the change of the clocks and the edges of the window; every child read one by one."""
    starts: dict[int, list[datetime]] = {}
    for number in range(40):
        child = await builders.a_child(responsible_authority="Faraway" if number % 3 == 0 else "")
        first = datetime.fromisoformat("2025-12-30T23:30Z") + timedelta(days=number * 3, minutes=number * 7)
        step = timedelta(days=29 + number % 33, hours=number % 25)
        starts[child] = [first + step * time for time in range(4)]
        for started_at in starts[child]:
            await builders.an_episode(child, started_at)
    now = datetime.fromisoformat("2026-06-10T09:00Z")
    question = Question(date(2026, 1, 31), date(2026, 6, 1), now, ("Exampleshire",))
    said = await queries.nottinghamshire(question)
    expected: dict[tuple[str, date], set[int]] = {}
    for child, at_ in starts.items():
        days = [london_date(one) for one in at_]
        for place in range(2, 4):
            if question.from_on <= days[place] < question.to_on and (days[place] - days[place - 2]).days < 90:
                expected.setdefault(("all", days[place].replace(day=1)), set()).add(child)
    counted = {key: count for key, count in said.triggered.items() if key[0] == "all" and count}
    assert counted == {key: len(children) for key, children in expected.items()}
    assert said.whole["all"]["triggered"] == len(set().union(*expected.values()))
    for month in question.months:
        by_cohort = [said.triggered[key, month] for key, *_ in COHORTS]
        assert by_cohort[0] == sum(by_cohort[1:])


async def test_birminghams_table_counts_what_was_due_and_leads_to_the_tracking_table(sign_in: SignIn) -> None:
    manager = await sign_in("manager")
    agency = await builders.insert("agency", name="Northside Health")
    done: dict[str, Any] = {"status": "completed", "issued_on": date(2026, 1, 2)}
    await builders.an_action("mace", agency, date(2026, 2, 1), finished_on=date(2026, 1, 20), **done)
    await builders.an_action("mace", agency, date(2026, 2, 1), finished_on=date(2026, 2, 20), **done)
    await builders.an_action("mace", agency, date(2026, 3, 1), tracking=3, anticipated_on=date(2026, 9, 1))
    page = await manager.get("/figures/papers/birmingham?from=2026-01-01&to=2026-04-01")
    said = words(page.text)
    assert "January to March 2026 1 33 % 1 33 % 1 33 % 0 0 % 0 0 % 0 0 % 0 0 % 3" in said
    assert "/actions/tracking?quarter=2026-01&amp;category=2#rows" in page.text


@pytest.mark.parametrize("name", ["thurrock", "wolverhampton", "nottinghamshire", "birmingham"])
async def test_every_paper_is_a_page_a_file_and_a_pdf_also_without_records(
    sign_in: SignIn, name: str
) -> None:
    manager = await sign_in("manager")
    assert (await manager.get(f"/figures/papers/{name}")).status_code == 200
    assert (await manager.get(f"/figures/papers/{name}.csv")).content.startswith(
        b"\xef\xbb\xbftable,line,column"
    )
    assert (await manager.get(f"/figures/papers/{name}.pdf")).content.startswith(b"%PDF")
    refused = await manager.get(f"/figures/papers/{name}?from=2026-05-01&to=2026-04-01")
    assert refused.status_code == 422
    assert "must be later than the first day" in refused.text
    assert (await manager.get(f"/figures/papers/{name}.csv?from=yesterday&to=2026-04-01")).status_code == 422
    too_long = await manager.get(f"/figures/papers/{name}?from=2020-05-01&to=2026-04-01")
    assert too_long.status_code == 422
    assert "Ask for five years or fewer" in too_long.text


async def test_who_leads_a_panel_opens_the_tracking_table_and_no_figures_about_all_children(
    sign_in: SignIn,
) -> None:
    chair = await sign_in("chair")
    said = (await chair.get("/figures/papers")).text
    assert "birmingham" in said
    assert "thurrock" not in said
    assert (await chair.get("/figures/papers/birmingham")).status_code == 200
    for name in ("thurrock", "wolverhampton.txt", "nottinghamshire.csv"):
        assert (await chair.get(f"/figures/papers/{name}")).status_code == 403
    manager = await sign_in("manager")
    for name in ("thurrock.docx", "thurrock.", "birmingham.txt", "leeds"):
        assert (await manager.get(f"/figures/papers/{name}")).status_code == 404
    assert await database.fetch_value("SELECT count(*) FROM history_entry WHERE kind LIKE 'paper%'") == 0
