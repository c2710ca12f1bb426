"""`homeward import`: what it prints and how it ends, run as people run it."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from tests import builders

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def homeward(server, tmp_path):
    """Runs the command on a database of its own."""
    name = f"t_{os.getpid()}_{next(builders.numbers)}"

    def on_server(sql: str) -> None:
        async def run() -> None:
            admin = await asyncpg.connect(server.dsn)
            await admin.execute(sql)
            await admin.close()

        runner = asyncio.new_event_loop()
        runner.run_until_complete(run())
        runner.close()

    on_server(f"CREATE DATABASE {name} TEMPLATE {server.template}")

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "app.cli", *words],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "HOME": os.environ.get("HOME", "/"),
                "HOMEWARD_DATA_DIR": str(tmp_path / "data"),
                "HOMEWARD_DATABASE_URL": server.dsn_of(name),
            },
            capture_output=True,
            text=True,
            check=False,
        )

    yield run
    on_server(f"DROP DATABASE {name} WITH (FORCE)")


def test_the_command_says_what_it_did_as_json_and_by_its_exit_code(homeward, tmp_path):
    file = tmp_path / "episodes.csv"
    file.write_text("child_ref,started_at\nC1,01/05/2026 22:00\nC2,31/02/2026\n")
    told = json.loads(homeward("import", "episodes", str(file), "--dry-run", "--json").stdout)
    assert (told["added"], told["read"]) == (1, 2)
    answer = homeward("import", "episodes", str(file), "--json")
    assert answer.returncode == 3
    told = json.loads(answer.stdout)
    assert list(told) == ["read", "added", "updated", "unchanged", "rejected", "warnings"]
    assert told["rejected"] == [
        {
            "row": 3,
            "field": "started_at",
            "value": "31/02/2026",
            "problem": told["rejected"][0]["problem"],
        }
    ]
    assert (told["read"], told["added"], told["updated"], told["unchanged"]) == (2, 1, 0, 0)
    again = json.loads(homeward("import", "episodes", str(file), "--json").stdout)
    assert (again["added"], again["unchanged"]) == (0, 1)
    file.write_text("child_ref,started_at\nC1,01/05/2026 22:00\n")
    in_words = homeward("import", "episodes", str(file))
    assert in_words.returncode == 0
    assert "1 rows read: 0 added, 0 updated, 1 unchanged, 0 rejected." in in_words.stdout


def test_a_file_that_cannot_be_used_ends_with_two_and_one_sentence(homeward, tmp_path):
    spreadsheet = tmp_path / "list.csv"
    spreadsheet.write_bytes(b"PK\x03\x04")
    for words, sentence in (
        (("episodes", str(spreadsheet)), "spreadsheet or a zip"),
        (("episodes", str(tmp_path / "nowhere.csv")), "cannot be read"),
        (("children", str(spreadsheet), "--layout", "ssda903"), "no layout ssda903"),
    ):
        answer = homeward("import", *words, "--json")
        assert (answer.returncode, answer.stdout) == (2, "")
        assert sentence in answer.stderr
        assert "Traceback" not in answer.stderr
