"""The rows behind a number: as many as it says, for whoever may see them, and nobody's else; bad input is a sentence."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app import database
from app.access import Identity
from app.actions.queries import action_for
from app.episodes.queries import child_for, episode_for
from app.figures import catalogue
from app.figures.behind.queries import ORDERED, seen_in_order
from app.figures.catalogue import FIGURES, figure_for
from app.figures.counting import Drill, Noun, Part
from app.figures.rules import Definition, Key, Question, Share, Value
from app.lifecycle import Invisible
from app.panels.cases.queries import case_for
from app.panels.meetings.queries import meeting_for
from app.panels.referrals.queries import referral_for
from app.panels.standing.queries import seats_of
from tests import builders
from tests.conftest import Browser, SignIn
from tests.figures.test_missing import at

WINDOW = "from=2026-05-01&to=2026-06-01"
NOW = datetime(2026, 6, 10, 9, tzinfo=UTC)


async def a_month(children: int = 2) -> list[int]:
    """Children missing three times each in May: back after 6 hours, after 30, and without a time."""
    made = []
    for number in range(children):
        child = await builders.a_child(sex="female" if number % 2 else "male")
        await builders.an_episode(child, at(2026, 5, 2 + number, 20))
        await builders.an_episode(child, at(2026, 5, 12, 20), returned_at=at(2026, 5, 14, 2))
        await builders.an_episode(child, at(2026, 5, 20), date_only=["started_at", "returned_at"])
        made.append(child)
    return made


def texts(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def listed(page: str) -> list[str]:
    """The addresses of the rows on a page."""
    table = re.search(r'<table[^>]+id="rows">.*?</table>', page, re.DOTALL)
    return re.findall(r'<th scope="row"><a class="govuk-link" href="([^"]+)"', table[0]) if table else []


async def test_each_part_of_a_share_lists_as_many_as_it_says_and_links_to_the_others(sign_in: SignIn) -> None:
    children = await a_month()
    manager = await sign_in("manager")
    page = (await manager.get(f"/figures/missing/rows?key=returned_24h&{WINDOW}")).text
    assert "Returned within 24 hours: 50 % (2 of 4)" in texts(page)
    for told in ("Counted (2)", "Not counted (2)", "All of them (4)", "Left out: noted without a time (2)"):
        assert told in texts(page)
    assert len(listed(page)) == 2
    assert all(
        re.fullmatch(rf"/children/({children[0]}|{children[1]})\?all#episode-\d+", one)
        for one in listed(page)
    )
    late = (await manager.get(f"/figures/missing/rows?key=returned_24h&part=not-counted&{WINDOW}")).text
    assert len(listed(late)) == 2
    assert "30.0" in texts(late)
    left_out = (await manager.get(f"/figures/missing/rows?key=date_only_24h&{WINDOW}")).text
    assert "These are left out of Returned within 24 hours" in texts(left_out)
    assert "No time noted" in texts(left_out)


async def test_every_number_of_every_page_leads_to_as_many_rows(sign_in: SignIn, cast: Any) -> None:
    child = (await a_month())[0]
    meeting = await builders.a_meeting("mace", at(2026, 5, 5), status="held", ended_at=at(2026, 5, 5, 12))
    await builders.an_action("mace", cast.police.agency_id, date(2026, 5, 10), child=child, meeting=meeting)
    await builders.a_case(
        "mace", child, date(2026, 5, 3), first_meeting_on=date(2026, 5, 5), closed_on=date(2026, 5, 20),
        closure_reason="reduced-risk",
    )  # fmt: skip
    manager, walked = await sign_in("manager"), 0
    for name in FIGURES:
        page = (await manager.get(f"/figures/{name}?{WINDOW}")).text
        links = re.findall(rf'<a class="govuk-link" href="(/figures/{name}/rows\?[^"]+)">([^<]+)<', page)
        for href, shown in dict.fromkeys(links):
            answer = await manager.get(href.replace("&amp;", "&"))
            assert answer.status_code == 200, href
            if "it is reckoned from others" in answer.text:
                assert "govuk-list--bullet" in answer.text, href
            elif shown.isdigit():
                assert len(listed(answer.text)) == int(shown), href
                walked += 1
    assert walked > 25


@pytest.mark.parametrize("name", FIGURES)
async def test_months_and_groups_add_up_to_rows(cast: Any, name: str) -> None:
    children = await a_month(3)
    await builders.an_action("mace", cast.police.agency_id, date(2026, 5, 10), child=children[0])
    await builders.an_action("general", cast.police.agency_id, date(2026, 5, 12))
    await builders.a_case("mace", children[1], date(2026, 5, 3), first_meeting_on=date(2026, 5, 5))
    await builders.a_meeting("mace", at(2026, 5, 5), status="held")
    kind, question = FIGURES[name], Question(date(2026, 4, 1), date(2026, 6, 1), NOW, ("Exampleshire",))
    figure = await figure_for(kind, question)
    places = [(Drill("", month=month), values) for month, values in figure.by_month]
    places += [
        (Drill("", split=split, group=group.key), group.values)
        for split, groups in figure.by.items()
        for group in groups
    ]
    for where, values in [(Drill(""), figure.values), *places]:
        for value in values:
            if not kind.has_rows(value.key):
                continue
            counted = (await kind.behind(question, replace(where, key=value.key))).ids
            assert len(counted) == (value.numerator if isinstance(value, Share) else value.value), (
                where,
                value,
            )
            if isinstance(value, Share):
                all_of_them = (
                    await kind.behind(question, replace(where, key=value.key, part=Part.OUT_OF))
                ).ids
                assert len(all_of_them) == value.denominator
                assert set(counted) <= set(all_of_them)


async def test_a_month_and_a_group_are_named_over_their_rows(sign_in: SignIn) -> None:
    await a_month(3)
    manager = await sign_in("manager")
    page = (await manager.get(f"/figures/missing/rows?key=children&split=sex&group=male&{WINDOW}")).text
    assert "Sex: male" in texts(page)
    assert len(listed(page)) == 2
    page = (
        await manager.get("/figures/missing/rows?key=episodes&month=2026-05&from=2026-04-01&to=2026-07-01")
    ).text
    assert "May 2026" in texts(page)
    assert len(listed(page)) == 9


async def test_an_analyst_sees_the_number_and_no_child(sign_in: SignIn) -> None:
    await a_month()
    analyst = await sign_in("analyst")
    before = await database.fetch_value("SELECT count(*) FROM history_entry")
    page = await analyst.get(f"/figures/missing/rows?key=episodes&{WINDOW}")
    assert page.status_code == 200
    assert "The number counts 6 episodes" in texts(page.text)
    assert "Sample Child" not in page.text
    assert "/children/" not in page.text
    assert (await analyst.get(f"/figures/missing/rows.csv?key=episodes&{WINDOW}")).status_code == 403
    assert await database.fetch_value("SELECT count(*) FROM history_entry") == before


@pytest.fixture
async def everything(cast: Any) -> dict[Noun, list[int]]:
    """Two of each record: of a child and a panel that one chair knows, and of others; one restricted action."""
    found: dict[Noun, list[int]] = {noun: [] for noun in Noun}
    for slug in ("mace", "general"):
        child = await builders.a_child()
        found[Noun.CHILD].append(child)
        found[Noun.EPISODE].append(await builders.an_episode(child, at(2026, 5, 2)))
        case = await builders.a_case(slug, child, date(2026, 5, 3))
        found[Noun.CASE].append(case)
        found[Noun.REFERRAL].append(
            await database.fetch_value("SELECT referral FROM panel_case WHERE id = $1", case)
        )
        meeting = await builders.a_meeting(slug, at(2026, 5, 5), status="held")
        found[Noun.MEETING].append(meeting)
        item = await builders.an_item(meeting, child, status="on-agenda", restricted=True)
        for columns in ({}, {"agenda_item": item, "meeting": meeting}, {"owner": cast.police.person_id}):
            action = await builders.an_action(
                slug, cast.health.agency_id, date(2026, 5, 10), child=child, **columns
            )
            found[Noun.ACTION].append(action)
    await builders.insert(
        "seat",
        panel=await builders.panel_id("mace"),
        person=cast.outsider.person_id,
        agency=cast.outsider.agency_id,
        role="chair",
    )
    return found


LOADERS = {
    Noun.EPISODE: episode_for,
    Noun.CHILD: child_for,
    Noun.CASE: case_for,
    Noun.REFERRAL: referral_for,
    Noun.ACTION: action_for,
    Noun.MEETING: meeting_for,
}


@pytest.mark.parametrize(
    "person", ["chair", "minute_taker", "police", "health", "manager", "officer", "outsider"]
)
async def test_nobody_sees_a_row_whose_page_they_may_not_open(
    cast: Any, everything: dict[Noun, list[int]], person: str
) -> None:
    known: Identity = getattr(cast, person)
    who = replace(known, seats=await seats_of(known.person_id))
    question = Question(date(2026, 5, 1), date(2026, 6, 1), NOW)
    assert set(ORDERED) == set(Noun)
    for noun, ids in everything.items():
        may = set()
        for one in ids:
            try:
                await LOADERS[noun](who, one)
                may.add(one)
            except Invisible:
                pass
        assert set(await seen_in_order(who, question, noun, ids)) == may, noun


async def test_a_chair_is_told_how_many_they_may_not_see(sign_in: SignIn, cast: Any) -> None:
    """A case that went to another panel's child does not hide; an action of a child of theirs does where restricted."""
    child = await builders.a_child()
    meeting = await builders.a_meeting("mace", at(2026, 5, 5), status="held")
    item = await builders.an_item(meeting, child, status="on-agenda", restricted=True)
    await builders.an_action("mace", cast.health.agency_id, date(2026, 5, 10), agenda_item=item, child=child)
    await builders.an_action("mace", cast.health.agency_id, date(2026, 5, 11), child=child)
    manager, chair = await sign_in("manager"), await sign_in("chair")
    address = f"/figures/actions/rows?key=due&panel=mace&{WINDOW}"
    page = (await manager.get(address)).text
    assert "1 of 2 actions are listed, and 1 that you may not see" in texts(page)
    assert len(listed(page)) == 1
    assert len(listed((await chair.get(address)).text)) == 2
    rows = (await manager.get(address.replace("rows?", "rows.csv?"))).content.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(rows)))) == 2


