"""The life of a report: made, written in by two people, fixed once, verified, made anew; who sees it; its files."""

import asyncio
import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest
from docx import Document as WordFile
from pypdf import PdfReader

from app import database
from app.figures.catalogue import FIGURES
from app.figures.reports import kinds, of_figures
from app.figures.reports.building import Look
from app.figures.reports.changes import fix_report, make_report
from app.figures.reports.kinds import KINDS, ReportKind, kind_of
from app.figures.reports.periods import HALF_YEAR, INSPECTION_YEAR, QUARTER, Period
from app.figures.reports.rules import together
from app.figures.sections import Audience
from app.windows import Window
from tests import builders
from tests.conftest import Browser, Cast, SignIn, TestClock

GIVEN = {"kind": "quarterly-figures", "audience": "managers", "from": "2026-01-01", "to": "2026-04-01"}

UNFIXED = {"page": "Check and fix"} | dict.fromkeys(("pdf", "docx", "csv"), "Draft – not fixed")


async def some_records() -> None:
    """Of the quarter: 12 episodes of 4 children, 3 of them not returned within a day."""
    for number in range(4):
        child = await builders.a_child()
        for day in (3, 10, 17):
            started = datetime(2026, 2, day + number, 12, tzinfo=UTC)
            late = day == 3 and number < 3
            returned = started + timedelta(hours=60 if late else 2)
            await builders.an_episode(child, started, reported_at=started, returned_at=returned)


async def a_draft(browser: Browser, **given: str) -> str:
    """The address of a new draft."""
    answer = await browser.post("/reports", GIVEN | given)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


async def the_form(browser: Browser, address: str) -> dict[str, object]:
    """What somebody who read the whole report sends to fix it."""
    page = (await browser.get(f"{address}/fixing")).text
    return {name: field(page, name) for name in ("version", "reading", "submission_key")}


async def fix(browser: Browser, address: str) -> None:
    answer = await browser.post(f"{address}/fixing", await the_form(browser, address))
    assert (answer.status_code, answer.headers.get("location")) == (303, address), answer.text


async def words_of(browser: Browser, address: str) -> dict[str, str]:
    """The texts of a report's files, blanks alike."""
    pdf = PdfReader(io.BytesIO((await browser.get(f"{address}.pdf")).content))
    word = WordFile(io.BytesIO((await browser.get(f"{address}.docx")).content))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    edges = [*word.sections[0].header.paragraphs, *word.sections[0].footer.paragraphs]
    texts = {
        "page": re.sub(r"<[^>]+>", " ", (await browser.get(address)).text),
        "pdf": " ".join(page.extract_text() for page in pdf.pages),
        "docx": " ".join([*(one.text for one in (*word.paragraphs, *edges)), *cells]),
        "csv": (await browser.get(f"{address}.csv")).text,
    }
    return {form: " ".join(text.replace("\u200b", "").split()) for form, text in texts.items()}


