"""Asking a search: how words are found and shown, what narrows it, what can't be asked, what is remembered of it."""

import json
from datetime import timedelta

import pytest

from app import database
from app.minutes.search.changes import KEPT_FOR, catch_up
from app.minutes.search.jobs import forget_old_searches
from app.minutes.search.rules import (
    BEST,
    LONGEST_WORDS,
    MOST_FOUND,
    NEWEST,
    PER_PAGE,
    Hit,
    put_together,
    stems_in,
)
from app.minutes.search.texts.rules import Excerpt, Passage, Piece, best_of, excerpts_of, pieces_of
from tests import builders
from tests.conftest import Browser, Cast, SignIn
from tests.minutes.conftest import STARTS, MakeMeeting


async def ask(browser: Browser, words: str, **more: object) -> str:
    """The page of what was found for these words."""
    answer = await browser.post("/search", {"words": words, **more})
    assert answer.status_code == 303, answer.text
    page = await browser.get(answer.headers["location"])
    assert page.status_code == 200
    return page.text


async def test_a_word_is_found_in_every_form_and_shown_as_text(sign_in: SignIn, make_meeting, discuss):
    meeting = await make_meeting(2)
    await discuss(meeting, 0, "The school told of new trainers & <b>bold</b> words.")
    page = await ask(await sign_in("chair"), "schools trainer")
    assert "1 found" in page
    assert '<mark class="hw-found">school</mark> told of new' in page
    assert "&amp; &lt;b&gt;bold&lt;/b&gt; words" in page
    assert f'href="/meetings/{meeting.id}/minutes/text#item-{meeting.items[0]}"' in page


async def test_what_was_saved_a_moment_ago_is_found_and_what_stood_there_before_is_not(
    sign_in: SignIn, make_meeting, discuss
):
    meeting, browser = await make_meeting(1), await sign_in("chair")
    await discuss(meeting, 0, "Seen at the viaduct.")
    assert "1 found" in await ask(browser, "viaduct")
    await discuss(meeting, 0, "Seen at the quarry.")
    assert "Nothing found" in await ask(browser, "viaduct")
    assert "1 found" in await ask(browser, "quarry")


async def test_an_item_that_was_saved_meanwhile_is_not_found_by_what_it_said_before(
    sign_in: SignIn, make_meeting, discuss
):
    meeting, browser = await make_meeting(1), await sign_in("chair")
    await discuss(meeting, 0, "Seen at the viaduct.")
    answer = await browser.post("/search", {"words": "viaduct"})
    await discuss(meeting, 0, "Seen at the quarry.")
    assert "Nothing found" in (await browser.get(answer.headers["location"])).text


async def test_a_name_and_a_word_of_the_text_find_the_item_together(sign_in: SignIn, make_meeting, discuss):
    meeting, browser = await make_meeting(2), await sign_in("chair")
    await database.execute("UPDATE child SET name = 'Will Hastings' WHERE id = $1", meeting.children[1])
    await discuss(meeting, 1, "She likes the stable.")
    assert "1 found" in await ask(browser, "hastings stables", kinds=["minutes"])
    assert "1 found" in await ask(browser, "Will", kinds=["minutes"])
    assert "nearly every text" in await ask(browser, "Will", kinds=["minutes"])
    await database.execute("UPDATE child SET name = 'Otto Other' WHERE id = $1", meeting.children[1])
    assert "Nothing found" in await ask(browser, "hastings stables")


async def test_signs_narrow_what_is_found(sign_in: SignIn, make_meeting, discuss):
    meeting, browser = await make_meeting(3), await sign_in("chair")
    for index, text in enumerate(("a red car", "a car, red", "a blue van")):
        await discuss(meeting, index, text)
    only = {"kinds": ["minutes"]}
    assert "1 found" in await ask(browser, '"red car"', **only)
    assert "2 found" in await ask(browser, "car red", **only)
    assert "3 found" in await ask(browser, "car or van", **only)
    assert "1 found" in await ask(browser, "red -cars or van", **only)


