"""The forms that make a referral and correct one."""

from datetime import date
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission, permits
from app.episodes.queries import child_for, risk_scales
from app.episodes.rules import scale_on
from app.history.changes import record_read
from app.lifecycle import Invisible, Refused, Stale
from app.panels.agenda.queries import children_matching, require_pickable
from app.panels.referrals.changes import correct_referral, receive_referral
from app.panels.referrals.forms import LISTS, NewChildForm, ReferralForm, as_given
from app.panels.referrals.queries import (
    NamedChild,
    agency_choices,
    child_named,
    panel_choices,
    referral_to_correct,
)
from app.panels.referrals.rules import (
    CONCERNS,
    CONSENTS,
    LAWFUL_BASES,
    NewChild,
    ReferralFacts,
    Told,
    problem_of,
    read_tools,
    tool_rows,
)
from app.web.forms import check_form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]
NEW = "new"
"""Stands for a child without a record where a form asks which child."""


@get("/referrals/new", opt=needs(Permission.REFER_CHILD))
async def new_referral(request: Asked) -> Template:
    """The form; from a child's page it knows the child already."""
    who = who_of(request)
    given: dict[str, Any] = {"referred_on": today_of(request), "agency": who.agency_id, "referrer": who.name}
    child = request.query_params.get("child", "")
    if child.isdecimal() and len(child) < 18:
        found = await child_for(who, int(child))
        given |= {"child": str(found.id), "search": found.child_ref}
    return await _new_form(request, given)


@post("/referrals/new", opt=needs(Permission.REFER_CHILD))
async def receive(request: Asked) -> Answer:
    """Takes the referral; the buttons “Find” and “More tools” only change the page and keep what was typed."""
    who = who_of(request)
    filled = await read_form(request, ReferralForm, lists=LISTS)
    if "find" in filled.given or "more" in filled.given:
        return await _new_form(request, filled.given)
    told, errors = await _told(request, filled.value, filled.given)
    errors = filled.errors | errors
    given = filled.given
    child = str(given.get("child", ""))
    new_child = check_form(given, NewChildForm) if child == NEW else None
    if new_child is not None:
        errors = new_child.errors | errors
    elif not child:
        errors = {"child": "Find the child, and choose who it is"} | errors
    if told is not None and not errors:
        assert filled.value is not None
        try:
            named = new_child.value.child if new_child and new_child.value else await _found(request, given)
            await _require_possible(request, told, named.born_on)
            referral_id = await receive_referral(
                who,
                named if isinstance(named, NewChild) else named.id,
                told,
                now=now_of(request),
                submission_key=filled.value.submission_key,
            )
        except Refused as problem:
            errors = problem.errors or {"": problem.sentence}
        else:
            await flash(request, "The referral is recorded. The next daily briefing decides on it.")
            return see_other(f"/referrals/{referral_id}")
    return await _new_form(request, given, errors, 422)


async def _found(request: Asked, given: dict[str, Any]) -> NamedChild:
    """The child that was chosen among those found. Raises Invisible for one whom this person cannot find."""
    named = str(given["child"])
    found = await child_named(int(named)) if named.isdecimal() and len(named) < 18 else None
    if found is None:
        raise Invisible
    await require_pickable(who_of(request), found.id, str(given.get("search", "")), ())
    return found


async def _require_possible(request: Asked, told: Told, born_on: date | None) -> None:
    levels = scale_on(await risk_scales(), told.referred_on)
    problem = problem_of(told, born_on=born_on, levels=levels, today=today_of(request))
    if problem is not None:
        raise Refused(problem[1], dict([problem]))


async def _told(
    request: Asked, form: ReferralForm | None, given: dict[str, Any], stored: ReferralFacts | None = None
) -> tuple[Told | None, dict[str, str]]:
    """What the form says, and a sentence by field for what it cannot say."""
    tools, errors = read_tools(given)
    if form is None:
        return None, errors
    panels = {panel.id for panel in await panel_choices()}
    agencies = {agency.id for agency in await agency_choices(who_of(request))}
    if stored is not None:
        panels |= {stored.asked_panel_id or 0}
        agencies |= {stored.agency_id or 0}
    return form.told(tools), errors | form.not_offered(panels, agencies)


