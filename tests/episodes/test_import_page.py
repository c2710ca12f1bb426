"""The page of imports: refused at once, checked, confirmed, dropped, taken up again; seen by few."""

import csv
import io
from datetime import timedelta

import pytest

from app import database
from app.episodes.uploads import jobs, work
from tests.episodes.files import csv_file

HEADER = "episode_ref,child_ref,started_at,returned_at"
GOOD = csv_file(HEADER, "E1,C1,01/05/2026 22:00,", "E2,C1,31/02/2026,", "E3,C2,01/05/2026 22:00,02/05/2026")


async def upload(browser, content: bytes = GOOD, kind: str = "episodes:homeward", **fields):
    return await browser.post(
        "/import", {"kind": kind, **fields}, files={"file": ("Ann Sample.csv", content)}
    )


async def uploaded(browser, content: bytes = GOOD, kind: str = "episodes:homeward") -> str:
    answer = await upload(browser, content, kind)
    assert answer.status_code == 303
    await work.finish_work()
    return answer.headers["location"]


async def test_a_file_is_checked_shown_confirmed_and_in(sign_in):
    browser = await sign_in("officer")
    address = await uploaded(browser)
    shown = await browser.get(address)
    assert "Import 2 rows" in shown.text
    assert "31/02/2026" in shown.text
    assert await database.fetch_value("SELECT count(*) FROM episode") == 0
    answer = await browser.post(f"{address}/confirmation")
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    await work.finish_work()
    assert "All good rows are in" in (await browser.get(address)).text
    assert await database.fetch_value("SELECT count(*) FROM episode") == 2
    kept = await database.fetch_one("SELECT content, status FROM import_file")
    assert kept == {"content": None, "status": "imported"}


async def test_the_rejected_rows_come_back_with_their_problem_after_the_check_and_after_the_import(sign_in):
    browser = await sign_in("officer")
    address = await uploaded(browser)
    for _ in range(2):
        answer = await browser.get(f"{address}/rejected.csv")
        rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
        assert [row[0] for row in rows] == ["episode_ref", "E2"]
        assert "does not exist" in rows[1][-1]
        assert answer.headers["content-disposition"] == 'attachment; filename="rejected-rows-1.csv"'
        await browser.post(f"{address}/confirmation")
        await work.finish_work()


async def test_warnings_can_be_downloaded(sign_in):
    browser = await sign_in("officer")
    address = await uploaded(browser, csv_file(f"{HEADER},shoe size", "E1,C1,01/05/2026 22:00,,4"))
    assert "shoe size" in (await browser.get(f"{address}/warnings.csv")).text
    assert (await browser.get(f"{address}/rejected.csv")).status_code == 404


@pytest.mark.parametrize(
    ("content", "kind", "sentence"),
    [
        (b"PK\x03\x04zip", "episodes:homeward", "This is a spreadsheet or a zip file"),
        (b"child_ref\nC1\n", "episodes:homeward", "lacks the column started_at"),
        (b"child_ref\nC\x8d\n", "children:homeward", "neither UTF-8 nor Windows-1252"),
        (b"child_ref\n" + b"C1\n" * 200_001, "children:homeward", "more than 200,000 rows"),
        (b"", "children:homeward", "The file is empty"),
        (b"child_ref\nC1\n", "", "Choose what is in the file"),
        (b"child_ref\nC1\n", "children:other", "Choose what is in the file from the list"),
    ],
)
async def test_a_file_that_cannot_be_used_is_refused_at_once_and_not_kept(sign_in, content, kind, sentence):
    browser = await sign_in("officer")
    answer = await upload(browser, content, kind)
    assert answer.status_code == 422
    assert sentence in answer.text
    if kind == "children:homeward":
        assert '<option value="children:homeward" selected>' in answer.text
    assert await database.fetch_value("SELECT count(*) FROM import_file") == 0


async def test_no_file_chosen_is_told(sign_in):
    browser = await sign_in("officer")
    answer = await browser.post("/import", {"kind": "children:homeward"})
    assert answer.status_code == 422
    assert "Choose a CSV file" in answer.text


async def test_a_file_over_the_limit_is_refused_with_a_page(sign_in):
    browser = await sign_in("officer")
    answer = await upload(browser, b"child_ref\n" + b"C1\n" * 8_000_000, "children:homeward")
    assert answer.status_code in (413, 422)
    assert "20 MB" in answer.text


async def test_the_same_upload_sent_twice_is_kept_once(sign_in):
    browser = await sign_in("officer")
    first = await upload(browser, submission_key="once")
    second = await upload(browser, submission_key="once")
    await work.finish_work()
    assert (first.status_code, second.status_code) == (303, 303)
    assert await database.fetch_value("SELECT count(*) FROM import_file") == 1


