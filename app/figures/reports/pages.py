"""What the pages of one report are given to show, whoever reads it and however. Called by routes."""

import json
from typing import Any

from litestar import Request
from litestar.response import Template

from app.access import Permission, permits
from app.figures.queries import panels_for_figures
from app.figures.reports.building import Look, content_now
from app.figures.reports.content import SUPPRESSED, cell_words, children_in, has_hidden, is_number
from app.figures.reports.document import ALTERED, NOBODYS, Printed, facts_of
from app.figures.reports.kinds import ReportKind, kind_of
from app.figures.reports.rules import FIELD, ReportFacts, as_one, reference_of
from app.figures.sections import Audience
from app.history.changes import record_read
from app.minutes.fixed_text.rules import in_groups, is_unaltered
from app.web.pages import now_of, page, who_of

Asked = Request[Any, Any, Any]
AUDIENCES = {Audience.MANAGERS: "Managers", Audience.COMMITTEE: "Committee"}


def look_of(request: Asked) -> Look:
    settings = request.app.state.settings
    return Look(who_of(request), now_of(request), settings.authority, settings.authority_names)


async def printed_for(request: Asked, report: ReportFacts, *, audience: Audience | None = None) -> Printed:
    """What the report says to this reader: the fixed text, or a draft as it stands now.

    Where it names children, that it was read is recorded before anything is sent.
    """
    look = look_of(request)
    assert look.who is not None
    if report.content is not None:
        content = json.loads(report.content)
        intact = is_unaltered(report.content, report.sha256 or "")
    else:
        content, intact = await content_now(report, look, audience=audience), True
    children = children_in(content)
    if children:
        await record_read(
            look.who.person_id,
            "report",
            [report.id],
            now=look.now,
            children=children,
            details={"kind": report.kind},
        )
    return Printed(content, report.sha256 or "", intact, look.who.name, look.now)


async def new_form(
    request: Asked, kind: ReportKind, given: dict[str, Any], errors: dict[str, str], status: int = 200
) -> Template:
    panels = await panels_for_figures() if kind.about_panels else []
    return page(
        request,
        "figures/report-new.html",
        status=status,
        kind=kind,
        given=given,
        errors=errors,
        audiences=[(audience.value, AUDIENCES[audience]) for audience in kind.audiences],
        panels=[(panel.slug, panel.name) for panel in panels],
    )


def as_seen_by(request: Asked, report: ReportFacts) -> Audience | None:
    """Whoever makes a draft may look at it as a committee would be given it."""
    kind = kind_of(report.kind)
    asked = request.query_params.get("as", "")
    if report.is_fixed or kind is None or asked not in kind.audiences:
        return None
    return Audience(asked)


async def report_shown(
    request: Asked,
    report: ReportFacts,
    *,
    given: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    """The page of a report; while it is a draft, with a place for words in each section."""
    makes = permits(who_of(request), Permission.MAKE_REPORT)
    seen_by = as_seen_by(request, report)
    printed = await printed_for(request, report, audience=seen_by)
    kind = kind_of(report.kind)
    writes = makes and not report.is_fixed and seen_by in (None, report.audience)
    return page(
        request,
        "figures/report.html",
        status=status,
        report=report,
        content=printed.content,
        is_unaltered=printed.is_unaltered,
        altered=ALTERED,
        suppressed=SUPPRESSED if has_hidden(printed.content) else "",
        groups=in_groups(report.sha256) if report.sha256 else "",
        reference=reference_of(report.id, report.number),
        facts=list(facts_of(printed.content)),
        cell_words=cell_words,
        is_number=is_number,
        asks={section.key: section.narrative for section in kind.sections} if kind and writes else {},
        field=FIELD,
        words={f"{FIELD}{key}": text for key, text in report.narrative.items()} if given is None else given,
        errors=errors or {},
        version=report.version if given is None else given.get("version", report.version),
        writes=writes,
        makes=makes,
        nobody=NOBODYS,
        audiences=AUDIENCES,
        others=[one for one in kind.audiences if one != report.audience]
        if kind and not report.is_fixed
        else [],
        as_seen_by=seen_by if seen_by != report.audience else None,
    )


async def both_texts(
    request: Asked, report: ReportFacts, words: dict[str, str], sentence: str, *, status: int
) -> Template:
    """The stored words and those that came, side by side, with a form that saves them as one."""
    kind = kind_of(report.kind)
    sections = [section for section in kind.sections if section.narrative] if kind else []
    stored = report.narrative
    return page(
        request,
        "figures/report-both-texts.html",
        status=status,
        report=report,
        sentence=sentence,
        reference=reference_of(report.id, report.number),
        pairs=[
            {
                "name": f"{FIELD}{section.key}",
                "label": section.title,
                "theirs": stored.get(section.key, ""),
                "mine": words.get(section.key, ""),
                "both": as_one(stored.get(section.key, ""), words.get(section.key, "")),
            }
            for section in sections
        ],
    )
