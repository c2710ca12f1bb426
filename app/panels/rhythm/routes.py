"""`/panels/{slug}/rhythm`: how a panel meets, the dates that come of it, and setting or ending it after a check."""

from datetime import timedelta
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission, permits
from app.lifecycle import Refused, Stale
from app.panels.kinds import PanelKind
from app.panels.rhythm.changes import RhythmChange, end_rhythm, problems_of, set_rhythm
from app.panels.rhythm.forms import EndingForm, RhythmForm
from app.panels.rhythm.queries import (
    last_to_change_rhythm,
    meetings_given_up,
    meetings_of_series,
    series_of,
)
from app.panels.rhythm.rules.coming import lines
from app.panels.rhythm.rules.recurrences import (
    FREQUENCIES,
    FURTHEST_MOVE,
    HOLIDAY_RULES,
    NTHS,
    WEEKDAYS,
    instant_of,
    next_day,
    rhythm_days,
    words_of,
    year_ahead,
)
from app.panels.rhythm.rules.series import SeriesFacts, ending_problem, live, mark_of
from app.panels.standing.queries import panel_for, seats_on
from app.panels.standing.rules import scope_of
from app.panels.terms.queries import terms_at
from app.panels.terms.rules import StandingPanel
from app.web.forms import read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]
DATES_SHOWN = 12


@get("/panels/{slug:str}/rhythm", opt=needs(Permission.SEE_MEETING))
async def rhythm_page(request: Asked, slug: FromPath[str]) -> Template:
    who, now, today = who_of(request), now_of(request), today_of(request)
    async with database.transaction():
        panel = await panel_for(who, slug, Permission.SEE_MEETING)
        series = await series_of(panel.id)
        held = live(series, today)
        meetings = await meetings_of_series([one.id for one in series], now)
    coming = []
    for one in held:
        days = rhythm_days(one.recurrence, today - FURTHEST_MOVE, one.generated_until or today)
        of_this = [meeting for meeting in meetings if meeting.series_id == one.id]
        coming.append((one, lines(days, of_this, one.clock, today)))
    shown = {one.id for one in held}
    return page(
        request,
        "panels/rhythm.html",
        panel=panel,
        coming=coming,
        kept=[
            meeting
            for meeting in meetings
            if meeting.series_id not in shown and meeting.status != "cancelled"
        ],
        earlier=[one for one in series if one.is_over(today) and not one.never_held],
        holiday_rules=HOLIDAY_RULES,
        dates_shown=DATES_SHOWN,
        may_plan=permits(who, Permission.PLAN_MEETING, scope_of(panel.id)),
    )


@get("/panels/{slug:str}/rhythm/new", opt=needs(Permission.PLAN_MEETING))
async def new_rhythm(request: Asked, slug: FromPath[str]) -> Template:
    panel = await panel_for(who_of(request), slug, Permission.PLAN_MEETING)
    today = today_of(request)
    series = await series_of(panel.id)
    held = live(series, today)
    given = await _as_it_is(request, held[-1]) if held else await _as_the_kind_has_it(request, panel)
    return await _rhythm_form(request, panel, given=given | {"seen": mark_of(series, today)})


async def _as_it_is(request: Asked, series: SeriesFacts) -> dict[str, Any]:
    """The rhythm as it stands, to be changed from its next day on: every second week then stays the same week."""
    today = today_of(request)
    upcoming = next_day(series.recurrence, today)
    return {
        "frequency": series.frequency,
        "weekday": series.weekday,
        "nth": series.nth,
        "starts_time": f"{series.clock:%H:%M}",
        "length_minutes": series.length_minutes,
        "place": series.place,
        "video_link": series.video_link,
        "chair_id": series.chair_id,
        "minute_taker_id": series.minute_taker_id,
        "holiday_rule": series.holiday_rule,
        "starts_on": (upcoming or today + timedelta(days=1)).isoformat(),
    }


