"""Builds what a report says now: every section in order, and for a committee without what it is not given."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.access import Identity
from app.figures.reports.bounds import sums_of_ages, telling_episodes
from app.figures.reports.content import FORMAT, printed_definition, printed_section
from app.figures.reports.kinds import ReportKind, kind_of
from app.figures.reports.numbers import sums_across
from app.figures.reports.rules import ReportFacts
from app.figures.rules import Question
from app.figures.sections import Audience, Built, Section, Sought, Table
from app.figures.suppression.rules import FEWER, Key, is_small, suppress
from app.lifecycle import MovedOn

RETIRED = "Reports of this kind are made no longer. What was fixed can still be read."

AT_ONCE = 2
"""Sections counted at the same time; more would keep other people's pages from the database."""


@dataclass(frozen=True)
class Look:
    """Who looks when, for which authority. Without a person, a schedule does."""

    who: Identity | None
    now: datetime
    authority: str
    own_names: tuple[str, ...]


async def content_now(
    report: ReportFacts,
    look: Look,
    *,
    audience: Audience | None = None,
    fixed: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The whole report as plain values in reading order, with the numbers of now.

    `audience`: as seen by others than it is for; `fixed` says by whom and when, once it is. Not to be called within a
    transaction: sections are counted side by side. Raises MovedOn for a kind that is made no longer.
    """
    kind = kind_of(report.kind)
    if kind is None:
        raise MovedOn(RETIRED)
    for_whom = audience or Audience(report.audience)
    sought = _sought(report, kind, look, for_whom)
    built = await _built(kind, sought)
    # a second of reckoning, which nobody else's page should wait for
    hidden = await asyncio.to_thread(_left_out, built) if sought.is_for_committee else {}
    definitions = {one.reference: one for section in built for one in section.definitions}
    return {
        "format": FORMAT,
        "id": report.id,
        "number": report.number,
        "kind": kind.slug,
        "title": kind.title,
        "audience": for_whom.value,
        "authority": look.authority,
        "period": {
            "from": report.from_on.isoformat(),
            "to": report.to_on.isoformat(),
            "words": report.window.words,
        },
        "panel": report.panel_name,
        "as_at": sought.question.as_at_on.isoformat(),
        "known_at": look.now.isoformat(),
        "fixed": dict(fixed) if fixed else None,
        "sections": [
            printed_section(
                section,
                one,
                _without(section.key, one, hidden) if sought.is_for_committee else one.tables,
                report.narrative.get(section.key, "") if section.narrative else "",
                tells_children=section.names_children,
            )
            for section, one in zip(kind.sections, built, strict=True)
        ],
        "definitions": [printed_definition(one) for one in definitions.values()],
    }


async def _built(kind: ReportKind, sought: Sought) -> list[Built]:
    """Every section in order; some at once, since each waits for the database by itself."""
    places = asyncio.Semaphore(AT_ONCE)

    async def build(section: Section) -> Built:
        async with places:
            return await section.build(sought)

    found = await asyncio.gather(*(build(section) for section in kind.sections), return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return [one for one in found if not isinstance(one, BaseException)]


def _sought(report: ReportFacts, kind: ReportKind, look: Look, audience: Audience) -> Sought:
    before = report.window.before
    question = Question(
        from_on=report.from_on,
        to_on=report.to_on,
        now=look.now,
        own_names=look.own_names,
        panel=report.panel_slug,
    )
    return Sought(
        question=question,
        audience=audience,
        before=replace(question, from_on=before.first, to_on=before.last),
        labels=kind.period.labels(report.window),
        months=kind.months,
        groupings=kind.groupings,
        who=look.who,
    )


def _left_out(built: list[Built]) -> dict[Key, str]:
    """What the committee is not given, looked for in all sections together."""
    counts = {name: number for one in built for name, number in one.counts.items()}
    sums = dict.fromkeys(
        [*(given for one in built for given in one.sums), *sums_across(counts), *sums_of_ages(counts)]
    )
    also = telling_episodes(counts, {key: FEWER for key, number in counts.items() if is_small(number)})
    hidden = suppress(counts, sums, also)
    while told := telling_episodes(counts, hidden):
        also += told
        hidden = suppress(counts, sums, also)
    return hidden


def _without(key: str, built: Built, hidden: Mapping[Key, str]) -> tuple[Table, ...]:
    if built.without is None:
        numbers = [
            cell for table in built.tables for row in table.rows for cell in row if not isinstance(cell, str)
        ]
        if numbers:
            raise ValueError(
                f"The section {key} does not name its numbers, so a committee cannot be given them"
            )
        return built.tables
    return built.without(hidden)