async def test_a_second_confirmation_changes_nothing(sign_in):
    browser = await sign_in("officer")
    address = await uploaded(browser)
    await browser.post(f"{address}/confirmation")
    await work.finish_work()
    assert (await browser.post(f"{address}/confirmation")).status_code == 409
    assert await database.fetch_value("SELECT count(*) FROM episode") == 2


async def test_a_dropped_file_leaves_nothing_behind(sign_in):
    browser = await sign_in("officer")
    address = await uploaded(browser)
    assert (await browser.post(f"{address}/removal")).status_code == 303
    kept = await database.fetch_one("SELECT content, rejected_rows, result, status FROM import_file")
    assert kept == {"content": None, "rejected_rows": None, "result": {}, "status": "dropped"}
    assert (await browser.post(f"{address}/confirmation")).status_code == 409
    assert "This file was removed" in (await browser.get(address)).text


async def test_a_file_dropped_while_it_is_being_imported_cannot_be(sign_in):
    browser = await sign_in("officer")
    address = await uploaded(browser)
    await database.execute("UPDATE import_file SET status = 'importing', beat_at = now()")
    assert (await browser.post(f"{address}/removal")).status_code == 409


@pytest.mark.parametrize(("status", "ends"), [("checking", "checked"), ("importing", "imported")])
async def test_work_that_was_cut_off_is_taken_up_by_the_jobs(sign_in, house, status, ends):
    browser = await sign_in("officer")
    await uploaded(browser)
    await database.execute(
        "UPDATE import_file SET status = $1, beat_at = now() - interval '1 minute'", status
    )
    for job in jobs.JOBS:
        await job(house)
    assert await database.fetch_value("SELECT status FROM import_file") == ends
    assert await database.fetch_value("SELECT count(*) FROM episode") == (2 if ends == "imported" else 0)


async def test_work_that_another_process_has_is_left_to_it(sign_in, house):
    browser = await sign_in("officer")
    await uploaded(browser)
    await database.execute("UPDATE import_file SET status = 'checking', beat_at = now()")
    await jobs.take_up_left_over_imports(house)
    assert await database.fetch_value("SELECT status FROM import_file") == "checking"


async def test_a_file_that_nobody_confirms_is_forgotten_after_a_week(sign_in, house, clock):
    browser = await sign_in("officer")
    await uploaded(browser)
    clock.now += timedelta(days=7)
    assert await jobs.empty_outlived_uploads(house) == 0
    clock.now += timedelta(seconds=1)
    assert await jobs.empty_outlived_uploads(house) == 1
    assert await database.fetch_value("SELECT content IS NULL AND status = 'dropped' FROM import_file")


async def test_a_failure_is_told_and_the_file_can_be_checked_again(sign_in, monkeypatch):
    browser = await sign_in("officer")

    async def fail(*given, **named):
        raise OSError("no space")

    monkeypatch.setattr(work, "run_import", fail)
    address = await uploaded(browser)
    assert "Something went wrong and nothing was imported" in (await browser.get(address)).text
    monkeypatch.undo()
    assert (await browser.post(f"{address}/check")).status_code == 303
    await work.finish_work()
    assert "Import 2 rows" in (await browser.get(address)).text


async def test_progress_asks_for_itself_and_comes_as_a_part(sign_in):
    browser = await sign_in("officer")
    address = await uploaded(browser)
    await database.execute("UPDATE import_file SET status = 'checking', progress = 42, beat_at = now()")
    whole = (await browser.get(address)).text
    part = (await browser.get(address, headers={"HX-Request": "true"})).text
    assert "42 per cent" in whole
    assert "<html" in whole
    assert 'hx-trigger="every 1s"' in part
    assert "<html" not in part


@pytest.mark.parametrize("name", ["chair", "police", "manager", "outsider"])
async def test_who_may_not_run_imports_sees_no_upload(sign_in, name):
    officer = await sign_in("officer")
    address = await uploaded(officer)
    other = await sign_in(name)
    for path in ("/import", address, f"{address}/rejected.csv"):
        assert (await other.get(path)).status_code == 403


async def test_reading_the_problems_of_a_file_is_recorded_and_no_file_name_is_kept(sign_in, cast):
    browser = await sign_in("officer")
    address = await uploaded(browser)
    await browser.get(address)
    read = await database.fetch("SELECT person_id, about_ids FROM history_entry WHERE kind = 'import read'")
    assert read == [{"person_id": cast.officer.person_id, "about_ids": [1]}]
    everything = await database.fetch_value(
        "SELECT (SELECT json_agg(f)::text FROM import_file f) || (SELECT json_agg(h)::text FROM history_entry h)"
    )
    assert "Ann Sample" not in everything
