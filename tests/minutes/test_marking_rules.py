"""Need to know: for every reader and every set of marks, what is read is what they may read, and nothing tells of more."""

import json

from hypothesis import given
from hypothesis import strategies as st

from app.access import Identity, SeatHeld
from app.minutes.discussion.contributed import brought_in, with_contributions
from app.minutes.discussion.rules import MARKABLE, MARKED_FIELDS, Said, said_from_text, sections_for
from app.minutes.fixed_text.rules import MinutedItem, canonical, content_of, without
from app.minutes.marking.rules import (
    NO_MARK,
    Mark,
    Names,
    hidden_keys,
    kept_open,
    mark_from_form,
    merged_mark,
    seen_by,
)
from app.minutes.revisions.rules import mark_differences
from tests.minutes.test_fixed_text_rules import HEAD, ITEM

PANEL, ELSEWHERE = 1, 2
KEYS = [section.key for section in sections_for("mace", "child")] + list(MARKED_FIELDS)
SMALL = st.integers(1, 4)
MARKS = st.builds(
    Mark,
    st.none() | SMALL,
    st.lists(SMALL, max_size=2, unique=True).map(lambda ids: tuple(sorted(ids))),
    st.lists(SMALL, max_size=2, unique=True).map(lambda ids: tuple(sorted(ids))),
)
SEATS = st.builds(
    SeatHeld,
    st.sampled_from([PANEL, ELSEWHERE]),
    st.sampled_from(["chair", "vice-chair", "member", "minute-taker"]),
    SMALL,
)
READERS = st.builds(
    lambda number, seats, roles: Identity(number, "", "", 1, "", frozenset(roles), tuple(seats)),
    SMALL,
    st.lists(SEATS, max_size=2),
    st.sets(st.sampled_from(["panel-officer", "safeguarding-manager", "administrator"])),
)


def text_under(key: str) -> str:
    return f"words of {key}."


def written(marks: dict[str, Mark], outcome: str = "discussed") -> Said:
    return (
        Said(outcome=outcome, case_decision="close", closure_reason="moved")
        .with_texts({key: text_under(key) for key in KEYS})
        .with_marks(marks)
    )


def oracle(who: Identity, mark: Mark) -> bool:
    """The rule in other words: nobody is named, or I am, or I lead here, or I sit here for somebody named."""
    if not mark.agencies and not mark.people:
        return True
    here = [seat for seat in who.seats if seat.panel_id == PANEL]
    return (
        who.person_id in mark.people
        or bool({"chair", "vice-chair"} & {seat.role for seat in here})
        or bool(set(mark.agencies) & {seat.agency_id for seat in here})
    )


@given(READERS, st.dictionaries(st.sampled_from(KEYS), MARKS))
def test_a_reader_gets_every_section_that_is_theirs_and_no_trace_of_the_others(who, marks):
    said = written(marks)
    item = MinutedItem(
        **{**ITEM.__dict__, "said": said, "names": Names({n: f"Agency {n}" for n in range(5)})}
    )
    whole = content_of(HEAD, [item], [], None)
    shown = without(whole, {}, [], seen_by(who, PANEL))
    theirs = {key for key in KEYS if oracle(who, marks.get(key, NO_MARK))}
    # as if the rest had never been written: equal in every letter, so that nothing can tell
    never = (
        Said(outcome="discussed", case_decision="close", closure_reason="moved")
        .with_texts({key: text_under(key) for key in theirs})
        .with_marks({key: mark for key, mark in marks.items() if key in theirs})
    )
    expected = content_of(HEAD, [MinutedItem(**{**item.__dict__, "said": never})], [], None)
    assert canonical(shown) == canonical(expected)
    for key in KEYS:
        assert (text_under(key) in canonical(shown)) == (key in theirs)


def test_minutes_without_marks_read_as_they_always_did_and_keep_their_fingerprint():
    content = content_of(HEAD, [ITEM], [], None)
    assert "marks" not in canonical(content)
    assert without(content, {}, [], lambda mark: False) == content
    assert "marks" not in ITEM.said.as_text()
    marked_with_nothing = ITEM.said.with_marks({"strengths": NO_MARK})
    assert marked_with_nothing.as_text() == ITEM.said.as_text()


