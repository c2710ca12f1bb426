"""The page of minutes promptness, for those who answer for it, and its file for spreadsheets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.response import Template

from app import database
from app.access import Permission
from app.lifecycle import Refused
from app.london import months_between
from app.minutes.organised.queries import as_it_stands, cases_met, meetings_run
from app.minutes.organised.rules import organised, organised_by_panel
from app.minutes.promptness.queries import first_held_on, minuted_meetings
from app.minutes.promptness.rules import (
    LATE_STAGES,
    Minuted,
    by_month,
    finding,
    groups_by,
    late_ones,
    late_panels,
    mark_of,
    promptness_of,
    standards_of,
)
from app.minutes.promptness.words import csv_of, points
from app.minutes.timeliness.queries import standards
from app.minutes.timeliness.rules import HEADLINE, STAGE_WORDS, Stage
from app.panels.terms.queries import standing_panels
from app.web.documents.sending import attached
from app.web.documents.spreadsheets import CSV
from app.web.pages import now_of, page, today_of
from app.web.routing import needs
from app.windows import Window, WindowRead, read_window, year_so_far

PROMPTNESS = "/minutes/promptness"
PER_PAGE = 50
Asking = Request[Any, Any, Any]


@dataclass(frozen=True)
class Asked:
    """The filters of the address. `chair` and `taker` are marks of names, which do not stand in addresses."""

    read: WindowRead
    panel: str
    chair: str
    taker: str

    @property
    def given(self) -> dict[str, str]:
        return {**self.read.given, "panel": self.panel, "chair": self.chair, "taker": self.taker}

    def address(self, **changed: str) -> str:
        """The query with some filters changed; blank ones are left out."""
        return urlencode({name: value for name, value in {**self.given, **changed}.items() if value})

    def matches(self, meeting: Minuted) -> bool:
        return (
            self.panel in ("", meeting.panel_slug)
            and self.chair in ("", mark_of(meeting.chair))
            and self.taker in ("", mark_of(meeting.minute_taker))
        )


def _asked(request: Asking) -> Asked:
    given = {
        name: request.query_params.get(name, "")[:100] for name in ("from", "to", "panel", "chair", "taker")
    }
    return Asked(
        read_window(given, year_so_far(today_of(request))), given["panel"], given["chair"], given["taker"]
    )


@get(PROMPTNESS, opt=needs(Permission.SEE_PROMPTNESS))
async def promptness(request: Asking) -> Template:
    """Which panel is late, at which stage, since when and whose turn it is; then how prompt minutes have been."""
    asked = _asked(request)
    async with database.transaction():
        panels = await standing_panels()
        errors = dict(asked.read.errors)
        if asked.panel and asked.panel not in {panel.slug for panel in panels}:
            errors["panel"] = "Choose a panel from the list"
        window = asked.read.window
        shown: dict[str, Any] = {}
        if window and not errors:
            shown = await _shown(request, asked, window)
    return page(
        request,
        "minutes/promptness.html",
        status=422 if errors else 200,
        asked=asked,
        given=asked.given,
        errors=errors,
        panel_choices=[(panel.slug, panel.name) for panel in panels],
        path=PROMPTNESS,
        figure_query=asked.address(chair="", taker=""),
        **shown,
    )


async def _shown(request: Asking, asked: Asked, window: Window) -> dict[str, Any]:
    now, today = now_of(request), today_of(request)
    everything = await minuted_meetings(window.first, window.last, now)
    meetings = [meeting for meeting in everything if asked.matches(meeting)]
    late = late_ones(meetings)
    number = _page_number(request, len(late))
    months = by_month(meetings, months_between(window.first, window.last))
    stages = [meeting.stages for meeting in meetings]
    return {
        "window": window,
        "meetings": meetings,
        "headline": promptness_of(HEADLINE, stages),
        "finding": finding(late_panels(late)),
        "late": late[(number - 1) * PER_PAGE : number * PER_PAGE],
        "late_total": len(late),
        "late_panels": late_panels(late),
        "late_stages": [(stage, STAGE_WORDS[stage]) for stage in LATE_STAGES],
        "number": number,
        "pages": -(-len(late) // PER_PAGE),
        "earlier": await _earlier(asked, window, now),
        "stages": [(STAGE_WORDS[stage], promptness_of(stage, stages)) for stage in Stage],
        "standards": standards_of(meetings),
        "stage_names": list(Stage),
        "months": months,
        "points": points(months),
        "splits": _splits(asked, meetings),
        "chips": _chips(asked, everything),
        "chairs": _names(meeting.chair for meeting in everything),
        "takers": _names(meeting.minute_taker for meeting in everything),
        **await _organised(asked, window, now),
        "today": today,
    }


def _page_number(request: Asking, total: int) -> int:
    given = request.query_params.get("page", "")
    number = int(given) if given.isdecimal() and len(given) < 7 else 1
    return max(1, min(number, -(-total // PER_PAGE)))


async def _earlier(asked: Asked, window: Window, now: datetime) -> dict[str, Any] | None:
    """How many minutes of meetings before the window are late still, and the address that shows them too."""
    first = await first_held_on()
    if first is None or first >= window.first:
        return None
    late = late_ones(
        [
            one
            for one in await minuted_meetings(first, window.first, now, unfinished=True)
            if asked.matches(one)
        ]
    )
    if not late:
        return None
    oldest: date = min(one.meeting.held_on for one in late)
    return {"count": len(late), "oldest": oldest, "query": asked.address(**{"from": oldest.isoformat()})}


def _splits(asked: Asked, meetings: list[Minuted]) -> list[tuple[str, str, str, list[Any]]]:
    """By panel, chair and minute taker: the filter's name, the title, the heading, the groups."""
    return [
        (
            "panel",
            "By panel",
            "Panel",
            groups_by(meetings, lambda one: (one.panel_name, one.panel_slug)),
        ),
        ("chair", "By chair", "Chair", groups_by(meetings, lambda one: (one.chair, mark_of(one.chair)))),
        (
            "taker",
            "By minute taker",
            "Minute taker",
            groups_by(meetings, lambda one: (one.minute_taker, mark_of(one.minute_taker))),
        ),
    ]