async def test_reads_are_recorded_before_rows_are_sent(sign_in: SignIn, cast: Any) -> None:
    children = await a_month()
    manager = await sign_in("manager")
    for form in ("", ".csv"):
        await manager.get(f"/figures/missing/rows{form}?key=repeat_children&{WINDOW}")
        entry = await database.fetch_one("SELECT * FROM history_entry ORDER BY id DESC LIMIT 1")
        assert entry is not None
        assert (entry["kind"], entry["person_id"]) == ("rows of a figure read", cast.manager.person_id)
        assert entry["child_ids"] == sorted(children)
        assert entry["details"]["figure"] == FIGURES["missing"].definition.reference


async def test_a_long_list_comes_in_pages_and_whole_in_a_file(sign_in: SignIn) -> None:
    child = await builders.a_child(name="=cmd|' /C calc'!A0")
    for number in range(60):
        await builders.an_episode(child, at(2026, 5, 1) + timedelta(hours=8 * number))
    manager = await sign_in("manager")
    address = f"/figures/missing/rows?key=episodes&{WINDOW}"
    first, second = (await manager.get(address)).text, (await manager.get(f"{address}&page=2")).text
    assert (len(listed(first)), len(listed(second))) == (50, 10)
    assert not set(listed(first)) & set(listed(second))
    assert len(listed((await manager.get(f"{address}&page=99999999999")).text)) == 50
    assert len(listed((await manager.get(f"{address}&page=99")).text)) == 10
    text = (await manager.get(address.replace("rows?", "rows.csv?"))).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 60
    assert rows[0]["Child"] == "'=cmd|' /C calc'!A0"
    assert rows[0]["Started"] == "2026-05-21T04:00"


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "No value is named. Choose one from the list"),
        ("key=shoes", "There is no value “shoes” in this figure"),
        ("key=returned_24h&part=half", "“half” is no part of a number"),
        ("key=episodes&part=out-of", "Missing episodes is not a share"),
        ("key=episodes&month=2025-01", "“2025-01” is not a month of the time asked for"),
        ("key=episodes&split=shoes&group=x", "“shoes” is not a way to split this figure"),
        ("key=episodes&split=sex", "A group needs its split"),
        ("key=episodes&split=sex&group=none-such", "Nothing was counted for “none-such”"),
        ("key=episodes&split=sex&group=male&month=2026-05", "Ask for one month or for one group"),
        ("key=episodes&to=2026-01-01", "must be later than the first day"),
        ("key=episodes&authority=moon", "“moon” is not a choice here"),
    ],
)
async def test_what_cannot_be_read_is_a_sentence_with_the_input_kept(
    sign_in: SignIn, query: str, says: str
) -> None:
    await a_month()
    manager = await sign_in("manager")
    for form in ("", ".csv"):
        answer = await manager.get(
            f"/figures/missing/rows{form}?from=2026-05-01&{query or 'x=1'}&to=2026-06-01"
        )
        if "to=2026-01-01" in query:
            answer = await manager.get(f"/figures/missing/rows{form}?from=2026-05-01&{query}")
        assert answer.status_code == 422
        assert says in answer.text
    assert (await manager.get("/figures/shoes/rows?key=episodes")).status_code == 404