@pytest.fixture
async def three(make_meeting: MakeMeeting, discuss, cast: Cast):
    """Three meetings of two panels a month apart, each with one child, whose minutes say "lantern"."""
    made = []
    for number, slug in enumerate(("mace", "mace", "general")):
        meeting = await make_meeting(1, slug=slug, starts_at=STARTS - timedelta(days=30 * number))
        await discuss(
            meeting, 0, "A lantern." if number else "A lantern, and one more lantern, a lantern lit."
        )
        made.append(meeting)
    await builders.an_action(
        "mace",
        cast.police.agency_id,
        STARTS.date(),
        meeting=made[0].id,
        agenda_item=made[0].items[0],
        text="Buy a lantern",
    )
    return made


async def test_filters_narrow_what_is_found(sign_in: SignIn, three):
    browser = await sign_in("chair")
    general = await builders.panel_id("general")
    day = (STARTS - timedelta(days=30)).date().isoformat()
    assert "4 found" in await ask(browser, "lantern")
    assert "1 found" in await ask(browser, "lantern", panel=general)
    assert "1 found" in await ask(browser, "lantern", from_on=day, to_on=day)
    assert "3 found" in await ask(browser, "lantern", from_on=day)
    assert "1 found" in await ask(browser, "lantern", kinds=["action"])
    assert "1 found" in await ask(browser, "lantern", child=str(three[1].children[0]))
    name = await database.fetch_value("SELECT name FROM child WHERE id = $1", three[1].children[0])
    page = await ask(browser, "lantern", child=name)
    assert "3 children fit" in page
    assert "2 found" in await ask(browser, "", child=str(three[2].children[0]))


async def test_newest_meetings_come_first_or_the_best_matches(sign_in: SignIn, three):
    browser = await sign_in("chair")
    newest = await ask(browser, "lantern", kinds=["minutes"])
    places = [newest.index(f'href="/meetings/{meeting.id}"') for meeting in three]
    assert places == sorted(places)
    assert "Best match first" in await ask(browser, "lantern", order="best")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, "Enter what to look for"),
        ({"words": "  "}, "Enter what to look for"),
        ({"words": '!!! ??? ""'}, "Enter at least one word to find"),
        ({"words": "-school"}, "Enter at least one word to find"),
        ({"words": "x" * 10_000}, "Use 200 characters or fewer"),
        ({"words": "school", "from_on": "yesterday"}, "Enter a day"),
        (
            {"words": "school", "from_on": "2026-06-02", "to_on": "2026-06-01"},
            "The last day comes before the first",
        ),
        ({"words": "school", "child": "Nobody Known"}, "No child you may see"),
        ({"words": "school", "child": "999999"}, "No child you may see"),
        ({"words": "school", "panel": "99999999999999999999"}, "Choose a panel from the list"),
        ({"words": "school", "kinds": ["secrets"]}, "Choose from minutes"),
    ],
)
async def test_what_cannot_be_asked_is_said_and_kept(
    sign_in: SignIn, asked: dict[str, object], sentence: str
):
    answer = await (await sign_in("chair")).post("/search", asked)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert str(asked.get("words", "")).strip()[:50].replace('"', "&#34;") in answer.text


@pytest.mark.parametrize(
    "words", ['"unbalanced words', "a & b | !(c", "' ; DROP TABLE child --", "the of and", "\\", "é☃"]
)
async def test_any_words_can_be_asked(sign_in: SignIn, words: str):
    browser = await sign_in("chair")
    answer = await browser.post("/search", {"words": words})
    assert answer.status_code in (303, 422)
    if answer.status_code == 303:
        assert "Nothing" in (await browser.get(answer.headers["location"])).text


