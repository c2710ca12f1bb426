"""From draft to the children's records: who moves what, what takes effect, what is fixed, who is told."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from app import database
from app.history.changes import AlreadySubmitted
from app.lifecycle import Forbidden, Invisible, MovedOn, Refused
from app.minutes.changes import (
    approve_minutes,
    circulate_minutes,
    mark_filed,
    return_to_taker,
    send_to_chair,
)
from app.minutes.extracts.changes import deliver
from app.minutes.fixed_text.rules import fingerprint
from app.minutes.handed_in import handed_in
from app.minutes.outcomes.queries import items_not_reached, last_outcomes, minutes_status
from app.minutes.timeliness.changes import record_stamps
from app.minutes.timeliness.queries import stamps_of_meetings
from app.minutes.timeliness.rules import Stage
from app.panels.cases.closing.changes import close_by_hand, reopen_case
from app.panels.handed_in import MinuteStamps
from tests import builders

from .conftest import assessed, version_of

BASE = "http://testserver"


async def status_of(meeting) -> str:
    return await database.fetch_value("SELECT status FROM minutes WHERE meeting = $1", meeting.id)


@pytest.fixture
def send(cast, clock):
    async def move(meeting, who=None) -> None:
        await send_to_chair(
            who or cast.minute_taker, meeting.id, await version_of(meeting), now=clock.now, base_url=BASE
        )

    return move


@pytest.fixture
def approve(cast, clock):
    async def move(meeting, who=None) -> str:
        return await approve_minutes(who or cast.chair, meeting.id, await version_of(meeting), now=clock.now)

    return move


@pytest.fixture
def circulate(cast, clock):
    async def move(meeting) -> int:
        return await circulate_minutes(
            cast.minute_taker, meeting.id, await version_of(meeting), now=clock.now, base_url=BASE
        )

    return move


async def test_a_meeting_with_nothing_on_its_agenda_has_minutes_too(
    cast, clock, sign_in, make_meeting, approve, circulate
):
    meeting = await make_meeting(0)
    taker = await sign_in("minute_taker")
    sent = await taker.post(f"{meeting.path}/sending", {"version": "0"})
    assert sent.status_code == 303, sent.text
    await approve(meeting)
    await circulate(meeting)
    assert await status_of(meeting) == "circulated"


async def test_the_whole_way(cast, clock, make_meeting, complete, send, approve, circulate):
    meeting = await make_meeting(2)
    await complete(meeting)
    await send(meeting)
    assert await status_of(meeting) == "with-chair"
    sha256 = await approve(meeting)
    assert await status_of(meeting) == "approved"
    assert await circulate(meeting) == 4
    await deliver(cast.minute_taker, meeting.id, meeting.children, "pasted", now=clock.now)
    row = await database.fetch_one("SELECT * FROM minutes WHERE meeting = $1", meeting.id)
    assert row["sha256"] == sha256 == fingerprint(row["content"])
    assert row["taker"] == cast.minute_taker.person_id
    assert row["approver"] == cast.chair.person_id
    assert all(
        row[stamp] == clock.now for stamp in ("sent_to_chair_at", "approved_at", "circulated_at", "filed_at")
    )
    kinds = await database.fetch(
        "SELECT kind FROM history_entry WHERE about = 'minutes of meeting' ORDER BY id"
    )
    assert [entry["kind"] for entry in kinds] == [
        "minutes sent to chair",
        "minutes approved",
        "minutes circulated",
        "extracts delivered",
        "minutes filed",
    ]


async def test_the_minute_taker_cannot_approve(cast, clock, make_meeting, complete, send, approve):
    meeting = await make_meeting(1)
    await complete(meeting)
    panel = await builders.panel_id("mace")
    await database.execute("UPDATE seat SET ended_at = now() WHERE person = $1", cast.minute_taker.person_id)
    both = type(cast.chair)(
        cast.minute_taker.person_id,
        "Minna Takewright",
        "",
        cast.chair.agency_id,
        "",
        frozenset({"panel-officer"}),
        cast.chair.seats,
    )
    assert panel in both.seat_panels("chair")
    await send(meeting, both)
    with pytest.raises(Refused, match="someone else approves"):
        await approve(meeting, both)
    assert await status_of(meeting) == "with-chair"
    await approve(meeting, cast.chair)


async def test_who_was_named_to_take_the_minutes_cannot_approve_them_either(
    cast, make_meeting, complete, send, approve
):
    meeting = await make_meeting(1, minute_taker=cast.chair.person_id)
    await complete(meeting)
    await send(meeting)
    with pytest.raises(Refused, match="someone else approves"):
        await approve(meeting)


@pytest.mark.parametrize("name", ["minute_taker", "police", "officer", "manager", "admin", "outsider"])
async def test_only_a_chair_approves_or_returns(cast, clock, make_meeting, complete, send, name):
    meeting = await make_meeting(1)
    await complete(meeting)
    await send(meeting)
    version = await version_of(meeting)
    with pytest.raises((Forbidden, Invisible)):
        await approve_minutes(getattr(cast, name), meeting.id, version, now=clock.now)
    with pytest.raises((Forbidden, Invisible)):
        await return_to_taker(getattr(cast, name), meeting.id, version, "x", now=clock.now, base_url=BASE)
    assert await status_of(meeting) == "with-chair"


async def test_a_meeting_that_is_not_held_cannot_send_its_minutes(cast, make_meeting, complete, send):
    meeting = await make_meeting(1, status="agenda-issued", ended_at=None)
    await complete(meeting)
    with pytest.raises(Refused, match="held"):
        await send(meeting)


async def test_a_stale_page_moves_nothing(cast, clock, make_meeting, complete, send):
    meeting = await make_meeting(1)
    await complete(meeting)
    await send(meeting)
    version = await version_of(meeting)
    await return_to_taker(cast.chair, meeting.id, version, "Name the school", now=clock.now, base_url=BASE)
    await send(meeting)
    with pytest.raises(MovedOn, match="changed while you were reading"):
        await approve_minutes(cast.chair, meeting.id, version, now=clock.now)
    assert await status_of(meeting) == "with-chair"


async def test_returned_minutes_are_edited_and_sent_again_and_keep_the_first_stamp(
    cast, clock, make_meeting, complete, discuss, send
):
    meeting = await make_meeting(1)
    await complete(meeting)
    await send(meeting)
    first = clock.now
    clock.now += timedelta(days=2)
    await return_to_taker(
        cast.chair, meeting.id, await version_of(meeting), "Name the school", now=clock.now, base_url=BASE
    )
    assert await minutes_status([meeting.id]) == {meeting.id: "sent-back"}
    await discuss(meeting, text="Hilltop School")
    await send(meeting)
    row = await database.fetch_one("SELECT status, remarks, sent_to_chair_at FROM minutes")
    assert row == {"status": "with-chair", "remarks": "", "sent_to_chair_at": first}


async def test_of_two_chairs_at_once_one_approves(cast, clock, make_meeting, complete, send):
    meeting = await make_meeting(1)
    await complete(meeting)
    await send(meeting)
    version = await version_of(meeting)
    answers = await asyncio.gather(
        *(approve_minutes(cast.chair, meeting.id, version, now=clock.now) for _ in range(5)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, str) for answer in answers) == 1
    assert sum(isinstance(answer, MovedOn) for answer in answers) == 4
    assert (
        await database.fetch_value("SELECT count(*) FROM history_entry WHERE kind = 'minutes approved'") == 1
    )


async def test_the_same_form_ten_times_in_parallel_circulates_once(
    cast, clock, make_meeting, complete, send, approve
):
    meeting = await make_meeting(1)
    await complete(meeting)
    await send(meeting)
    await approve(meeting)
    await database.execute("DELETE FROM outbox_message")
    version = await version_of(meeting)
    answers = await asyncio.gather(
        *(
            circulate_minutes(
                cast.minute_taker, meeting.id, version, now=clock.now, base_url=BASE, submission_key="same"
            )
            for _ in range(10)
        ),
        return_exceptions=True,
    )
    assert sum(answer == 4 for answer in answers) == 1
    assert sum(isinstance(answer, AlreadySubmitted) for answer in answers) == 9
    assert await database.fetch_value("SELECT count(*) FROM outbox_message") == 4


async def test_approved_minutes_never_change(cast, clock, make_meeting, complete, send, approve, circulate):
    meeting = await make_meeting(1)
    await complete(meeting)
    await send(meeting)
    sha256 = await approve(meeting)
    # everything around them changes
    await database.execute("UPDATE child SET name = 'Another Name', child_ref = 'NEW'")
    await database.execute("UPDATE person SET name = 'Renamed'")
    await database.execute("UPDATE panel SET name = 'Renamed'")
    await database.execute("UPDATE agenda_item SET reason = 'Another reason'")
    await database.execute("UPDATE discussion SET decision = 'Another decision'")
    await database.execute("UPDATE attendance SET status = 'absent'")
    await circulate(meeting)
    row = await database.fetch_one("SELECT content, sha256 FROM minutes")
    assert row["sha256"] == sha256 == fingerprint(row["content"])
    content = json.loads(row["content"])
    assert content["items"][0]["child"]["name"] == "Testname Surname0"
    for statement in (
        "UPDATE minutes SET content = replace(content, 'Seen', 'Unseen')",
        "UPDATE minutes SET sha256 = 'x'",
        "UPDATE minutes SET content = NULL, sha256 = NULL",
    ):
        with pytest.raises(asyncpg.RaiseError, match="never change"):
            await database.execute(statement)


async def test_fixed_text_holds_actions_quorum_and_attendance(
    cast, make_meeting, complete, send, approve, monkeypatch
):
    meeting = await make_meeting(1)
    await complete(meeting)
    await builders.an_action(
        "mace",
        cast.police.agency_id,
        date(2026, 7, 1),
        meeting=meeting.id,
        agenda_item=meeting.items[0],
        child=meeting.children[0],
        text="Visit the station",
    )
    await send(meeting)
    await approve(meeting)
    content = json.loads(await database.fetch_value("SELECT content FROM minutes"))
    assert content["quorum"].startswith("Not quorate: 2 agencies came, 3 are needed")
    assert {one["name"] for one in content["attendance"]} == {"Carys Chairwell", "Polly Constable-Sample"}
    assert [action["text"] for action in content["items"][0]["actions"]] == ["Visit the station"]
    assert content["items"][0]["sections"][0]["text"] == "Seen and heard."


async def test_closing_a_case_takes_effect_at_approval(cast, make_meeting, discuss, send, approve):
    meeting = await make_meeting(1)
    case = await builders.a_case("mace", meeting.children[0], date(2026, 3, 1))
    await discuss(
        meeting,
        case_decision="close",
        closure_reason="reduced-risk",
        risk_before="medium",
        risk_after="low",
        risk_rationale="Calm",
        rationale="Nothing for months, and the family carries the plan.",
    )
    await send(meeting)
    assert await database.fetch_value("SELECT closed_on FROM panel_case WHERE id = $1", case) is None
    await approve(meeting)
    row = await database.fetch_one(
        "SELECT closed_on, closure_reason, risk_at_close, closure_rationale, closed_despite, closed_by "
        "FROM panel_case WHERE id = $1",
        case,
    )
    assert row == {
        "closed_on": date(2026, 6, 10),
        "closure_reason": "reduced-risk",
        "risk_at_close": "low",
        "closure_rationale": "Nothing for months, and the family carries the plan.",
        "closed_despite": "",
        "closed_by": cast.chair.person_id,
    }


async def test_a_case_is_not_closed_over_what_is_still_open_without_a_word_on_why(
    cast, make_meeting, discuss, send, approve
):
    meeting = await make_meeting(1)
    child = meeting.children[0]
    case = await builders.a_case("mace", child, date(2026, 3, 1))
    await builders.an_action("mace", cast.police.agency_id, date(2026, 7, 1), child=child)
    closing = {"case_decision": "close", "closure_reason": "reduced-risk", "decision": "Closed."}
    await discuss(meeting, **closing)
    with pytest.raises(Refused, match="item 1 is closed in spite of what is still open: 1 open action"):
        await send(meeting)
    await discuss(meeting, **closing, closed_despite="The police keep their action going.")
    await send(meeting)
    await approve(meeting)
    assert await database.fetch_value("SELECT closed_despite FROM panel_case WHERE id = $1", case) == (
        "The police keep their action going."
    )
    item = json.loads(await database.fetch_value("SELECT content FROM minutes"))["items"][0]
    assert item["closed_despite"] == "The police keep their action going."


async def test_what_opens_between_the_draft_and_the_approval_sends_the_minutes_back(
    cast, make_meeting, discuss, send, approve
):
    meeting = await make_meeting(1)
    case = await builders.a_case("mace", meeting.children[0], date(2026, 3, 1))
    await discuss(meeting, case_decision="close", closure_reason="moved", rationale="Has moved.")
    await send(meeting)
    await builders.an_episode(meeting.children[0], datetime(2026, 6, 10, 20, tzinfo=UTC), returned_at=None)
    with pytest.raises(Refused, match="Return them, so that they do"):
        await approve(meeting)
    assert await database.fetch_value("SELECT closed_on FROM panel_case WHERE id = $1", case) is None


async def test_minutes_do_not_close_again_what_was_reopened_after_their_meeting(
    cast, clock, make_meeting, discuss, send, approve
):
    meeting = await make_meeting(1)
    case = await builders.a_case("mace", meeting.children[0], date(2026, 3, 1))
    await discuss(meeting, case_decision="close", closure_reason="moved", rationale="Has moved.")
    await send(meeting)
    clock.now += timedelta(days=1)
    await close_by_hand(
        cast.chair,
        case,
        1,
        closed_on=date(2026, 6, 11),
        reason="moved",
        rationale="Has moved.",
        despite="",
        now=clock.now,
    )
    await reopen_case(cast.chair, case, 2, rationale="The wrong child.", next_review_on=None, now=clock.now)
    with pytest.raises(Refused, match="reopened after this meeting"):
        await approve(meeting)
    assert await database.fetch_value("SELECT closed_on FROM panel_case WHERE id = $1", case) is None


async def test_keeping_a_case_open_records_its_review(cast, make_meeting, discuss, send, approve):
    meeting = await make_meeting(1)
    case = await builders.a_case("mace", meeting.children[0], date(2026, 3, 1))
    await discuss(meeting, case_decision="keep-open", next_review_on=date(2026, 9, 1))
    await send(meeting)
    await approve(meeting)
    row = await database.fetch_one(
        "SELECT closed_on, first_meeting_on, last_reviewed_on, next_review_on FROM panel_case WHERE id = $1",
        case,
    )
    assert row == {
        "closed_on": None,
        "first_meeting_on": date(2026, 6, 10),
        "last_reviewed_on": date(2026, 6, 10),
        "next_review_on": date(2026, 9, 1),
    }


async def test_an_item_not_reached_decides_nothing(cast, make_meeting, discuss, send, approve):
    meeting = await make_meeting(1)
    case = await builders.a_case("mace", meeting.children[0], date(2026, 3, 1))
    await discuss(
        meeting,
        outcome="not-reached",
        case_decision="close",
        closure_reason="moved",
        risk_before="low",
        risk_after="high",
    )
    await send(meeting)
    await approve(meeting)
    assert await database.fetch_value("SELECT closed_on FROM panel_case WHERE id = $1", case) is None
    assert await database.fetch_value("SELECT count(*) FROM risk_assessment") == 0


async def test_a_case_accepted_after_the_meeting_is_left_alone(cast, make_meeting, discuss, send, approve):
    meeting = await make_meeting(1)
    case = await builders.a_case("mace", meeting.children[0], date(2026, 6, 11))
    await discuss(meeting, case_decision="close", closure_reason="moved")
    await send(meeting)
    await approve(meeting)
    assert await database.fetch_value("SELECT closed_on FROM panel_case WHERE id = $1", case) is None


async def test_a_new_risk_level_becomes_an_assessment_at_approval(cast, make_meeting, discuss, send, approve):
    meeting = await make_meeting(4)
    for child in meeting.children[:3]:
        await builders.a_risk(child, date(2026, 5, 1), "medium", tool="toolkit", flags=["cse"])
    await builders.a_risk(meeting.children[2], date(2026, 6, 10), "low", tool="panel")
    await discuss(meeting, 0, risk_before="medium", risk_after="high", risk_rationale="Two new adults")
    await discuss(meeting, 1, risk_before="medium", risk_after="medium")
    await discuss(meeting, 2, risk_before="low", risk_after="high", risk_rationale="Later that day")
    await discuss(meeting, 3, risk_after="low", risk_rationale="First one")
    await send(meeting)
    assert len(await assessed(meeting.children[0])) == 1
    await approve(meeting)
    day = date(2026, 6, 10)
    before = (date(2026, 5, 1), "medium", "toolkit")
    assert await assessed(meeting.children[0]) == [before, (day, "high", "panel")]
    assert await assessed(meeting.children[1]) == [before]
    again = f"panel, meeting {meeting.id}"
    assert await assessed(meeting.children[2]) == [before, (day, "low", "panel"), (day, "high", again)]
    assert await assessed(meeting.children[3]) == [(day, "low", "panel")]
    flags = await database.fetch_value(
        "SELECT flags FROM risk_assessment WHERE level = 'high' AND tool = 'panel'"
    )
    assert flags == ["cse"]


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"case_decision": "close"}, "closing"),
        ({"risk_before": "low", "risk_after": "high"}, "risk level"),
        ({"next_review_on": date(2026, 6, 10)}, "next review"),
    ],
)
async def test_what_the_chair_could_not_confirm_is_not_sent(cast, make_meeting, discuss, send, fields, word):
    meeting = await make_meeting(1)
    await builders.a_case("mace", meeting.children[0], date(2026, 3, 1))
    await discuss(meeting, **fields)
    with pytest.raises(Refused, match=word):
        await send(meeting)


async def test_filing_comes_after_circulation_and_once(
    cast, clock, make_meeting, complete, send, approve, circulate
):
    meeting = await make_meeting(1)
    await database.execute("UPDATE agenda_item SET child = NULL, kind = 'standing', title = 'Trends'")
    await complete(meeting)
    await send(meeting)
    with pytest.raises(Refused):
        await mark_filed(cast.minute_taker, meeting.id, now=clock.now)
    await approve(meeting)
    await circulate(meeting)
    with pytest.raises(Forbidden):
        await mark_filed(cast.police, meeting.id, now=clock.now)
    await mark_filed(cast.minute_taker, meeting.id, now=clock.now)
    with pytest.raises(MovedOn):
        await mark_filed(cast.minute_taker, meeting.id, now=clock.now)


async def test_mails_hold_no_name_and_go_only_to_people_who_can_sign_in(
    cast, clock, make_meeting, complete, send, approve, circulate
):
    meeting = await make_meeting(1)
    await complete(meeting)
    await database.execute("UPDATE person SET disabled_at = now() WHERE id = $1", cast.police.person_id)
    # came to the meeting and has no seat: the link would lead nowhere
    await builders.insert(
        "attendance",
        meeting=meeting.id,
        person=cast.outsider.person_id,
        agency=cast.outsider.agency_id,
        status="present",
    )
    await send(meeting)
    await return_to_taker(
        cast.chair, meeting.id, await version_of(meeting), "Testname?", now=clock.now, base_url=BASE
    )
    await send(meeting)
    await approve(meeting)
    await circulate(meeting)
    mails = await database.fetch("SELECT recipient, subject, body FROM outbox_message ORDER BY id")
    assert [mail["recipient"].split("@")[0] for mail in mails] == [
        "chair",
        "minute-taker",
        "chair",
        "chair",
        "minute-taker",
        "health",
    ]
    child_ref = await database.fetch_value("SELECT child_ref FROM child")
    for mail in mails:
        whole = mail["subject"] + mail["body"]
        assert f"{BASE}/meetings/{meeting.id}/minutes" in mail["body"]
        for word in ("Testname", "Surname", child_ref, "Seen and heard"):
            assert word not in whole


async def test_other_rooms_are_told_what_was_not_reached_and_decided(cast, clock, make_meeting, discuss):
    meeting = await make_meeting(4)
    await discuss(
        meeting, 0, case_decision="close", closure_reason="reduced-risk", risk_before="high", risk_after="low"
    )
    await discuss(meeting, 1, outcome="not-reached")
    await discuss(meeting, 2)
    assert await items_not_reached(meeting.id) == {meeting.items[1]}
    panel = await builders.panel_id("mace")
    later = datetime(2026, 7, 1, tzinfo=UTC)
    assert await last_outcomes(panel, meeting.children, later) == {
        meeting.children[0]: "case closed (reduced risk), risk high to low",
        meeting.children[2]: "discussed",
    }
    assert await last_outcomes(panel, meeting.children, datetime(2026, 6, 10, 8, tzinfo=UTC)) == {}
    assert await last_outcomes(await builders.panel_id("general"), meeting.children, later) == {}


ALL = frozenset({"actions_issued_at", "sent_to_chair_at", "approved_at", "circulated_at", "filed_at"})


def at(day: int) -> datetime:
    return datetime(2026, 6, day, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stamps", "status"),
    [
        ({}, None),
        ({"actions_issued_at": at(11)}, "draft"),
        ({"sent_to_chair_at": at(12)}, "with-chair"),
        ({"approved_at": at(13)}, "approved"),
        ({"sent_to_chair_at": at(12), "circulated_at": at(14)}, "circulated"),
        ({"filed_at": at(15)}, "circulated"),
    ],
)
async def test_stamps_of_a_file_make_minutes_of_the_furthest_stage(db, clock, stamps, status):
    meeting = await builders.a_meeting("mace", at(10), status="held")
    told = [MinuteStamps(meeting, **stamps, columns=ALL)]
    assert await record_stamps(told, clock.now) == ({meeting} if status else set())
    assert await database.fetch_value("SELECT status FROM minutes WHERE meeting = $1", meeting) == status
    assert await record_stamps(told, clock.now) == set()  # the same file again


async def test_a_file_leaves_alone_what_it_is_silent_about(db, clock):
    meeting = await builders.a_meeting("mace", at(10), status="held")
    await record_stamps([MinuteStamps(meeting, sent_to_chair_at=at(12), columns=ALL)], clock.now)
    only = frozenset({"approved_at"})
    assert await record_stamps([MinuteStamps(meeting, approved_at=at(13), columns=only)], clock.now) == {
        meeting
    }
    row = await database.fetch_one("SELECT status, sent_to_chair_at, approved_at FROM minutes")
    assert row == {"status": "approved", "sent_to_chair_at": at(12), "approved_at": at(13)}
    assert await record_stamps([MinuteStamps(meeting, columns=only)], clock.now) == {meeting}
    assert await database.fetch_value("SELECT status FROM minutes") == "with-chair"


async def test_a_file_never_touches_minutes_written_here(cast, clock, make_meeting, complete):
    meeting = await make_meeting(1)
    await complete(meeting)
    assert (
        await record_stamps([MinuteStamps(meeting.id, circulated_at=at(14), columns=ALL)], clock.now) == set()
    )
    assert await status_of(meeting) == "draft"


async def test_the_stamps_of_held_meetings_come_with_the_standards_of_their_day(
    cast, clock, make_meeting, complete, send
):
    meeting = await make_meeting(1)
    weekly = await builders.a_meeting("missing-children-panel", at(20), status="held", ended_at=at(20))
    await builders.a_meeting("mace", at(21))  # not held
    await builders.a_meeting("mace", datetime(2026, 7, 1, tzinfo=UTC), status="held")  # after the window
    await builders.insert(
        "terms_of_reference",
        panel=await builders.panel_id("mace"),
        holds_from=date(2026, 6, 1),
        overrides={"timescales": {"draft": 3}},
    )
    await complete(meeting)
    await builders.an_action(
        "mace",
        cast.police.agency_id,
        date(2026, 7, 1),
        meeting=meeting.id,
        issued_on=date(2026, 6, 10),
        issued_at=at(10),
    )
    clock.now = at(12)
    await send(meeting)
    found = await stamps_of_meetings(date(2026, 6, 1), date(2026, 7, 1))
    assert [one.meeting_id for one in found] == [meeting.id, weekly]
    assert found[0].stamps.draft_to_chair_on == date(2026, 6, 12)
    assert found[0].stamps.actions_issued_on == date(2026, 6, 10)
    assert (found[0].timescales.draft, found[1].timescales.draft) == (3, 2)
    assert found[0].minute_taker == "Minna Takewright"
    stages = {fact.stage: fact for fact in found[0].stages(at(30))}
    assert stages[Stage.DRAFT_TO_CHAIR].within_standard
    assert stages[Stage.CIRCULATED].is_outstanding
    assert handed_in.actions_issued_at is not None