def _names(names: Any) -> list[tuple[str, str]]:
    return [(mark_of(name), name or "Not noted") for name in sorted(set(names))]


def _chips(asked: Asked, meetings: list[Minuted]) -> list[dict[str, str]]:
    """The filters that are on, each with the address without it."""
    words: Mapping[str, dict[str, str]] = {
        "panel": {meeting.panel_slug: meeting.panel_name for meeting in meetings},
        "chair": {mark: f"Chair: {name}" for mark, name in _names(one.chair for one in meetings)},
        "taker": {mark: f"Minutes: {name}" for mark, name in _names(one.minute_taker for one in meetings)},
    }
    return [
        {
            "text": words[name].get(asked.given[name], "Nobody in this time"),
            "href": f"{PROMPTNESS}?{asked.address(**{name: ''})}",
        }
        for name in words
        if asked.given[name]
    ]


async def _organised(asked: Asked, window: Window, now: datetime) -> dict[str, Any]:
    """How meetings were organised: by panel and time alone, since cases have no chair of their own."""
    read, known = as_it_stands(window.first, window.last, now, asked.panel or None), await standards()
    cases, meetings = await cases_met(read, known), await meetings_run(read, known)
    span = (window.first, window.last)
    return {
        "organised": organised("", "All panels", cases, meetings, span, now),
        "organised_by_panel": organised_by_panel(cases, meetings, span, now),
    }


@get(f"{PROMPTNESS}.csv", opt=needs(Permission.SEE_PROMPTNESS))
async def promptness_csv(request: Asking) -> Response[bytes]:
    """The meetings of the page, with its filters, one in a row. No child is named."""
    asked = _asked(request)
    window = asked.read.window
    if window is None:
        raise Refused(" ".join(f"{one}." for one in asked.read.errors.values()), asked.read.errors)
    meetings = await minuted_meetings(window.first, window.last, now_of(request))
    content = csv_of([meeting for meeting in meetings if asked.matches(meeting)], today_of(request))
    name = f"minutes-promptness-{window.first}-to-{window.last}.csv"
    return attached(content, CSV, name)


ROUTES: list[Any] = [promptness, promptness_csv]