async def _as_the_kind_has_it(request: Asked, panel: StandingPanel) -> dict[str, Any]:
    seats = await seats_on(panel.id)
    return {
        "frequency": _usual_frequency(panel.kind),
        "length_minutes": (await terms_at(panel, today_of(request))).meeting_minutes,
        "chair_id": next((seat.person_id for seat in seats if seat.role == "chair"), None),
        "minute_taker_id": next((seat.person_id for seat in seats if seat.role == "minute-taker"), None),
        "holiday_rule": "after",
        "starts_on": (today_of(request) + timedelta(days=1)).isoformat(),
    }


def _usual_frequency(kind: PanelKind) -> str:
    by_week = {1: "weekly", 2: "fortnightly"}
    return by_week.get(kind.rhythm.weeks, "monthly" if kind.rhythm.months == 1 else "")


async def _rhythm_form(
    request: Asked,
    panel: StandingPanel,
    *,
    given: dict[str, Any],
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    series = await series_of(panel.id)
    return page(
        request,
        "panels/rhythm-new.html",
        status=status,
        panel=panel,
        seats=[seat for seat in await seats_on(panel.id) if seat.role != "observer"],
        given=given,
        errors=errors or {},
        held=live(series, today_of(request)),
        frequencies=list(FREQUENCIES.items()),
        weekdays=list(enumerate(WEEKDAYS)),
        nths=[(nth, word.capitalize()) for nth, word in NTHS.items()],
        holiday_rules=list(HOLIDAY_RULES.items()),
    )


@post("/panels/{slug:str}/rhythm/new", opt=needs(Permission.PLAN_MEETING))
async def set_new_rhythm(request: Asked, slug: FromPath[str]) -> Answer:
    """First the dates to come are shown; saved is what was seen there. The button “Back” keeps what was typed."""
    panel = await panel_for(who_of(request), slug, Permission.PLAN_MEETING)
    filled = await read_form(request, RhythmForm)
    if filled.value is None:
        return await _rhythm_form(request, panel, given=filled.given, errors=filled.errors, status=422)
    form = filled.value
    if form.step == "back":
        return await _rhythm_form(request, panel, given=filled.given)
    if form.step != "save":
        return await _check(request, panel, form, filled.given)
    try:
        await set_rhythm(_asked(request, panel, form), form.plan)
    except Refused as problem:
        errors = problem.errors or {"frequency": problem.sentence}
        return await _rhythm_form(request, panel, given=filled.given, errors=errors, status=422)
    except Stale as problem:
        return await _changed_meanwhile(request, panel, filled.given, problem)
    await flash(request, "The rhythm is set, and its meetings are planned a year ahead.")
    return see_other(f"/panels/{slug}/rhythm")


def _asked(request: Asked, panel: StandingPanel, form: RhythmForm | EndingForm) -> RhythmChange:
    return RhythmChange(
        who=who_of(request),
        panel=panel,
        seen=form.seen,
        with_work=form.with_work,
        address=request.app.state.settings.base_url,
        now=now_of(request),
        submission_key=form.submission_key,
    )


async def _changed_meanwhile(
    request: Asked, panel: StandingPanel, given: dict[str, Any], problem: Exception
) -> Template:
    """Somebody set another rhythm first: theirs is shown above, and checking again takes it as known."""
    mark = mark_of(await series_of(panel.id), today_of(request))
    errors = {"frequency": f"{problem} What holds now is shown below; check yours again to replace it."}
    return await _rhythm_form(request, panel, given=given | {"seen": mark}, errors=errors, status=409)


async def _check(request: Asked, panel: StandingPanel, form: RhythmForm, given: dict[str, Any]) -> Template:
    """The answers, the dates that come of them, and what becomes of meetings that are planned already."""
    now, today, plan = now_of(request), today_of(request), form.plan
    series = await series_of(panel.id)
    if mark_of(series, today) != form.seen:
        by = await last_to_change_rhythm(panel.id)
        return await _changed_meanwhile(request, panel, given, Stale({}, by, 0))
    problems = await problems_of(panel, plan, series, today)
    if problems:
        return await _rhythm_form(request, panel, given=given, errors=problems, status=422)
    begins = max(plan.recurrence.starts_on, today - FURTHEST_MOVE)
    days = [
        day
        for day in rhythm_days(plan.recurrence, begins, year_ahead(max(today, begins)))
        if instant_of(day.meets_on or day.series_day, plan.recurrence.clock) > now
    ]
    given_up = await meetings_given_up(panel.id, plan.recurrence.starts_on, now)
    names = {seat.person_id: seat.name for seat in await seats_on(panel.id)}
    return page(
        request,
        "panels/rhythm-check.html",
        panel=panel,
        given=given,
        plan=plan,
        words=words_of(plan.recurrence),
        holiday_words=HOLIDAY_RULES[plan.recurrence.holiday_rule],
        chair=names.get(plan.chair_id or 0, ""),
        minute_taker=names.get(plan.minute_taker_id or 0, ""),
        held=live(series, today),
        days=days[:DATES_SHOWN],
        more=max(0, len(days) - DATES_SHOWN),
        later_holidays=[day for day in days[DATES_SHOWN:] if day.holiday],
        until=year_ahead(today),
        removed=[meeting for meeting in given_up if meeting.is_untouched],
        worked_on=[meeting for meeting in given_up if not meeting.is_untouched],
        errors={},
    )


@get("/panels/{slug:str}/rhythm/ending", opt=needs(Permission.PLAN_MEETING))
async def ending(request: Asked, slug: FromPath[str]) -> Template:
    panel = await panel_for(who_of(request), slug, Permission.PLAN_MEETING)
    mark = mark_of(await series_of(panel.id), today_of(request))
    return await _ending_form(request, panel, given={"ends_on": today_of(request).isoformat(), "seen": mark})


async def _ending_form(
    request: Asked,
    panel: StandingPanel,
    *,
    given: dict[str, Any],
    errors: dict[str, str] | None = None,
    status: int = 200,
    **checked: Any,
) -> Template:
    held = live(await series_of(panel.id), today_of(request))
    return page(
        request,
        "panels/rhythm-ending.html",
        status=status,
        **{"panel": panel, "given": given, "errors": errors or {}, "held": held, "removed": None, **checked},
    )


@post("/panels/{slug:str}/rhythm/ending", opt=needs(Permission.PLAN_MEETING))
async def end(request: Asked, slug: FromPath[str]) -> Answer:
    panel = await panel_for(who_of(request), slug, Permission.PLAN_MEETING)
    filled = await read_form(request, EndingForm)
    if filled.value is None:
        return await _ending_form(request, panel, given=filled.given, errors=filled.errors, status=422)
    form = filled.value
    if form.step == "back":
        return await _ending_form(request, panel, given=filled.given)
    try:
        if form.step != "save":
            return await _check_ending(request, panel, form, filled.given)
        await end_rhythm(_asked(request, panel, form), form.ends_on)
    except Refused as problem:
        errors = problem.errors or {"ends_on": problem.sentence}
        return await _ending_form(request, panel, given=filled.given, errors=errors, status=422)
    except Stale as problem:
        mark = mark_of(await series_of(panel.id), today_of(request))
        errors = {"ends_on": f"{problem} Look at what holds now; check again to end it."}
        return await _ending_form(
            request, panel, given=filled.given | {"seen": mark}, errors=errors, status=409
        )
    await flash(request, "The rhythm ends as you said. Meetings before its last day stay as they are.")
    return see_other(f"/panels/{slug}/rhythm")


async def _check_ending(
    request: Asked, panel: StandingPanel, form: EndingForm, given: dict[str, Any]
) -> Template:
    problem = ending_problem(form.ends_on, await series_of(panel.id), today_of(request))
    if problem:
        raise Refused(problem, {"ends_on": problem})
    given_up = await meetings_given_up(panel.id, form.ends_on + timedelta(days=1), now_of(request))
    return await _ending_form(
        request,
        panel,
        given=given,
        last_day=form.ends_on,
        removed=[meeting for meeting in given_up if meeting.is_untouched],
        worked_on=[meeting for meeting in given_up if not meeting.is_untouched],
    )


ROUTES = [rhythm_page, new_rhythm, set_new_rhythm, ending, end]