async def test_the_words_stand_in_no_address_and_no_entry_and_are_forgotten(
    sign_in: SignIn, three, house, clock, cast: Cast
):
    browser = await sign_in("chair")
    answer = await browser.post("/search", {"words": "lantern"})
    address = answer.headers["location"]
    assert address.startswith("/search/")
    assert "lantern" not in address
    await browser.get(address)
    entries = await database.fetch("SELECT * FROM history_entry WHERE person_id = $1", cast.chair.person_id)
    assert {entry["kind"] for entry in entries} == {"minutes read", "action read"}
    assert all("lantern" not in json.dumps(entry, default=str) for entry in entries)
    assert {child for entry in entries for child in entry["child_ids"]} == {
        meeting.children[0] for meeting in three
    }
    assert (await (await sign_in("manager")).get(address)).status_code == 404
    clock.now += KEPT_FOR + timedelta(minutes=1)
    assert await forget_old_searches(house) == 1
    assert (await (await sign_in("chair")).get(address)).status_code == 404


async def test_a_text_of_any_length_can_be_searched(cast: Cast, make_meeting, sign_in: SignIn):
    meeting = await make_meeting(1)
    discussion = await builders.insert("discussion", agenda_item=meeting.items[0], outcome="discussed")
    sections = {
        key: " ".join(f"{key[:2]}{n}é" for n in range(14_000))
        for key in ("child_views", "strengths", "prevent")
    }
    await builders.insert(
        "discussion_revision",
        discussion=discussion,
        version=1,
        saved_at=STARTS,
        text={"outcome": "discussed", "decision": "found", "sections": sections},
    )
    assert await catch_up()
    assert "1 found" in await ask(await sign_in("chair"), "ch7é", kinds=["minutes"])


# Rules


def a_hit(number: int, meeting: int, rank: float = 0.0) -> Hit:
    return Hit("minutes", number, 1, meeting, STARTS - timedelta(days=meeting), rank, position=number)


def test_hits_of_one_meeting_stand_together_in_its_order():
    hits = [a_hit(3, 2, 0.9), a_hit(2, 1, 0.1), a_hit(1, 1, 0.3), a_hit(4, 2, 0.2)]
    assert [hit.id for hit in put_together(hits, NEWEST).hits] == [1, 2, 3, 4]
    assert [hit.id for hit in put_together(hits, BEST).hits] == [3, 4, 1, 2]


def test_what_was_found_twice_stands_once_and_the_oldest_are_cut():
    assert len(put_together([a_hit(1, 1), a_hit(1, 1, 0.5)], NEWEST).hits) == 1
    many = put_together([a_hit(number, number) for number in range(MOST_FOUND + 1)], NEWEST)
    assert many.is_cut
    assert [hit.id for hit in many.page(1)] == list(range(PER_PAGE))
    assert many.pages == MOST_FOUND // PER_PAGE


def test_an_excerpt_shows_the_words_with_what_stands_around_them():
    long = "word " * 100 + "the policies held " + "more " * 100
    (one,) = excerpts_of([Passage("Decision", long), Passage("Other", "nothing")], ["polici"])
    assert one.heading == "Decision"
    assert "the policies held" in one.text
    assert one.text.startswith("… word")
    assert one.text.endswith("more …")
    assert len(one.text) < 300
    assert excerpts_of([Passage("Decision", "nothing of it")], ["polici"])[0].text == "nothing of it"
    assert excerpts_of([], ["polici"]) == []


def test_only_excerpts_with_a_found_word_are_kept_where_there_are_any():
    with_word, without = Excerpt("A", [Piece("plan", True)]), Excerpt("B", [Piece("planet")])
    other = Excerpt("C", [Piece("car", True)])
    assert best_of([without, with_word, other]) == [with_word, other]
    again = Excerpt("D", [Piece("plan", True)])
    assert best_of([without, with_word, again]) == [with_word, again]
    assert best_of([without, without]) == [without]


def test_marks_become_pieces_and_stray_ones_stay_harmless():
    assert pieces_of("a \x02b\x03 c") == [Piece("a "), Piece("b", True), Piece(" c")]
    assert pieces_of("\x03a\x02") == [Piece("\x03a")]
    assert stems_in("'o''neil' | 'a\\\\b'") == ("a\\b", "o'neil")
    assert LONGEST_WORDS < 10_000
