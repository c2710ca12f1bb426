"""Sections for some readers only: on every page and for every writer, and nothing lost or opened on the way."""

import re
from datetime import date

from app import database
from app.minutes.changes import approve_minutes, send_to_chair
from app.minutes.discussion.changes import restore_revision, save_discussion
from app.minutes.discussion.queries import discussion_of, last_time
from app.minutes.discussion.rules import Said
from app.minutes.fixed_text.rules import in_groups
from app.minutes.marking.rules import Mark
from app.minutes.places.queries import moments_of_place
from app.minutes.queries import item_lines
from app.minutes.revisions.rules import Attempt
from app.panels.meetings.queries import meeting_for
from tests import builders
from tests.minutes.conftest import STARTS, version_of

SECRET = "Intelligence on the older man at number nine"
AUTOSAVE = {"x-autosave": "1", "accept": "application/json"}


async def stored_of(meeting) -> Said:
    return (await discussion_of(meeting.id, meeting.items[0])).said


async def with_a_secret(cast, clock, meeting, key: str = "factors", **more) -> Said:
    """What the minute taker saved: one section for the police alone, and one open to all."""
    mark = Mark(cast.police.agency_id, (cast.police.agency_id,), (cast.minute_taker.person_id,))
    said = Said(outcome="discussed", **more).with_texts({"strengths": "Football", key: SECRET})
    said = said.with_marks({key: mark})
    attempt = Attempt(0, said, cast.minute_taker.person_id)
    await save_discussion(cast.minute_taker, meeting.id, meeting.items[0], attempt, now=clock.now)
    return said


async def test_readers_find_what_is_theirs_and_nothing_that_tells_of_the_rest(
    cast, clock, sign_in, make_meeting
):
    meeting = await make_meeting(1)
    await with_a_secret(cast, clock, meeting)
    base = {"now": clock.now, "base_url": "https://example.org"}
    await send_to_chair(cast.minute_taker, meeting.id, await version_of(meeting), **base)
    sha256 = await approve_minutes(cast.chair, meeting.id, await version_of(meeting), now=clock.now)
    await database.execute(
        "UPDATE minutes SET status = 'circulated', circulated_at = $2 WHERE meeting = $1",
        meeting.id,
        clock.now,
    )
    for name, sees in (
        ("chair", True),
        ("police", True),
        ("minute_taker", True),
        ("health", False),
        ("manager", False),
    ):
        shown = (await (await sign_in(name)).get(f"{meeting.path}/text")).text
        assert (SECRET in shown) is sees, name
        assert ("Push and pull" in shown) is sees, name
        assert ("Restricted</strong> to the chairs, Exampleshire Police" in shown) is sees, name
        assert "Football" in shown, name
        assert in_groups(sha256) in shown, name  # of the whole text, which stays whole
        assert "is not the one that was approved" not in shown, name


async def test_a_taker_who_is_not_named_writes_around_it_and_keeps_it_whole(
    cast, clock, sign_in, make_meeting
):
    meeting = await make_meeting(1)
    said = await with_a_secret(cast, clock, meeting)
    officer = await sign_in("officer")
    page = await officer.get(meeting.item_path())
    assert 'id="factors"' not in page.text
    assert SECRET not in page.text
    latest = (await officer.get(f"{meeting.item_path()}/latest")).json()["fields"]
    assert latest["strengths"] == "Football"
    assert not [name for name in latest if "factors" in name]
    forged = {"marks": "factors strengths", "readers.factors": "", "factors": ""}
    saved = await officer.post(
        meeting.item_path(), {"version": "1", "strengths": "Football, and dogs", **forged}
    )
    assert saved.status_code == 303
    stored = await stored_of(meeting)
    assert (stored.sections["strengths"], stored.sections["factors"]) == ("Football, and dogs", SECRET)
    assert stored.mark("factors") == said.mark("factors")
    # neither does a guess at the words tell whether it was right
    told = [
        await officer.post(meeting.item_path(), {"version": "2", "factors": guess}, headers=AUTOSAVE)
        for guess in (SECRET, "Something else")
    ]
    assert [answer.status_code for answer in told] == [409, 409]
    assert told[0].json() == told[1].json()


async def test_what_was_typed_into_a_section_closed_meanwhile_is_shown_to_be_copied(
    cast, clock, sign_in, make_meeting
):
    meeting = await make_meeting(1)
    officer = await sign_in("officer")
    await officer.post(meeting.item_path(), {"version": "0", "factors": "Older friends"})
    mark = Mark(agencies=(cast.police.agency_id,), people=(cast.minute_taker.person_id,))
    closed = Said().with_texts({"factors": SECRET}).with_marks({"factors": mark})
    await save_discussion(
        cast.minute_taker,
        meeting.id,
        meeting.items[0],
        Attempt(1, closed, cast.minute_taker.person_id),
        now=clock.now,
    )
    late = {"version": "1", "factors": "Older friends with cars", "strengths": "Boxing"}
    answer = await officer.post(meeting.item_path(), late)
    assert answer.status_code == 409
    assert "Older friends with cars" in answer.text
    assert SECRET not in answer.text
    again = await officer.post(meeting.item_path(), {"version": "2", "strengths": "Boxing"})
    assert again.status_code == 303
    assert (await stored_of(meeting)).sections == {"factors": SECRET, "strengths": "Boxing"}


