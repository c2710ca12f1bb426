"""The minutes as one text: the same facts give the same words and the same fingerprint."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

from app.minutes.discussion.rules import Said
from app.minutes.fixed_text.rules import (
    AgreedAction,
    MinutedItem,
    MinutesHead,
    PrintedAttendee,
    canonical,
    content_of,
    fingerprint,
    in_groups,
    is_unaltered,
)

HEAD = MinutesHead(
    meeting_id=12,
    panel="MACE",
    panel_kind="mace",
    starts_at=datetime(2026, 3, 2, 10, tzinfo=UTC),
    date_only=False,
    ended_at=None,
    place="Room 4",
    chair="Chair",
    minute_taker="Taker",
    quorum="Quorate",
    attendance=(PrintedAttendee("P. Olice", "Police", "present"),),
)
ITEM = MinutedItem(
    id=31,
    number=1,
    kind="child",
    title="",
    child_id=5,
    child_ref="C5",
    child_name="Zoë Example",
    reason="Missing 5 times in February",
    said=Said(
        sections={"strengths": "Football", "child_views": "Wants to go home", "unheard_of": "dropped"},
        outcome="discussed",
        risk_before="low",
        risk_after="high",
        risk_rationale="New adults",
        decision="Plan",
        case_decision="close",
        closure_reason="moved",
        next_review_on=date(2026, 4, 1),
    ),
)
ACTIONS = [
    AgreedAction(1, 31, "Visit", "A", "Police", "2026-03-09"),
    AgreedAction(2, None, "Letter", "B", "Health", "2026-03-10"),
]


def test_the_same_facts_give_the_same_fingerprint():
    first = canonical(content_of(HEAD, [ITEM], ACTIONS, None))
    shuffled = replace(
        ITEM, said=replace(ITEM.said, sections=dict(reversed(list(ITEM.said.sections.items()))))
    )
    second = canonical(content_of(HEAD, [shuffled], ACTIONS, None))
    assert first == second
    assert is_unaltered(first, fingerprint(second))


def test_the_order_in_which_values_arrive_does_not_matter():
    content = content_of(HEAD, [ITEM], ACTIONS, None)
    assert canonical(dict(reversed(list(content.items())))) == canonical(content)


def test_one_changed_letter_changes_the_fingerprint():
    text = canonical(content_of(HEAD, [ITEM], ACTIONS, None))
    assert not is_unaltered(text.replace("Football", "football"), fingerprint(text))


def test_sections_stand_in_the_order_of_the_template_and_actions_beside_their_item():
    content = json.loads(canonical(content_of(HEAD, [ITEM], ACTIONS, {"by": "Chair", "at": "now"})))
    item = content["items"][0]
    assert [section["key"] for section in item["sections"]] == ["child_views", "strengths"]
    assert [action["text"] for action in item["actions"]] == ["Visit"]
    assert [action["text"] for action in content["actions"]] == ["Letter"]
    assert (item["case_decision"], item["closure_reason"]) == ("The case is closed", "Moved out of area")
    assert content["approved"]["by"] == "Chair"


def test_an_item_not_reached_prints_no_discussion():
    left = replace(ITEM, said=replace(ITEM.said, outcome="not-reached"))
    item = content_of(HEAD, [left], [], None)["items"][0]
    assert item["outcome"] == "Not reached"
    assert item["sections"] == []
    assert (item["decision"], item["risk_after"], item["next_review_on"]) == ("", "", None)


def test_a_fingerprint_is_read_in_groups():
    assert in_groups("a" * 8 + "b" * 8) == "aaaaaaaa bbbbbbbb"
    assert len(fingerprint("x")) == 64