async def test_a_number_that_is_reckoned_says_so(sign_in: SignIn) -> None:
    await a_month()
    manager = await sign_in("manager")
    page = await manager.get(f"/figures/missing/rows?key=episodes_per_month&{WINDOW}")
    assert page.status_code == 200
    assert "it is reckoned from others" in texts(page.text)


async def test_rows_say_what_was_known_and_had_happened_then(sign_in: SignIn) -> None:
    child = await builders.a_child(recorded_at=at(2026, 1, 1))
    episode = await builders.an_episode(
        child, at(2026, 5, 2), returned_at=at(2026, 5, 8), recorded_at=at(2026, 5, 2)
    )
    manager = await sign_in("manager")
    address = f"/figures/missing/rows?key=episodes&{WINDOW}"
    assert "8 May 2026" in texts((await manager.get(address)).text)
    earlier = (await manager.get(f"{address}&as_at=2026-05-05")).text
    assert "Not returned" in texts(earlier)
    assert listed(earlier) == [f"/children/{child}?all#episode-{episode}"]
    assert listed((await manager.get(f"{address}&known_at=2026-05-03T12:00")).text)
    assert not listed((await manager.get(f"{address}&known_at=2026-05-01T12:00")).text)


FIRST = Definition(
    "missing", 1, "Missing episodes", "How many?", ("Counts old things.",),
    (Key("episodes", "Episodes of old", "Whatever was called missing."),), since=date(2024, 1, 1),
)  # fmt: skip


