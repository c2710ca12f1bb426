"""The panel kinds as values, and what terms of reference may make of them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lifecycle import Refused
from app.london import add_months
from app.panels.kinds import KINDS
from app.panels.selection.queries.proposing import SELECTIONS
from app.panels.selection_rules import CaseFlow, MissingInDays, MissingInMonth
from app.panels.terms.queries import standing_panel, standing_panels, terms_at
from app.panels.terms.rules import by_path, merged_terms, read_overrides, settings_of
from tests.builders import insert

SLUGS = (
    "mace",
    "multiple-missing-hotspots",
    "missing-children-panel",
    "missing-operational-group",
    "child-exploitation-tracking",
    "high-risk-misper",
    "repeat-missing",
    "general",
)


def test_there_are_seven_kinds_and_a_plain_one() -> None:
    assert tuple(KINDS) == SLUGS


@pytest.mark.parametrize("slug", SLUGS)
def test_every_kind_has_a_way_to_select_and_words_for_it(slug: str) -> None:
    kind = KINDS[slug]
    assert type(kind.rule) in SELECTIONS
    assert merged_terms(kind, {}).words("medium")
    for sections in (kind.sections, kind.place_sections):
        keys = [section.key for section in sections]
        assert len(keys) == len(set(keys))


def test_weekly_panels_have_the_shorter_timescales() -> None:
    for kind in KINDS.values():
        t = kind.timescales
        expected = (1, 2, 5) if kind.rhythm.is_weekly else (5, 5, 10)
        assert (t.agenda, t.draft, t.circulated) == expected, kind.slug
        assert (t.actions, t.filed, t.initial_meeting, t.convene) == (1, 2, 10, 10)


def test_the_next_meeting_follows_the_rhythm() -> None:
    assert KINDS["mace"].rhythm.after(date(2026, 3, 20)) == date(2026, 4, 3)
    assert KINDS["missing-operational-group"].rhythm.after(date(2026, 1, 31)) == add_months(
        date(2026, 1, 31), 1
    )


def test_a_rule_is_told_in_words() -> None:
    words = merged_terms(KINDS["multiple-missing-hotspots"], {"rule": {"count": 4}}).words()
    assert words.startswith("missing 4 times or more in one calendar month")
    assert "at medium or above" in merged_terms(KINDS["child-exploitation-tracking"], {}).words("medium")
    assert "the second level" in merged_terms(KINDS["child-exploitation-tracking"], {}).words()


def test_overrides_replace_only_what_they_name() -> None:
    kind = KINDS["multiple-missing-hotspots"]
    terms = merged_terms(
        kind, {"rule": {"count": 4, "places": {"episodes": 5}}, "quorum": 6}, holds_from=date(2026, 1, 1)
    )
    assert isinstance(terms.rule, MissingInMonth)
    assert (terms.rule.count, terms.rule.places.episodes, terms.rule.places.children) == (4, 5, 2)
    assert (terms.quorum, terms.timescales) == (6, kind.timescales)
    assert terms.rule_version == "multiple-missing-hotspots/1, terms of 2026-01-01"


def test_a_kind_alone_names_only_its_own_version() -> None:
    assert merged_terms(KINDS["mace"], {}).rule_version == "mace/1"


@pytest.mark.parametrize(
    ("slug", "path", "value"),
    [
        ("repeat-missing", "rule.count", 0),
        ("repeat-missing", "rule.count", "-1"),
        ("repeat-missing", "rule.days", "many"),
        ("repeat-missing", "rule.days", "1.5"),
        ("repeat-missing", "rule.count", True),
        ("mace", "rule.count", 3),
        ("mace", "rule", 3),
        ("mace", "categories", "curfew"),
        ("mace", "categories", ["away"]),
        ("mace", "required_agencies", "circus"),
        ("mace", "timescales.draft", 61),
        ("general", "nonsense", 1),
    ],
)
def test_nonsense_is_refused_with_a_sentence(slug: str, path: str, value: object) -> None:
    overrides, problems = read_overrides(KINDS[slug], {path: value})
    assert overrides == {}
    assert list(problems) == [path]
    assert problems[path].endswith(".")


def test_stored_nonsense_is_refused_not_followed() -> None:
    with pytest.raises(Refused, match="whole number from 1"):
        merged_terms(KINDS["repeat-missing"], {"rule": {"count": 0}})


def test_a_level_must_be_of_the_scale() -> None:
    kind = KINDS["child-exploitation-tracking"]
    assert read_overrides(kind, {"rule.level": "high"}, ("low", "medium", "high")) == (
        {"rule": {"level": "high"}},
        {},
    )
    assert "rule.level" in read_overrides(kind, {"rule.level": "dire"}, ("low", "medium", "high"))[1]


def test_a_panel_may_count_away_and_absent_too() -> None:
    overrides, problems = read_overrides(KINDS["repeat-missing"], {"categories": "absent, missing"})
    assert (overrides, problems) == ({"categories": ["missing", "absent"]}, {})
    assert merged_terms(KINDS["repeat-missing"], overrides).counted == "missing or absent"


@given(st.sampled_from(SLUGS), st.data())
def test_every_number_within_its_limits_is_taken_and_stands_in_the_terms(
    slug: str, data: st.DataObject
) -> None:
    kind = KINDS[slug]
    numbers = [setting for setting in settings_of(kind) if setting.is_number]
    setting = data.draw(st.sampled_from(numbers))
    value = data.draw(st.integers(setting.least, setting.most))
    overrides, problems = read_overrides(kind, {setting.path: str(value)})
    assert problems == {}
    assert by_path(overrides) == ({} if value == setting.default else {setting.path: value})
    found: object = merged_terms(kind, overrides)
    for name in setting.path.split("."):
        found = getattr(found, name)
    assert found == value


def test_defaults_are_those_of_the_papers() -> None:
    assert KINDS["mace"].rule == CaseFlow(review_weeks=12, top_risk_weeks=6)
    assert KINDS["repeat-missing"].rule == MissingInDays(count=3, days=90, proposed_days=90)


async def test_the_latest_terms_on_or_before_a_day_hold(db: None) -> None:
    panel = await standing_panel("repeat-missing")
    assert panel is not None
    for day, count in ((date(2026, 1, 10), 4), (date(2026, 3, 10), 5)):
        await insert(
            "terms_of_reference", panel=panel.id, holds_from=day, overrides={"rule": {"count": count}}
        )
    found = [
        (await terms_at(panel, day)).rule
        for day in (date(2026, 1, 9), date(2026, 1, 10), date(2026, 3, 9), date(2026, 3, 10))
    ]
    assert [rule.count for rule in found if isinstance(rule, MissingInDays)] == [3, 4, 4, 5]


async def test_a_new_database_holds_a_panel_of_each_kind(db: None) -> None:
    assert tuple(panel.slug for panel in await standing_panels()) == SLUGS
