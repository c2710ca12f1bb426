"""docs/definitions.md says what the code says: every figure and value, every panel rule, with its version."""

from pathlib import Path

import pytest

from app.figures.catalogue import FIGURES
from app.panels.kinds import KINDS, WEEKLY_TIMESCALES, Timescales

WORDS = (Path(__file__).resolve().parents[2] / "docs" / "definitions.md").read_text()


@pytest.mark.parametrize("name", FIGURES)
def test_the_document_holds_the_definition_of_each_figure(name: str) -> None:
    definition = FIGURES[name].definition
    assert f"### {definition.title} (`{definition.reference}`)" in WORDS
    for paragraph in (definition.asks, *definition.words, *definition.keys.values()):
        assert paragraph in WORDS


@pytest.mark.parametrize("name", FIGURES)
def test_each_value_of_a_figure_is_defined(name: str) -> None:
    kind = FIGURES[name]
    prefixes = tuple(prefix for _, prefix in kind.parts)
    for value in kind.nothing():
        known = value.key in kind.definition.keys or (prefixes and value.key.startswith(prefixes))
        assert known, value.key


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