@pytest.fixture
def a_newer_version(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = FIGURES["missing"]
    newer = replace(
        kind.definition,
        version=2,
        since=date(2026, 4, 1),
        changed="Curfew is not missing any more.",
        retired=(FIRST,),
    )
    monkeypatch.setitem(catalogue.FIGURES, "missing", replace(kind, definition=newer))


@pytest.mark.usefixtures("a_newer_version")
async def test_a_retired_version_is_refused_with_the_reason_and_its_words_are_kept(sign_in: SignIn) -> None:
    manager = await sign_in("manager")
    sentence = (
        "missing/1 was retired on 1 April 2026 by missing/2. What changed: Curfew is not missing any more. Only "
        "missing/2 is counted now; the words of missing/1 stand at /figures/missing/definition"
    )
    for form in ("", ".csv", ".json", "/rows"):
        answer = await manager.get(f"/figures/missing{form}?{WINDOW}&definition=missing/1&key=episodes")
        assert answer.status_code == 422
        assert sentence in answer.text, form
    assert (await manager.get(f"/figures/missing.json?{WINDOW}&definition=missing/2")).status_code == 200
    unknown = await manager.get(f"/figures/missing.json?{WINDOW}&definition=missing/9")
    assert "There is no version “missing/9” of this figure" in unknown.json()["errors"]["definition"]
    page = texts((await manager.get("/figures/missing/definition")).text)
    assert "missing/2, since 1 Apr 2026" in page
    assert "missing/1, 1 Jan 2024 until 1 Apr 2026" in page
    assert "Whatever was called missing." in page


async def test_a_page_names_a_panel_that_did_not_exist_then(sign_in: SignIn) -> None:
    await builders.insert("panel", slug="new", name="Newest", kind="general", recorded_at=at(2026, 6, 3))
    await database.execute("UPDATE panel SET name = 'New' WHERE slug = 'new'")
    manager = await sign_in("manager")
    page = texts((await manager.get(f"/figures/actions?panel=new&{WINDOW}")).text)
    assert "New was set up here on 3 June 2026, after this time had ended." in page
    assert "Nothing was counted in this time with these filters." in page


async def browsers(sign_in: SignIn, *names: str) -> list[Browser]:
    return [await sign_in(name) for name in names]


async def test_who_leads_no_panel_is_refused_in_words(sign_in: SignIn) -> None:
    for browser in await browsers(sign_in, "police", "outsider", "admin"):
        for address in (
            "/figures",
            "/figures/missing",
            "/figures/actions/rows?key=due",
            "/figures/missing/definition",
        ):
            answer = await browser.get(address)
            assert answer.status_code == 403
            assert "Ask an administrator if it should" in answer.text
    (chair,) = await browsers(sign_in, "chair")
    assert (await chair.get("/figures/missing/rows?key=episodes")).status_code == 403
    assert (await chair.get(f"/figures/actions/rows?key=due&{WINDOW}")).status_code == 200


def test_the_values_of_a_share_are_parts_of_it() -> None:
    from app.figures.behind.drills import how_many

    share = Share("a", "A", 3, 10)
    assert [how_many(share, part) for part in (Part.COUNTED, Part.NOT_COUNTED, Part.OUT_OF)] == [3, 7, 10]
    assert how_many(Value("a", "A", 2.5), Part.COUNTED) is None