async def test_a_report_says_what_it_said_when_it_was_fixed_whatever_comes_after(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await some_records()
    officer = await sign_in("officer")
    address = await a_draft(officer)
    await officer.post(f"{address}/words", {"version": "1", "words-opening": "It **fell** a little."})
    before = await words_of(officer, address)
    assert [form for form in before if UNFIXED[form] not in before[form]] == []
    await fix(officer, address)
    said = await words_of(officer, address)
    sha256 = await database.fetch_value("SELECT sha256 FROM report")
    groups = " ".join(sha256[at : at + 8] for at in range(0, 64, 8))
    for form, text in said.items():
        assert "75 % (9 of 12)" in text or (form == "csv" and ",9,12,75.0," in text), form
        assert (sha256 if form == "csv" else groups) in text, form
        assert UNFIXED[form] not in text, form
    await some_records()
    missing = FIGURES["missing"]
    other = replace(missing, definition=replace(missing.definition, version=99, words=("Otherwise.",)))
    quarterly = kind_of("quarterly-figures")
    assert quarterly is not None
    changed = replace(quarterly, sections=(quarterly.sections[0], of_figures.figure_section(other)))
    monkeypatch.setattr(kinds, "KINDS", (changed,))
    after = await words_of(officer, address)
    assert after["page"].count("missing/1") == said["page"].count("missing/1") > 0
    for form in ("pdf", "docx", "csv"):
        assert after[form].replace(_opened(after[form]), "") == said[form].replace(_opened(said[form]), ""), (
            form
        )
    anew = await officer.post(f"{address}/versions", {})
    new = (await words_of(officer, anew.headers["location"]))["page"]
    assert "75 % (18 of 24)" in new
    assert "It **fell** a little." in new
    assert "missing/99" in new
    again = await officer.post(f"{address}/versions", {})
    assert again.status_code == 409
    monkeypatch.setattr(kinds, "KINDS", ())
    retired = await words_of(officer, address)
    assert retired["page"].count("missing/1") == said["page"].count("missing/1")
    assert (await officer.get(anew.headers["location"])).status_code == 409


def _opened(text: str) -> str:
    found = re.search(r"(Opened|Printed)[^,]*, \d+ \w+ \d{4} at \d\d:\d\d", text)
    return found[0] if found else "\0"


async def test_nothing_fixes_a_report_twice_or_changes_it_afterwards(sign_in: SignIn, cast: Cast) -> None:
    await some_records()
    officer, manager = await sign_in("officer"), await sign_in("manager")
    address = await a_draft(officer)
    forms = [await the_form(one, address) for one in (officer, manager)]
    answers = await asyncio.gather(
        officer.post(f"{address}/fixing", forms[0]), manager.post(f"{address}/fixing", forms[1])
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert await database.fetch_value("SELECT count(*) FROM history_entry WHERE kind = 'report fixed'") == 1
    late = await officer.post(
        f"{address}/words", {"version": "2", "words-opening": "Too late, and not lost."}
    )
    assert late.status_code == 409
    assert "Too late, and not lost." in late.text
    assert (await officer.post(f"{address}/discarding", {"version": "2"})).status_code == 409
    for change in ("UPDATE report SET narrative = '{}'", "DELETE FROM report"):
        with pytest.raises(asyncpg.RaiseError):
            await database.execute(change)


async def test_what_is_fixed_is_what_was_on_screen(sign_in: SignIn) -> None:
    await some_records()
    officer = await sign_in("officer")
    address = await a_draft(officer)
    read = await the_form(officer, address)
    child = await builders.a_child()
    await builders.an_episode(child, datetime(2026, 3, 1, 20, tzinfo=UTC))
    changed = await officer.post(f"{address}/fixing", read)
    assert changed.status_code == 409
    assert "Records changed while you were reading" in changed.text
    assert (await officer.post(f"{address}/fixing", {"version": "1"})).status_code == 409
    read = await the_form(officer, address)
    await officer.post(f"{address}/words", {"version": "1", "words-opening": "More."})
    assert (await officer.post(f"{address}/fixing", read)).status_code == 409
    assert await database.fetch_value("SELECT status FROM report") == "draft"


async def test_a_changed_letter_shows(sign_in: SignIn) -> None:
    officer = await sign_in("officer")
    address = await a_draft(officer)
    await officer.post(f"{address}/words", {"version": "1", "words-opening": "It fell."})
    await fix(officer, address)
    assert "does not match" not in (await words_of(officer, address))["pdf"]
    await database.execute("ALTER TABLE report DISABLE TRIGGER report_fixed_stays")
    await database.execute("UPDATE report SET content = replace(content, 'It fell.', 'It rose.')")
    said = await words_of(officer, address)
    assert "does not match" in said["page"]
    assert "does not match" in said["pdf"]
    assert "does not match" in said["docx"]


async def test_two_officers_write_in_one_draft_and_nothing_is_lost(sign_in: SignIn) -> None:
    officer, manager = await sign_in("officer"), await sign_in("manager")
    address = await a_draft(officer)
    words = f"{address}/words"
    blind = await officer.post(words, {"words-opening": "Based on nothing."})
    assert blind.status_code == 428
    assert "Based on nothing." in blind.text
    await officer.post(words, {"version": "1", "words-opening": "Mine."})
    beside = await manager.post(words, {"version": "1", "words-missing": "Theirs, elsewhere."})
    assert beside.status_code == 303
    stale = await manager.post(words, {"version": "1", "words-opening": "Theirs.", "words-missing": ""})
    assert stale.status_code == 409
    assert "Mine." in stale.text
    assert "Theirs." in stale.text
    assert "Otis Panelby" not in stale.text.split("Stored")[0]
    stored = await database.fetch_value("SELECT narrative FROM report")
    assert stored == {"opening": "Mine.", "missing": "Theirs, elsewhere."}
    merged = {"version": field(stale.text, "version"), "words-opening": "Both.", "words-missing": "Kept."}
    assert (await manager.post(words, merged)).status_code == 303
    past = await database.fetch("SELECT \"row\" -> 'narrative' AS words FROM report_past ORDER BY held_until")
    assert [row["words"].get("opening") for row in past] == [None, "Mine.", "Mine."]
    long = await officer.post(words, {"version": "4", "words-opening": "x" * 20_001})
    assert long.status_code == 422
    assert "20,000 characters or fewer" in long.text


async def test_a_form_cut_short_empties_no_section(sign_in: SignIn) -> None:
    officer = await sign_in("officer")
    words = f"{await a_draft(officer)}/words"
    await officer.post(words, {"version": "1", "words-opening": "Mine.", "words-missing": "Mine too."})
    await officer.post(words, {"version": "2", "words-opening": ""})
    assert await database.fetch_value("SELECT narrative FROM report") == {"missing": "Mine too."}


async def test_words_save_themselves_and_a_colleagues_words_are_told_to_the_page_instead_of_overwritten(
    sign_in: SignIn,
) -> None:
    officer, manager = await sign_in("officer"), await sign_in("manager")
    words = f"{await a_draft(officer)}/words"
    by_itself = {"headers": {"X-Autosave": "1", "Accept": "application/json"}}
    saved = await officer.post(words, {"version": "1", "words-opening": "Mine."}, **by_itself)
    assert saved.json() == {"version": 2, "saved_at": "10:00:00"}
    again = await officer.post(words, {"version": "1", "words-opening": "Mine."}, **by_itself)
    assert again.json()["version"] == 2
    beside = await manager.post(words, {"version": "1", "words-missing": "Theirs."}, **by_itself)
    assert (beside.status_code, beside.json()["version"]) == (409, 2)
    latest = (await manager.get(words)).json()
    assert (latest["version"], latest["by"], latest["fields"]["words-opening"]) == (
        2,
        "Otis Panelby",
        "Mine.",
    )
    joined = {"version": "2", "words-opening": "Mine.", "words-missing": "Theirs."}
    assert (await manager.post(words, joined, **by_itself)).json()["version"] == 3
    assert (await officer.post(words, {"words-opening": "Blind."}, **by_itself)).status_code == 428
    long = await officer.post(words, {"version": "3", "words-opening": "x" * 20_001}, **by_itself)
    assert (long.status_code, "20,000" in long.json()["problem"]) == (422, True)
    assert await database.fetch_value("SELECT narrative FROM report") == {
        "opening": "Mine.",
        "missing": "Theirs.",
    }


def test_words_of_two_people_conflict_only_where_both_changed_the_same() -> None:
    base = {"a": "was", "b": "was"}
    both = together(base, {"a": "theirs", "b": "was"}, {"a": "was", "b": "mine"})
    assert (both.words, both.apart) == ({"a": "theirs", "b": "mine"}, ())
    assert together(base, {"a": "theirs"}, {"a": "mine", "b": "was"}).apart == ("a",)
    assert together(base, {"a": "same", "b": "was"}, {"a": "same"}).words == {"a": "same"}


async def test_no_file_of_a_committee_tells_a_number_under_five(sign_in: SignIn) -> None:
    await some_records()
    officer = await sign_in("officer")
    for kind in ("quarterly-figures", "six-monthly-report", "annual-report"):
        address = await a_draft(officer, kind=kind, audience="committee")
        await fix(officer, address)
        for form, text in (await words_of(officer, address)).items():
            assert "fewer than 5" in text, form
            for told in ("(9 of 12)", ",9,12,", "Sample Child", "CH-0"):
                assert told not in text, f"{kind} {form} tells {told}"
        rows = list(csv.DictReader(io.StringIO((await officer.get(f"{address}.csv")).text.lstrip("\ufeff"))))
        small = [
            row
            for row in rows
            for name in ("value", "numerator", "denominator")
            if row[name] in {"1", "2", "3", "4"} and "days" not in row["row"] + row["column"].lower()
        ]
        assert small == []


async def test_a_draft_for_managers_can_be_looked_at_as_a_committee_would_see_it(sign_in: SignIn) -> None:
    await some_records()
    officer = await sign_in("officer")
    address = await a_draft(officer)
    assert f'href="{address}?as=committee"' in (await officer.get(address)).text
    for form, told in (("", "(9 of 12)"), (".csv", ",9,12,")):
        assert told in (await officer.get(address + form)).text
        seen = (await officer.get(f"{address}{form}?as=committee")).text
        assert told not in seen
        assert "fewer than 5" in seen
    await fix(officer, address)
    assert "(9 of 12)" in (await officer.get(f"{address}?as=committee")).text


async def test_a_committee_is_given_nobody_s_name_and_no_mark_of_confidence(sign_in: SignIn) -> None:
    officer = await sign_in("officer")
    address = await a_draft(officer, audience="committee")
    assert "Otis Panelby" in (await words_of(officer, address))["pdf"]
    await fix(officer, address)
    said = await words_of(officer, address)
    assert "Confidential" not in said["pdf"]
    assert "Opened by" not in said["pdf"]
    assert "Confidential" not in said["docx"]
    assert "Opened by" not in said["docx"]


async def test_who_sees_figures_but_no_children_reads_what_a_committee_was_given(sign_in: SignIn) -> None:
    officer, analyst = await sign_in("officer"), await sign_in("analyst")
    managers, draft, committee = (
        await a_draft(officer),
        await a_draft(officer, audience="committee"),
        await a_draft(officer, audience="committee"),
    )
    await fix(officer, managers)
    await fix(officer, committee)
    assert "Make a report" not in (await analyst.get("/reports")).text
    found = re.findall(r'href="(/reports/\d+)"', (await analyst.get("/reports")).text)
    assert found == [committee]
    for form in ("", ".pdf", ".docx", ".csv"):
        assert (await analyst.get(committee + form)).status_code == 200
        for address in (managers, draft):
            assert (await analyst.get(address + form)).status_code == 404
    assert (await analyst.post(f"{committee}/versions", {})).status_code == 403
    assert (await analyst.get(f"{committee}?as=managers")).status_code == 200
    for nobody in ("chair", "police", "admin", "outsider"):
        browser = await sign_in(nobody)
        assert {(await browser.get(address)).status_code for address in ("/reports", committee)} == {403}


async def test_words_that_a_spreadsheet_would_run_are_harmless(sign_in: SignIn) -> None:
    officer = await sign_in("officer")
    address = await a_draft(officer)
    await officer.post(f"{address}/words", {"version": "1", "words-opening": "=HYPERLINK(1)\n\t+2"})
    rows = list(csv.DictReader(io.StringIO((await officer.get(f"{address}.csv")).text.lstrip("\ufeff"))))
    said = next(row for row in rows if row["column"] == "In words")
    assert said["value"].startswith("'=")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
async def test_an_authority_without_records_has_reports_that_say_so(
    sign_in: SignIn, cast: Cast, clock: TestClock, kind: ReportKind
) -> None:
    window = kind.period.last_complete(clock.now.date())
    made = await make_report(None, kind, kind.audiences[0], window, now=clock.now)
    manager = await sign_in("manager")
    said = await words_of(manager, f"/reports/{made}")
    assert all(kind.title in said[form] for form in ("page", "pdf", "docx"))
    assert "None" not in said["page"]
    assert "nan" not in said["csv"]
    look = Look(None, clock.now, "Exampleshire", ("Exampleshire",))
    await fix_report(look, made, 1)
    assert "A schedule" in (await manager.get(f"/reports/{made}")).text


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"from": "2026-04-01", "to": "2026-01-01"}, "must be later than the first day"),
        ({"to": "2026-06-12"}, "This time has not ended yet"),
        ({"from": "soon"}, "Enter the first day as a date"),
        ({"panel": "no-such-panel"}, "Choose a panel from the list"),
        ({"audience": "press"}, "Choose who this report is for"),
        ({"kind": "no-such-report"}, "Choose a report from the list"),
        ({"kind": "annual-report", "panel": "mace"}, "Choose one from the list"),
    ],
)
async def test_a_report_that_cannot_be_is_refused_in_words(
    sign_in: SignIn, given: dict[str, str], sentence: str
) -> None:
    officer = await sign_in("officer")
    answer = await officer.post("/reports", GIVEN | given)
    assert answer.status_code == 422
    assert sentence in answer.text or "This report is about all panels together" in answer.text
    assert await database.fetch_value("SELECT count(*) FROM report") == 0