async def _new_form(
    request: Asked, given: dict[str, Any], errors: dict[str, str] | None = None, status: int = 200
) -> Template:
    who, now = who_of(request), now_of(request)
    search = str(given.get("search", ""))
    async with database.transaction():
        found = await children_matching(who, search) if search.strip() else []
        if found:
            ids = [row["id"] for row in found]
            await record_read(who.person_id, "child", ids, now=now, children=ids)
    return page(
        request,
        "panels/referral-new.html",
        status=status,
        found=found,
        search=search,
        may_record_child=permits(who, Permission.RECORD_CHILD),
        given=given,
        errors=errors or {},
        **await _choices(request, given),
    )


@get("/referrals/{referral_id:int}/correction", opt=needs(Permission.REFER_CHILD))
async def correction(request: Asked, referral_id: FromPath[int]) -> Template:
    async with database.transaction():
        referral = await referral_to_correct(who_of(request), referral_id)
        return await _correction_form(request, referral, as_given(referral))


@post("/referrals/{referral_id:int}/correction", opt=needs(Permission.REFER_CHILD))
async def correct(request: Asked, referral_id: FromPath[int]) -> Answer:
    who = who_of(request)
    referral = await referral_to_correct(who, referral_id)
    filled = await read_form(request, ReferralForm, lists=LISTS)
    if "more" in filled.given:
        return await _correction_form(request, referral, filled.given)
    told, errors = await _told(request, filled.value, filled.given, referral)
    errors = filled.errors | errors
    stale: Stale | None = None
    if told is not None and not errors:
        assert filled.value is not None
        form = filled.value
        try:
            await _require_possible(request, told, referral.born_on)
            await correct_referral(
                who,
                referral,
                told,
                version=form.version,
                now=now_of(request),
                submission_key=form.submission_key,
            )
        except Refused as problem:
            errors = problem.errors or {"": problem.sentence}
        except Stale as problem:
            stale = problem
        else:
            await flash(request, "The referral is corrected.")
            return see_other(f"/referrals/{referral_id}")
    return await _correction_form(request, referral, filled.given, errors, stale)


async def _correction_form(
    request: Asked,
    referral: ReferralFacts,
    given: dict[str, Any],
    errors: dict[str, str] | None = None,
    stale: Stale | None = None,
) -> Template:
    who = who_of(request)
    if stale is not None:
        given = given | {"version": stale.version}
    await record_read(
        who.person_id, "referral", [referral.id], now=now_of(request), children=[referral.child_id]
    )
    return page(
        request,
        "panels/referral-correction.html",
        status=409 if stale else 422 if errors else 200,
        referral=referral,
        given=given,
        errors=errors or {},
        stale=stale,
        **await _choices(request, given, referral),
    )


async def _choices(
    request: Asked, given: dict[str, Any], stored: ReferralFacts | None = None
) -> dict[str, Any]:
    """What the fields of a referral offer; what is stored stays among it."""
    agencies = {one.id: one.name for one in await agency_choices(who_of(request))}
    if stored is not None and stored.agency_id:
        agencies[stored.agency_id] = stored.agency_name
    return {
        "concern_choices": list(CONCERNS.items()),
        "consent_choices": list(CONSENTS.items()),
        "basis_choices": list(LAWFUL_BASES.items()),
        "panel_choices": [[one.id, one.name] for one in await panel_choices()],
        "agency_choices": list(agencies.items()),
        "level_choices": [
            [level, level.capitalize()] for level in scale_on(await risk_scales(), today_of(request))
        ],
        "tool_rows": tool_rows(given, "more" in given),
    }


WRITING: list[Any] = [new_referral, receive, correction, correct]
