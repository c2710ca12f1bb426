"""Missing episodes from files: found again, updated, refused, warned about; and nothing ever doubled."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app import database
from tests import builders
from tests.episodes.files import NOW, bring, counts

HEADER = "episode_ref,child_ref,category,started_at,reported_at,returned_at"
pytestmark = pytest.mark.usefixtures("db")


async def episodes() -> list[dict]:
    return await database.fetch(
        "SELECT e.*, c.child_ref FROM episode e JOIN child c ON c.id = e.child ORDER BY e.started_at, e.id"
    )


async def test_a_file_adds_its_episodes_and_the_children_it_names():
    result = await bring(
        "episodes",
        [
            "episode_ref,child_ref,child_name,dob,category,started_at,returned_at",
            "E1,C1,Ann Sample,01/02/2012,M,01/05/2026 22:00,02/05/2026",
            "E2,C1,,,away,03/05/2026,",
        ],
    )
    assert counts(result) == (2, 2, 0, 0, 0)
    first, second = await episodes()
    assert first["started_at"] == datetime(2026, 5, 1, 21, 0, tzinfo=UTC)
    assert (first["date_only"], first["first_recorded_at"]) == (["returned_at"], NOW)
    assert (second["category"], second["returned_at"], second["date_only"]) == ("away", None, ["started_at"])
    child = await database.fetch_one("SELECT name, born_on FROM child WHERE child_ref = 'C1'")
    assert child == {"name": "Ann Sample", "born_on": date(2012, 2, 1)}


async def test_the_same_file_twice_adds_and_changes_nothing():
    lines = [
        HEADER,
        "E1,C1,missing,01/05/2026 22:00,,02/05/2026 07:00",
        ",C1,missing,03/05/2026 22:00,,",
        ",C2,absent,03/05/2026,,03/05/2026",
        "E1,C1,missing,01/05/2026 22:00,,02/05/2026 08:00",
    ]
    assert counts(await bring("episodes", lines)) == (4, 3, 0, 1, 0)
    before = await episodes()
    assert counts(await bring("episodes", lines)) == (4, 0, 0, 4, 0)
    assert await episodes() == before


async def test_of_two_rows_about_one_episode_the_later_is_taken_with_a_warning():
    result = await bring(
        "episodes",
        [HEADER, "E1,C1,missing,01/05/2026 22:00,,", "E1,C1,missing,01/05/2026 22:00,,02/05/2026 08:00"],
    )
    assert [(w.row, w.problem) for w in result.warnings] == [
        (2, "Row 3 is about the same record; the later row was taken.")
    ]
    assert (await episodes())[0]["returned_at"] == datetime(2026, 5, 2, 7, 0, tzinfo=UTC)


async def test_a_dry_run_says_the_same_and_leaves_nothing():
    lines = [HEADER, "E1,C1,missing,01/05/2026 22:00,,"]
    tried = await bring("episodes", lines, dry_run=True)
    assert await episodes() == []
    assert await database.fetch_value("SELECT count(*) FROM history_entry") == 0
    assert tried == await bring("episodes", lines)


async def test_an_updated_export_updates_by_reference_even_when_the_start_was_mended():
    await bring("episodes", [HEADER, "E1,C1,missing,01/05/2026 22:00,,"])
    result = await bring("episodes", [HEADER, "E1,C1,missing,01/05/2026 21:30,,02/05/2026 07:00"])
    assert counts(result) == (1, 0, 1, 0, 0)
    only = (await episodes())[0]
    assert (only["started_at"].hour, only["version"]) == (20, 2)


async def test_a_reference_that_comes_later_is_taken_over_and_a_mended_category_too():
    await bring("episodes", ["child_ref,category,started_at", "C1,absent,01/05/2026 22:00"])
    result = await bring("episodes", [HEADER, "E1,C1,missing,01/05/2026 22:00,,"])
    assert counts(result) == (1, 0, 1, 0, 0)
    only = (await episodes())[0]
    assert (only["episode_ref"], only["category"]) == ("E1", "missing")


async def test_a_missing_column_leaves_a_value_alone_and_an_empty_cell_clears_it():
    await bring(
        "episodes",
        ["episode_ref,child_ref,started_at,found_at,police_risk", "E1,C1,01/05/2026 22:00,The Elms,High"],
    )
    await bring("episodes", ["episode_ref,child_ref,started_at,found_at", "E1,C1,01/05/2026 22:00,"])
    only = (await episodes())[0]
    assert (only["found_at"], only["police_risk"]) == ("", "high")


async def test_what_is_not_told_with_an_episode_is_kept_apart_from_what_is_told_to_be_blank():
    await bring("episodes", ["episode_ref,child_ref,started_at", "E1,C1,01/05/2026 22:00"])
    await bring(
        "episodes", ["episode_ref,child_ref,started_at,responsible_authority", "E2,C1,02/05/2026 22:00,"]
    )
    first, second = await episodes()
    assert (first["responsible_authority"], first["placed_in"]) == (None, None)
    assert (second["responsible_authority"], second["placed_in"]) == ("", None)


async def test_an_empty_return_opens_the_episode_again_with_a_warning():
    await bring("episodes", [HEADER, "E1,C1,missing,01/05/2026 22:00,,02/05/2026 07:00"])
    result = await bring("episodes", [HEADER, "E1,C1,missing,01/05/2026 22:00,,"])
    assert counts(result) == (1, 0, 1, 0, 0)
    assert "open again" in result.warnings[0].problem
    past = await database.fetch("SELECT row FROM episode_past")
    assert past[0]["row"]["returned_at"].startswith("2026-05-02")


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        ("E1,C1,missing,10/06/2026 10:01,,", "started_at", "future"),
        ("E1,C1,missing,01/06/2026 10:00,11/06/2026,", "reported_at", "future"),
        ("E1,C1,missing,01/06/2026 10:00,,11/06/2026", "returned_at", "future"),
        ("E1,C1,missing,02/06/2026 10:00,,02/06/2026 09:59", "returned_at", "before the start"),
        ("E1,C1,missing,02/06/2026 10:00,,01/06/2026", "returned_at", "before the start"),
        (",,missing,02/06/2026 10:00,,", "child_ref", "empty"),
        ("E1,C1,gone,02/06/2026 10:00,,", "category", "not one of"),
        ("E1,C1,missing,31/06/2026 10:00,,", "started_at", "does not exist"),
        ("E1,C1,missing,,,", "started_at", "empty"),
    ],
)
async def test_a_row_that_cannot_be_is_rejected_and_the_others_go_in(row, field, words):
    result = await bring("episodes", [HEADER, row, "E9,C9,missing,01/05/2026 10:00,,"])
    assert counts(result) == (2, 1, 0, 0, 1)
    assert (result.rejected[0].row, result.rejected[0].field) == (2, field)
    assert words in result.rejected[0].problem
    assert [e["episode_ref"] for e in await episodes()] == ["E9"]


async def test_a_return_on_the_same_day_without_a_time_is_fine():
    result = await bring("episodes", [HEADER, "E1,C1,missing,02/06/2026 10:00,,02/06/2026"])
    assert counts(result) == (1, 1, 0, 0, 0)


async def test_a_start_before_the_birth_is_rejected_by_the_files_date_and_by_the_stored_one():
    await builders.a_child(child_ref="C1", born_on=date(2012, 5, 4))
    result = await bring(
        "episodes",
        [
            "child_ref,dob,started_at",
            "C1,,03/05/2012 10:00",
            "C2,01/02/2013,31/01/2013",
            "C1,,04/05/2012 10:00",
        ],
    )
    assert counts(result) == (3, 1, 0, 0, 2)
    assert [problem.row for problem in result.rejected] == [2, 3]


async def test_a_birth_date_that_differs_from_the_stored_one_is_kept_as_stored_and_told():
    child = await builders.a_child(child_ref="C1", born_on=date(2012, 5, 4))
    result = await bring("episodes", ["child_ref,dob,started_at", "C1,04/05/2011,03/05/2026 10:00"])
    assert [(w.field, w.row) for w in result.warnings] == [("dob", 2)]
    assert await database.fetch_value("SELECT born_on FROM child WHERE id = $1", child) == date(2012, 5, 4)


async def test_a_reference_of_another_child_or_of_another_episode_is_rejected():
    await bring("episodes", [HEADER, "E1,C1,missing,01/05/2026 22:00,,", "E2,C1,missing,02/05/2026 22:00,,"])
    result = await bring(
        "episodes",
        [
            HEADER,
            "E1,C2,missing,01/05/2026 22:00,,",
            "E3,C1,missing,02/05/2026 22:00,,",
            "E4,C3,missing,05/05/2026 22:00,,",
            "E5,C3,missing,05/05/2026 22:00,,",
        ],
    )
    assert [(p.row, p.field) for p in result.rejected] == [
        (2, "episode_ref"),
        (3, "started_at"),
        (5, "episode_ref"),
    ]
    assert counts(result) == (4, 1, 0, 0, 3)
    assert await database.fetch_value("SELECT count(*) FROM child WHERE child_ref = 'C2'") == 0


async def test_overlaps_are_warned_about_once_and_touching_episodes_are_not():
    await bring("episodes", [HEADER, "E0,C1,missing,05/05/2026 10:00,,06/05/2026 10:00"])
    result = await bring(
        "episodes",
        [
            HEADER,
            "E1,C1,missing,06/05/2026 10:00,,07/05/2026 10:00",
            "E2,C1,missing,06/05/2026 20:00,,08/05/2026 10:00",
            "E3,C1,missing,04/05/2026 10:00,,05/05/2026 11:00",
            "E4,C1,curfew,05/05/2026 20:00,,05/05/2026 22:00",
            "E5,C2,missing,05/05/2026 20:00,,",
            "E6,C2,missing,08/05/2026 20:00,,09/05/2026 10:00",
        ],
    )
    assert [(w.row, w.problem) for w in result.warnings] == [
        (3, "Overlaps the episode that began on 6 May 2026 (rule 574)."),
        (4, "Overlaps the episode that began on 5 May 2026 (rule 574)."),
        (7, "The episode that began on 5 May 2026 is still open."),
    ]
    assert counts(result)[1] == 6


async def test_every_import_is_written_into_the_history_with_the_children_it_touched():
    await bring("episodes", [HEADER, "E1,C1,missing,01/05/2026 22:00,,", "E2,C1,missing,x,,"])
    entry = await database.fetch_one("SELECT kind, about, child_ids, details FROM history_entry")
    assert entry is not None
    assert (entry["kind"], entry["about"]) == ("file imported", "import")
    assert entry["child_ids"] == [await database.fetch_value("SELECT id FROM child")]
    assert entry["details"]["added"] == 1
    assert entry["details"]["rejected"] == 1


async def test_a_generated_history_comes_out_as_plain_python_says():
    """Brute force: episodes of five children, brought in three overlapping exports, each later one newer."""
    import random

    rng = random.Random(20260610)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    known: dict[str, tuple[str, datetime, datetime | None]] = {}
    for _ in range(3):
        lines = [HEADER]
        added = updated = 0
        for number in rng.sample(range(60), 35):
            ref, child = f"E{number}", f"C{number % 5}"
            began = start + timedelta(hours=number * 7)
            ended = began + timedelta(hours=rng.choice([1, 5, 30])) if rng.random() < 0.8 else None
            before = known.get(ref)
            added += before is None
            updated += before is not None and before != (child, began, ended)
            known[ref] = (child, began, ended)
            told = ended.isoformat() if ended else ""
            lines.append(f"{ref},{child},missing,{began.isoformat()},,{told}")
        assert counts(await bring("episodes", lines)) == (35, added, updated, 35 - added - updated, 0)
    stored = {e["episode_ref"]: (e["child_ref"], e["started_at"], e["returned_at"]) for e in await episodes()}
    assert stored == known