async def test_one_form_makes_one_report_and_a_discarded_one_is_gone(sign_in: SignIn) -> None:
    officer = await sign_in("officer")
    await asyncio.gather(*(officer.post("/reports", GIVEN | {"submission_key": "once"}) for _ in range(5)))
    assert await database.fetch_value("SELECT count(*) FROM report") == 1
    address = f"/reports/{await database.fetch_value('SELECT id FROM report')}"
    assert (await officer.post(f"{address}/discarding", {"version": "1"})).status_code == 303
    assert (await officer.get(address)).status_code == 404
    assert "No report has been made yet" in (await officer.get("/reports")).text
    for nothing in ("/reports/0", "/reports/1.", "/reports/1.exe", "/reports/9999999999999", "/reports/²"):
        assert (await officer.get(nothing)).status_code == 404, nothing


async def test_the_numbers_are_those_of_the_figures_with_the_period_before_beside_them(
    sign_in: SignIn,
) -> None:
    await some_records()
    officer = await sign_in("officer")
    address = await a_draft(officer, **{"from": "2026-04-01", "to": "2026-06-01"})
    rows = list(csv.DictReader(io.StringIO((await officer.get(f"{address}.csv")).text.lstrip("\ufeff"))))
    found = {
        (row["row"], row["column"]): row["value"] or f"{row['numerator']}/{row['denominator']}"
        for row in rows
        if row["section"] == row["table"] == "Missing episodes"
    }
    assert found["Missing episodes", "Time before"] == "12"
    assert found["Returned within 24 hours", "Time before"] == "9/12"
    assert found["Missing episodes", "This time"] == "0"


