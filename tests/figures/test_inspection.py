"""Inspection packs: cases drawn again by their seed, everything on file about each, and nothing that is restricted."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest

from app import database
from app.episodes.rules import EpisodeFacts, InterviewFacts
from app.figures.inspection.rules import InterviewStatus, interview_status, timeliness
from app.minutes.sampling.rules import drawn
from tests import builders
from tests.minutes.conftest import discuss, make_meeting  # noqa: F401 - fixtures
from tests.minutes.papers import circulated, restrict
from tests.panels.packs.test_packs import read_pdf

BACK = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)
NOW = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)
TWO_QUARTERS = {"from": "2025-10-01", "to": "2026-04-01", "size": "3", "seed": "ofsted-1"}


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


# What followed each episode


def status(*interviews: InterviewFacts, **episode: object) -> InterviewStatus:
    told = {"started_at": BACK - timedelta(hours=9), "returned_at": BACK} | episode
    return interview_status(EpisodeFacts(1, "missing", **told), interviews, NOW)


def offer(at: datetime | None, outcome: str = "pending", **more: object) -> InterviewFacts:
    return InterviewFacts(1, outcome, at, more.pop("held_at", None), (1,), **more)


@pytest.mark.parametrize(
    ("interviews", "codes", "in_72h"),
    [
        ((), ("N", "N"), "No"),
        # 72 hours elapsed, over the night on which clocks go forward
        ((offer(BACK + timedelta(hours=72)),), ("Y", ""), "Yes"),
        ((offer(BACK + timedelta(hours=72, seconds=1), "declined-child"),), ("Y", "N"), "No"),
        ((offer(None, "completed", held_at=BACK + timedelta(hours=5)),), ("Y", "Y"), "Cannot be told"),
        ((offer(BACK, "completed", date_only=("offered_at",)),), ("Y", "Y"), "Cannot be told"),
        ((offer(None, "unable"),), ("N", "N"), "No"),
        ((offer(BACK, "declined-child"), offer(BACK + timedelta(days=9), "completed")), ("Y", "Y"), "Yes"),
    ],
)
def test_an_interview_is_offered_in_time_or_accepted(interviews, codes, in_72h) -> None:
    found = status(*interviews)
    assert (found.offered_code, found.accepted_code) == codes
    assert found.in_72h_words.startswith(in_72h)


def test_what_is_not_over_yet_is_neither_late_nor_refused() -> None:
    assert status(returned_at=NOW - timedelta(hours=71)).in_72h_words == "Not due yet"
    assert status(returned_at=None).in_72h_words == "Not back yet"
    assert status(returned_at=None, end_unknown_after=date(2026, 3, 31)).in_72h_words == "Return not known"


@pytest.mark.parametrize(
    ("told", "due", "finished", "words", "late"),
    [
        ("completed", date(2026, 6, 1), date(2026, 6, 1), "In time", False),
        ("completed", date(2026, 6, 1), date(2026, 6, 2), "1 day late", True),
        ("in-progress", date(2026, 6, 10), None, "Not due yet", False),
        ("issued", date(2026, 6, 8), None, "Overdue by 2 days", True),
        ("not-possible", date(2026, 6, 1), date(2026, 6, 5), "Ended 5 June 2026", False),
    ],
)
def test_an_action_stands_against_its_first_due_date(told, due, finished, words, late) -> None:
    assert timeliness(told, due, due, finished, NOW.date()) == (words, late)
    later = timeliness(told, due, date(2026, 7, 1), finished, NOW.date())
    assert later == ("In time", False) or (
        later[1] is late and "more time was given, to 1 July 2026" in later[0]
    )


# Drawing


async def some_cases(count: int) -> list[int]:
    return [
        await builders.a_case("mace", await builders.a_child(), date(2025, 11, 1) + timedelta(days=number))
        for number in range(count)
    ]


async def test_a_seed_draws_the_same_cases_again_of_those_open_in_the_time(sign_in) -> None:
    cases = await some_cases(7)
    closed = await builders.a_case(
        "mace",
        await builders.a_child(),
        date(2025, 1, 1),
        closed_on=date(2025, 9, 30),
        closure_reason="moved",
    )
    await builders.a_case("mace", await builders.a_child(), date(2026, 4, 1))
    manager = await sign_in("manager")
    answers = [await manager.post("/inspection", data=TWO_QUARTERS) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    rows = await database.fetch("SELECT sample, panel_case FROM inspection_case ORDER BY sample, position")
    first, again = ([row["panel_case"] for row in rows[part : part + 3]] for part in (0, 3))
    assert first == again == drawn("ofsted-1", cases, 3)
    assert closed not in first
    page = plain((await manager.get(answers[0].headers["location"])).text)
    assert "3 of 7; 3 asked for" in page
    assert "Open at any time from 1 October 2025 to 31 March 2026" in page
    assert "ofsted-1" in page
    with pytest.raises(Exception, match="inspection_case"):
        await database.execute("DELETE FROM inspection_case")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"from": "2026-04-01", "to": "2025-10-01"}, "must be later than the first day"),
        ({"size": "31"}, "from 1 to 30"),
        ({"size": "x"}, "from 1 to 30"),
        ({"seed": "s" * 61}, "60 characters or fewer"),
        ({"panel": "nowhere"}, "Choose a panel from the list"),
        ({"from": "2020-01-01", "to": "2020-02-01"}, "No case was open in this time"),
        ({"from": "2099-01-01", "to": "2099-02-01"}, "This time has not begun yet"),
    ],
)
async def test_what_cannot_be_drawn_is_said_and_the_form_kept(sign_in, given, words) -> None:
    await some_cases(1)
    answer = await (await sign_in("manager")).post("/inspection", data=TWO_QUARTERS | given)
    assert answer.status_code == 422
    assert words in plain(answer.text)
    assert await database.fetch_value("SELECT count(*) FROM inspection_sample") == 0


# The pack


async def test_the_pack_holds_what_is_on_file_and_names_what_is_left_out(
    cast,
    clock,
    sign_in,
    make_meeting,  # noqa: F811
    discuss,  # noqa: F811
) -> None:
    meeting = await make_meeting(2, starts_at=datetime(2026, 6, 3, 8, 0, tzinfo=UTC))
    child, other = meeting.children
    await database.execute("UPDATE child SET name = '=SUM(1)' WHERE id = $1", child)
    case = await builders.a_case("mace", child, date(2026, 3, 1), risk_at_start="medium")
    await builders.an_episode(child, BACK - timedelta(hours=9), returned_at=BACK, missing_from="Elm House")
    await builders.a_risk(child, date(2026, 3, 2), "high", tool="A tool of sorts")
    agency = cast.police.agency_id
    await builders.an_action("mace", agency, date(2026, 6, 1), child=child, text="Visit the placement")
    for index, words in enumerate(("Said of the first", "Said of the other")):
        await discuss(meeting, index, text=words, decision="Decided", risk_after="high", risk_rationale="So")
    await circulated(cast, clock, meeting)
    closed = await make_meeting(1, starts_at=datetime(2026, 5, 6, 8, 0, tzinfo=UTC))
    await database.execute("UPDATE agenda_item SET child = $1 WHERE id = $2", child, closed.items[0])
    await discuss(closed, text="Whispered")
    await restrict(closed)
    draft = await make_meeting(1, starts_at=datetime(2026, 4, 22, 8, 0, tzinfo=UTC))
    await database.execute("UPDATE agenda_item SET child = $1 WHERE id = $2", child, draft.items[0])
    await discuss(draft, text="Being written")
    manager = await sign_in("manager")
    drawn_at = await manager.post("/inspection", data=TWO_QUARTERS | {"seed": "x"})
    path = drawn_at.headers["location"]
    page = plain((await manager.get(f"{path}/cases/1")).text)
    reader, pack = read_pdf((await manager.get(f"{path}/pack.pdf")).content)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    for text in (page, pack):
        for words in (
            "Missing from Elm House",
            "Visit the placement",
            "Overdue by 9 days",
            "A tool of sorts",
            "Said of the first",
            "One item is restricted and left out",
            "22 April 2026: minutes not circulated yet",
            "NRM",
        ):
            assert words in text
        assert "Said of the other" not in text
        assert "Whispered" not in text
        assert "Being written" not in text
    assert f"Case {case}" in pack
    assert "seed x" in pack
    child_ref = await database.fetch_value("SELECT child_ref FROM child WHERE id = $1", child)
    missing = list(csv.reader(io.StringIO((await manager.get(f"{path}/missing.csv")).text.lstrip("\ufeff"))))
    assert missing[0][-2:] == ["RHI offered", "RHI accepted"]
    assert missing[1][0] == child_ref
    assert missing[1][-4:] == ["28/03/2026", "28/03/2026", "N", "N"]
    assert "'=SUM(1)" in (await manager.get(f"{path}/cases.csv")).text
    reads = await database.fetch(
        "SELECT details ->> 'form' AS form, child_ids FROM history_entry WHERE kind = 'inspection sample read'"
    )
    assert {row["form"] for row in reads} == {"case", "pdf", "missing list", "csv"}
    assert all(row["child_ids"] == [child] for row in reads)
    assert other != child


async def test_packs_are_for_safeguarding_managers_alone(sign_in) -> None:
    await some_cases(1)
    path = (await (await sign_in("manager")).post("/inspection", data=TWO_QUARTERS)).headers["location"]
    for name in ("officer", "chair", "admin"):
        someone = await sign_in(name)
        assert (await someone.get("/inspection")).status_code == 403
        assert (await someone.get(f"{path}/pack.pdf")).status_code == 403
    assert (await (await sign_in("manager")).get(f"{path}/cases/2")).status_code == 404