async def test_earlier_texts_keep_it_too_also_from_before_it_was_closed(cast, clock, sign_in, make_meeting):
    meeting = await make_meeting(1)
    item = meeting.items[0]
    me = cast.minute_taker.person_id
    openly = Said().with_texts({"factors": SECRET})
    await save_discussion(cast.minute_taker, meeting.id, item, Attempt(0, openly, me), now=clock.now)
    mark = Mark(agencies=(cast.police.agency_id,), people=(me,))
    await save_discussion(
        cast.minute_taker,
        meeting.id,
        item,
        Attempt(1, openly.with_marks({"factors": mark}), me),
        now=clock.now,
    )
    officer, taker = await sign_in("officer"), await sign_in("minute_taker")
    for query in ("", "?newer=1"):
        assert SECRET not in (await officer.get(f"{meeting.item_path()}/revisions{query}")).text
    compared = re.sub(r"<[^>]+>", "", (await taker.get(f"{meeting.item_path()}/revisions")).text)
    assert "Push and pull factors: who may read it" in compared
    assert "only the chairs, Exampleshire Police and Minna Takewright" in compared
    await restore_revision(cast.officer, meeting.id, item, 1, 2, now=clock.now)
    assert (await stored_of(meeting)).mark("factors") == mark  # what one can't read one does not open either


async def test_a_form_marks_a_section_and_whoever_marks_it_goes_on_reading_it(cast, sign_in, make_meeting):
    meeting = await make_meeting(1)
    taker = await sign_in("minute_taker")
    police = f"agency-{cast.police.agency_id}"
    marked = {"marks": "factors", "source.factors": str(cast.police.agency_id), "readers.factors": police}
    saved = await taker.post(meeting.item_path(), {"version": "0", "factors": SECRET, **marked})
    assert saved.status_code == 303
    mark = (await stored_of(meeting)).mark("factors")
    assert mark == Mark(cast.police.agency_id, (cast.police.agency_id,), (cast.minute_taker.person_id,))
    page = (await taker.get(meeting.item_path())).text
    assert "only the chairs, Exampleshire Police and Minna Takewright; source: Exampleshire Police" in page
    refused = await taker.post(
        meeting.item_path(),
        {"version": "1", **marked, "readers.factors": f"person-{cast.outsider.person_id}"},
    )
    assert refused.status_code == 422
    assert "Choose people and agencies with a seat on this panel" in refused.text
    assert (await stored_of(meeting)).mark("factors") == mark


async def test_other_rooms_are_told_nothing_of_it(cast, clock, make_meeting):
    meeting = await make_meeting(1)
    await with_a_secret(cast, clock, meeting, "decision")
    later = await make_meeting(1, starts_at=STARTS.replace(month=7), status="agenda-issued", ended_at=None)
    seen = {}
    for name in ("chair", "health", "officer", "minute_taker"):
        who = getattr(cast, name)
        before = await last_time(who, await meeting_for(who, later.id), meeting.children[0])
        assert before is not None
        seen[name] = before.decision
    assert seen == {"chair": SECRET, "minute_taker": SECRET, "health": "", "officer": ""}
    await database.execute(
        "UPDATE agenda_item SET kind = 'place', title = 'The arcade', child = NULL WHERE id = $1",
        meeting.items[0],
    )
    told = {
        name: await moments_of_place(getattr(cast, name), [], ["The arcade"]) for name in ("chair", "officer")
    }
    assert [one.words for one in told["chair"]] in ([], [SECRET])
    assert told["officer"] == []
    [line] = await item_lines(meeting.id)
    assert line.decision == SECRET
    assert line.for_readers(lambda mark: not mark.restricted).decision == ""


async def test_a_case_that_closes_on_words_for_some_readers_keeps_none_of_them(cast, clock, make_meeting):
    meeting = await make_meeting(1)
    case = await builders.a_case("mace", meeting.children[0], date(2026, 3, 1))
    closing = {"case_decision": "close", "closure_reason": "reduced-risk"}
    await with_a_secret(cast, clock, meeting, "rationale", **closing)
    await send_to_chair(
        cast.minute_taker,
        meeting.id,
        await version_of(meeting),
        now=clock.now,
        base_url="https://example.org",
    )
    await approve_minutes(cast.chair, meeting.id, await version_of(meeting), now=clock.now)
    kept = await database.fetch_value("SELECT closure_rationale FROM panel_case WHERE id = $1", case)
    assert kept == "See the minutes of 10 June 2026."


async def test_two_who_mark_one_section_close_it_and_are_told(cast, sign_in, make_meeting):
    meeting = await make_meeting(1)
    taker, officer = await sign_in("minute_taker"), await sign_in("officer")
    both = [f"person-{cast.minute_taker.person_id}", f"person-{cast.police.person_id}"]
    first = {"version": "0", "factors": "Older friends", "marks": "factors", "source.factors": ""}
    await officer.post(meeting.item_path(), first)
    source = {"version": "1", "marks": "factors", "source.factors": str(cast.health.agency_id)}
    assert (await officer.post(meeting.item_path(), source)).status_code == 303
    answer = await taker.post(
        meeting.item_path(),
        {"version": "1", "marks": "factors", "source.factors": "", "readers.factors": ["", *both]},
    )
    assert answer.status_code == 409
    told = " ".join(re.sub(r"<[^>]+>", "", answer.text).split())
    assert "Push and pull factors: who may read it" in told
    assert "Saved as: only the chairs," in told
    fields: dict[str, object] = {"readers.factors": []}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.text):
        if name == "readers.factors":
            fields["readers.factors"] = [*fields["readers.factors"], value]
        elif name != "csrf_token":
            fields[name] = value
    assert (await taker.post(meeting.item_path(), fields)).status_code == 303
    people = tuple(sorted([cast.minute_taker.person_id, cast.police.person_id]))
    assert (await stored_of(meeting)).mark("factors") == Mark(None, (), people)