def test_a_restricted_item_does_not_tell_that_something_in_it_was_marked():
    marked = MinutedItem(**{**ITEM.__dict__, "said": ITEM.said.with_marks({"strengths": Mark(people=(7,))})})
    hidden = {ITEM.id: "Another matter"}
    shown = [
        canonical(without(content_of(HEAD, [one], [], None), hidden, [], lambda mark: False))
        for one in (ITEM, marked)
    ]
    assert shown[0] == shown[1]


@given(st.dictionaries(st.sampled_from(MARKABLE), MARKS))
def test_marks_are_kept_with_the_text(marks):
    said = written(marks)
    kept = said_from_text(json.loads(json.dumps(said.as_text())))
    assert kept.as_text() == said.as_text()
    assert all(kept.mark(key) == said.mark(key) for key in MARKABLE)


def test_a_form_names_readers_and_nonsense_is_told_apart_from_nobody():
    assert mark_from_form("3", ["", "person-7", "agency-2", "agency-2"]) == Mark(3, (2,), (7,))
    assert mark_from_form("", []) == NO_MARK
    for nonsense in ("7", "person-", "person--1", "person-0", "panel-1", "agency-²", "person-" + "9" * 40):
        assert mark_from_form("", [nonsense]) is None
    assert mark_from_form("police", []) is None


def test_whoever_marks_a_section_for_others_goes_on_reading_it():
    taker = Identity(7, "", "", 1, "", frozenset(), (SeatHeld(PANEL, "minute-taker", 1),))
    sees = seen_by(taker, PANEL)
    was = {"decision": Mark(people=(3,))}
    set_now = kept_open(was | {"strengths": Mark(agencies=(2,)), "factors": Mark(source=2)}, was, 7, sees)
    assert set_now["strengths"] == Mark(agencies=(2,), people=(7,))
    assert set_now["factors"] == Mark(source=2)
    assert hidden_keys(set_now, sees) == {"decision"}  # what others closed stays closed


def test_of_two_marks_none_opens_what_the_other_closed():
    shut, other, mine = Mark(people=(1,)), Mark(people=(2,)), Mark(source=3)
    assert merged_mark(NO_MARK, NO_MARK, shut) == shut
    assert merged_mark(NO_MARK, shut, NO_MARK) == shut
    assert merged_mark(NO_MARK, mine, shut) == shut
    assert merged_mark(NO_MARK, shut, mine) == shut
    assert merged_mark(NO_MARK, other, shut) == other
    [one] = mark_differences(Said(), Said(marks={"decision": shut}), Said(marks={"decision": mine}))
    assert (one.heading, one.kept) == ("Decision", shut)


def sent(number: int, source: str, words: str, guest: int | None = None):
    from app.panels.contributions.rules import ContributionFacts

    now = HEAD.starts_at
    return ContributionFacts(
        number,
        31,
        number,
        source,
        False,
        words,
        "",
        "",
        "",
        "",
        "",
        now,
        now,
        1,
        guest,
        "Teacher" if guest else "",
    )


def test_a_contribution_comes_in_once_with_its_source():
    police, health = sent(1, "Police", "Seen twice"), sent(2, "Health", "A missed visit")
    said = with_contributions(Said(), "contributions", [police, health], [police])
    assert said.sections["contributions"] == "From Police:\nWhat is known: Seen twice"
    assert said.mark("contributions").source == 1
    assert with_contributions(said, "contributions", [police, health], [police]) == said
    both = with_contributions(said, "contributions", [police, health], [police, health])
    assert both.sections["contributions"].endswith("\n\nFrom Health:\nWhat is known: A missed visit")
    assert both.mark("contributions").source is None
    changed = both.sections["contributions"].replace("Seen twice", "Seen three times")
    assert brought_in(changed, [police, health]) == {1, 2}


def test_two_guests_of_one_source_are_told_apart_by_their_words():
    first, second = sent(1, "School", "Often late", 5), sent(2, "School", "Alone at lunch", 6)
    said = with_contributions(Said(), "contributions", [first, second], [first])
    assert brought_in(said.sections["contributions"], [first, second]) == {1}
