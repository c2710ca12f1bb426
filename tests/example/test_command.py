"""The command: one sentence where it refuses, silence with --if-empty, the sign-ins at the end."""

import asyncio
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from app.example import commands
from app.example.changes import NOT_EMPTY, NotEmpty
from tests.example.conftest import HERE, NOW


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch):
    """Runs the command before a database in which somebody is, or nobody."""

    def demo(*arguments: str, empty: bool, example: bool = True) -> Result:
        async def is_empty() -> bool:
            return empty

        async def example_is_here() -> bool:
            return example

        async def load(settings: object, clock: object) -> None:
            if not empty:
                raise NotEmpty(NOT_EMPTY)

        async def counts() -> dict[str, int]:
            return {"children": 400, "episodes": 2500}

        for name, fake in {
            "is_empty": is_empty,
            "example_is_here": example_is_here,
            "counts": counts,
        }.items():
            monkeypatch.setattr(commands, name, fake)
        monkeypatch.setattr(commands, "load_example", load)
        door = SimpleNamespace(settings=HERE, clock=lambda: NOW, run=lambda work: asyncio.run(work()))
        return CliRunner().invoke(commands.demo, list(arguments), obj=door)

    return demo


def test_it_says_what_it_loaded_and_how_to_sign_in(run):
    result = run(empty=True)
    assert result.exit_code == 0
    assert "400 children, 2,500 episodes" in result.output
    assert "http://testserver" in result.output
    assert "chair@example.org" in result.output
    assert "homeward-example-1" in result.output


def test_it_refuses_with_one_sentence_where_somebody_is(run):
    result = run(empty=False)
    assert result.exit_code == 2
    assert result.stderr.strip() == NOT_EMPTY


def test_if_empty_leaves_what_is_there_alone(run):
    result = run("--if-empty", empty=False, example=False)
    assert result.exit_code == 0
    assert len(result.output.splitlines()) == 1


def test_the_sign_ins_are_told_again_while_the_example_is_there(run):
    assert "police@example.org" in run("--if-empty", empty=False).output
