"""`homeward propose`, run as people and other programs run it."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from tests import builders
from tests.conftest import Server

ROOT = Path(__file__).resolve().parents[3]
Run = Callable[..., subprocess.CompletedProcess[str]]

EPISODES = """
INSERT INTO child (child_ref, name) VALUES ('K-1', 'Sample Child One');
INSERT INTO episode (child, episode_ref, started_at, returned_at) SELECT 1, ref, day, day + interval '5 hours'
FROM (VALUES ('EP-1', timestamptz '2026-05-01 12:00Z'), ('EP-2', '2026-05-20 12:00Z'), (NULL, '2026-06-01 12:00Z'))
  AS e(ref, day);
"""


@pytest.fixture
def homeward(server: Server, tmp_path: Path) -> Iterator[Run]:
    """Runs the command on a database of its own that holds one child with three episodes."""
    name = f"t_{os.getpid()}_{next(builders.numbers)}"

    def execute(dsn: str, sql: str) -> None:
        async def work() -> None:
            connection = await asyncpg.connect(dsn)
            await connection.execute(sql)
            await connection.close()

        loop = asyncio.new_event_loop()
        loop.run_until_complete(work())
        loop.close()

    execute(server.dsn, f"CREATE DATABASE {name} TEMPLATE {server.template}")
    execute(server.dsn_of(name), EPISODES)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "app.cli", *words],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "HOMEWARD_DATA_DIR": str(tmp_path / "data"),
                "HOMEWARD_DATABASE_URL": server.dsn_of(name),
            },
            capture_output=True,
            text=True,
            check=False,
        )

    yield run
    execute(server.dsn, f"DROP DATABASE {name} WITH (FORCE)")


def test_json_holds_what_other_programs_rely_on(homeward: Run) -> None:
    ended = homeward("propose", "repeat-missing", "--on", "2026-06-03", "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    told = json.loads(ended.stdout)
    assert list(told) == ["panel", "on", "window", "rule", "rule_version", "items", "places", "near_misses"]
    assert (told["panel"], told["on"]) == ("repeat-missing", "2026-06-03")
    assert told["window"] == {"from": "2026-03-06", "to": "2026-06-04"}
    assert (told["rule_version"], told["places"], told["near_misses"]) == ("repeat-missing/1", [], [])
    (item,) = told["items"]
    assert list(item) == ["child_ref", "reason", "episode_refs", "facts"]
    assert (item["child_ref"], item["episode_refs"]) == ("K-1", ["EP-1", "EP-2", "E3"])
    assert item["reason"].startswith(
        "missing 3 times in the 90 days to 1 June 2026: 1, 20 May and 1 June 2026"
    )


def test_without_json_it_is_told_in_words(homeward: Run) -> None:
    ended = homeward("propose", "repeat-missing", "--on", "2026-06-03")
    assert ended.returncode == 0
    assert "1 child proposed" in ended.stdout
    assert "K-1: missing 3 times" in ended.stdout
    assert "Sample Child One" not in ended.stdout


def test_an_unknown_panel_ends_with_a_sentence_that_lists_the_panels(homeward: Run) -> None:
    ended = homeward("propose", "nope", "--on", "2026-06-03")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("There is no panel “nope”. The panels are: mace,")


def test_an_impossible_day_ends_with_a_sentence(homeward: Run) -> None:
    ended = homeward("propose", "mace", "--on", "2026-02-30")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "is not a date" in ended.stderr
