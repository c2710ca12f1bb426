"""When a save goes through; how two texts become one without losing a word; how texts are compared."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.minutes.discussion.rules import Said, clean_text, said_from_text, same_words, sections_for, too_long
from app.minutes.revisions.rules import Attempt, Revision, Verdict, compared, differences, judge, merged


def said(text: str, **more) -> Said:
    return Said(sections={"child_views": text}, **more)


def revision(
    version: int, text: str, person: int = 1, editing: str = "page-a", edits: int | None = None
) -> Revision:
    return Revision(version, said(text), person, editing, edits)


def attempt(
    base: int, text: str, person: int = 1, editing: str = "page-a", edits: int | None = None
) -> Attempt:
    return Attempt(base, said(text), person, editing, edits)


def test_the_first_text_is_saved():
    assert judge(attempt(0, "A"), [], 0) == (Verdict.SAVE, 0)


def test_a_text_on_the_stored_version_is_saved():
    assert judge(attempt(3, "B"), [revision(3, "A")], 3) == (Verdict.SAVE, 3)


def test_an_unchanged_text_makes_no_revision():
    assert judge(attempt(3, "A"), [revision(3, "A")], 3) == (Verdict.ALREADY_SAVED, 3)


def test_a_text_on_an_older_version_is_stale():
    since = [revision(3, "A"), revision(4, "theirs", person=2, editing="page-b")]
    assert judge(attempt(3, "mine"), since, 4) == (Verdict.STALE, 4)


def test_a_doubled_request_is_a_success():
    assert judge(attempt(3, "B"), [revision(3, "A"), revision(4, "B")], 4) == (Verdict.ALREADY_SAVED, 4)


def test_a_doubled_request_answers_its_own_version_when_others_came_after():
    since = [revision(3, "A"), revision(4, "B"), revision(5, "C", person=2, editing="page-b")]
    assert judge(attempt(3, "B"), since, 5) == (Verdict.ALREADY_SAVED, 4)


def test_typing_goes_on_after_an_answer_was_lost():
    since = [revision(3, "A"), revision(4, "AB", edits=10)]
    assert judge(attempt(3, "ABC", edits=15), since, 4) == (Verdict.SAVE, 4)


def test_a_delayed_older_request_of_the_same_page_changes_nothing():
    since = [revision(3, "A"), revision(4, "ABC", edits=15)]
    assert judge(attempt(3, "AB", edits=10), since, 4) == (Verdict.ALREADY_SAVED, 4)


def test_two_tabs_of_one_person_are_told_of_each_other():
    since = [revision(3, "A"), revision(4, "tab one", editing="page-a", edits=3)]
    assert judge(attempt(3, "tab two", editing="page-b", edits=9), since, 4) == (Verdict.STALE, 4)


def test_another_person_with_the_same_page_key_is_a_conflict():
    since = [revision(3, "A"), revision(4, "theirs", person=2, edits=1)]
    assert judge(attempt(3, "mine", person=1, edits=9), since, 4) == (Verdict.STALE, 4)


def test_a_conflict_hidden_below_an_own_save_is_still_a_conflict():
    since = [revision(3, "A"), revision(4, "X", person=2, editing="page-b"), revision(5, "B", edits=5)]
    assert judge(attempt(3, "BC", edits=6), since, 5) == (Verdict.STALE, 5)


def test_without_javascript_a_different_text_on_an_old_version_is_a_conflict():
    since = [revision(3, "A"), revision(4, "B")]
    assert judge(attempt(3, "C"), since, 4) == (Verdict.STALE, 4)


def test_a_version_that_does_not_exist_is_stale():
    assert judge(attempt(9, "B"), [], 4) == (Verdict.STALE, 4)


def test_equal_words_of_two_people_are_no_conflict():
    since = [revision(3, "A"), revision(4, "same", person=2, editing="page-b")]
    assert judge(attempt(3, "same"), since, 4) == (Verdict.ALREADY_SAVED, 4)


lines = st.lists(st.sampled_from(["one", "two", "three", "", "a longer line of words"]), max_size=8).map(
    "\n".join
)
texts = st.one_of(lines, st.text(alphabet="ab \nc", max_size=30))


@given(texts, texts)
def test_a_merge_misses_no_line_of_either(theirs: str, mine: str):
    both = merged(theirs, mine)
    for text in (theirs, mine):
        remaining = iter(both.split("\n"))
        assert text in both or all(line in remaining for line in text.split("\n"))


@given(texts)
def test_merging_a_text_with_itself_changes_nothing(text: str):
    assert merged(text, text) == text


@given(texts, texts)
@settings(max_examples=200)
def test_a_comparison_holds_both_texts_whole(older: str, newer: str):
    pieces = compared(older, newer)
    assert "".join(p.text for p in pieces if p.kind != "new") == older
    assert "".join(p.text for p in pieces if p.kind != "gone") == newer


def test_a_comparison_marks_words():
    pieces = [
        (piece.kind, piece.text)
        for piece in compared("She was seen at the park", "She was found at the park")
    ]
    assert pieces == [
        ("same", "She was "),
        ("gone", "seen "),
        ("new", "found "),
        ("same", "at the park"),
    ]


def test_very_long_changes_are_compared_in_time():
    older = " ".join(f"word{n}" for n in range(30_000))
    newer = " ".join(f"other{n}" for n in range(30_000))
    assert {piece.kind for piece in compared(older, newer)} == {"gone", "new"}


def test_changes_in_different_sections_need_no_choice():
    base = Said(sections={"child_views": "A", "strengths": "S"}, decision="D")
    theirs = base.with_texts({"child_views": "A2"})
    mine = base.with_texts({"strengths": "S2", "decision": "D2"})
    found = {d.key: d for d in differences(base, theirs, mine)}
    assert {key: (d.clash, d.suggestion) for key, d in found.items()} == {
        "child_views": (False, "A2"),
        "strengths": (False, "S2"),
        "decision": (False, "D2"),
    }


def test_changes_in_the_same_section_are_suggested_together():
    base, theirs, mine = said("A"), said("A\nTheirs"), said("A\nMine")
    (difference,) = differences(base, theirs, mine)
    assert difference.clash
    assert difference.suggestion == "A\nTheirs\nMine"


def test_of_two_dates_or_choices_mine_is_suggested():
    base = Said(outcome="", next_review_on=None)
    theirs = Said(outcome="discussed", next_review_on=date(2026, 3, 1))
    mine = Said(outcome="not-reached", next_review_on=date(2026, 4, 1))
    found = {d.key: d for d in differences(base, theirs, mine)}
    assert (found["outcome"].suggestion, found["outcome"].theirs_in_words) == ("not-reached", "Discussed")
    assert found["next_review_on"].suggestion == "2026-04-01"


def test_a_text_survives_storing():
    whole = Said(
        sections={"child_views": "Sie sagt „nein“", "strengths": ""},
        outcome="discussed",
        risk_after="high",
        case_decision="close",
        closure_reason="moved",
        next_review_on=date(2024, 2, 29),
    )
    assert same_words(said_from_text(whole.as_text()), whole)
    assert said_from_text({}) == Said()
    assert same_words(Said().with_texts(whole.flat()), whole)


def test_text_is_cleaned_of_what_is_no_text():
    assert clean_text("  one\r\ntwo\rthree\x00\x07\tfour\ud800\n\n") == "one\ntwo\nthree\tfour"


@pytest.mark.parametrize(("length", "refused"), [(200_000, False), (200_001, True)])
def test_a_section_has_a_limit(length: int, refused: bool):
    assert bool(too_long({"child_views": "x" * length})) == refused


def test_each_kind_of_item_has_its_template():
    def keys(panel_kind: str, item_kind: str) -> list[str]:
        return [section.key for section in sections_for(panel_kind, item_kind)]

    child = keys("mace", "child")
    assert child[:3] == ["why_listed", "child_views", "carer_views"]
    assert {"prepare", "prevent", "protect", "pursue", "dissent"} <= set(child)
    assert len(child) == len(set(child))
    assert "inter_service_problems" in keys("missing-operational-group", "child")
    assert "disruption" in keys("multiple-missing-hotspots", "place")
    assert keys("general", "standing") == ["notes", "dissent"]
