"""docs/definitions.md says what the code says: every figure and value, every panel rule, with its version."""

from pathlib import Path

import pytest

from app.figures.catalogue import FIGURES
from app.figures.words import in_words
from app.panels.kinds import KINDS, WEEKLY_TIMESCALES, Timescales

WORDS = (Path(__file__).resolve().parents[2] / "docs" / "definitions.md").read_text()


@pytest.mark.parametrize("name", FIGURES)
def test_the_document_holds_the_definition_of_each_figure(name: str) -> None:
    assert in_words(FIGURES[name].definition) in WORDS


@pytest.mark.parametrize("name", FIGURES)
def test_each_value_of_a_figure_is_defined_once(name: str) -> None:
    keys = FIGURES[name].definition.keys
    assert len({key.name for key in keys}) == len(keys)
    known = {key.name for key in keys}
    for key in keys:
        assert key.words.endswith(".")
        assert set(key.left_out) <= known
        assert bool(key.out_of) == bool(key.out_of_words), key.name


@pytest.mark.parametrize("slug", KINDS)
def test_the_document_holds_the_rule_of_each_panel_in_its_present_version(slug: str) -> None:
    assert f"(`{slug}/{KINDS[slug].version}`" in WORDS


def test_the_document_holds_the_standards_of_the_kinds() -> None:
    ordinary, weekly = Timescales(), WEEKLY_TIMESCALES
    for words, name in (
        ("Agenda circulated before the meeting", "agenda"),
        ("Actions issued after the meeting", "actions"),
        ("Draft to the chair", "draft"),
        ("Approved and circulated", "circulated"),
        ("Filed on each child's record after circulation", "filed"),
    ):
        assert f"| {words} | {getattr(ordinary, name)} | {getattr(weekly, name)} |" in WORDS