@pytest.mark.parametrize(
    ("period", "today", "first", "last"),
    [
        (QUARTER, date(2026, 3, 31), date(2025, 10, 1), date(2026, 1, 1)),
        (QUARTER, date(2026, 4, 1), date(2026, 1, 1), date(2026, 4, 1)),
        (HALF_YEAR, date(2026, 9, 30), date(2025, 10, 1), date(2026, 4, 1)),
        (HALF_YEAR, date(2026, 10, 1), date(2026, 4, 1), date(2026, 10, 1)),
        (INSPECTION_YEAR, date(2026, 3, 31), date(2024, 4, 1), date(2025, 4, 1)),
        (INSPECTION_YEAR, date(2026, 4, 1), date(2025, 4, 1), date(2026, 4, 1)),
    ],
)
def test_a_new_report_is_about_the_last_period_that_has_ended(
    period: Period, today: date, first: date, last: date
) -> None:
    window = period.last_complete(today)
    assert window == Window(first, last)
    assert period.labels(window) == (f"This {period.noun}", f"{period.noun.capitalize()} before")
    assert window.before.last == first
    assert period.last_complete(first) == window.before


def test_the_period_before_is_as_long_in_months_or_else_in_days() -> None:
    assert Window(date(2024, 2, 1), date(2024, 3, 1)).before == Window(date(2024, 1, 1), date(2024, 2, 1))
    assert Window(date(2024, 3, 4), date(2024, 3, 11)).before.first == date(2024, 2, 26)


def test_no_report_for_a_committee_may_name_children() -> None:
    weekly = kind_of("weekly-list")
    assert weekly is not None
    assert weekly.names_children
    with pytest.raises(ValueError, match="names children"):
        replace(weekly, audiences=(Audience.COMMITTEE,))
