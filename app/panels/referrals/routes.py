"""`/referrals`: the list, a referral and its decision. Making and correcting one stands in `writing`."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission, permits
from app.history.changes import record_read
from app.lifecycle import MovedOn, Refused
from app.panels.meetings.rules import read_day
from app.panels.recalls.queries import cases_open_now, recall_cards
from app.panels.referrals.changes import decide_referral
from app.panels.referrals.decisions.rules import (
    DecisionFacts,
    needs_a_decision_of_here,
    needs_the_briefing_open,
)
from app.panels.referrals.forms import DecisionForm
from app.panels.referrals.queries import (
    PER_PAGE,
    SORTS,
    ReferralFilter,
    case_led_to,
    history_of,
    last_closed_at,
    panel_choices,
    panels_decided_by,
    referral_for,
    referral_to_decide,
    referrals_seen_by,
)
from app.panels.referrals.rules import (
    CONCERNS,
    CONSENTS,
    LAWFUL_BASES,
    THRESHOLDS,
    ReferralFacts,
    Threshold,
    may_correct,
    may_decide,
)
from app.panels.referrals.writing import WRITING
from app.web.forms import read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]


@get("/referrals", opt=needs(Permission.REFER_CHILD))
async def referrals(request: Asked) -> Template:
    who, now = who_of(request), now_of(request)
    chosen = _chosen(request)
    given = request.query_params.get("page", "")
    number = max(1, int(given)) if given.isdecimal() and len(given) < 7 else 1
    async with database.transaction():
        rows, total = await referrals_seen_by(who, chosen, number)
        panels = await panel_choices()
        if rows:
            children = [row.child_id for row in rows]
            await record_read(who.person_id, "referral", [row.id for row in rows], now=now, children=children)
    return page(
        request,
        "panels/referrals.html",
        rows=rows,
        total=total,
        number=number,
        pages=-(-total // PER_PAGE),
        chosen=chosen,
        panels=[[panel.id, panel.name] for panel in panels],
        statuses=THRESHOLDS,
        selected=_selected(chosen, {panel.id: panel.name for panel in panels}),
        address=lambda **changed: _address(chosen, **changed),
        sort_href=lambda name: _address(
            chosen, sort=name, order="asc" if chosen.sort == name and chosen.descending else "desc"
        ),
    )


def _chosen(request: Asked) -> ReferralFilter:
    """The filter as the address has it; what cannot be read is left out."""
    asked = request.query_params
    status, panel, sort = asked.get("status", ""), asked.get("panel", ""), asked.get("sort", "")
    return ReferralFilter(
        status=status if status in set(Threshold) else "",
        panel_id=int(panel) if panel.isdecimal() and len(panel) < 18 else 0,
        first=_day(asked.get("from", "")),
        last=_day(asked.get("to", "")),
        sort=sort if sort in SORTS else "referred",
        descending=asked.get("order", "") != "asc",
    )


def _day(text: str) -> date | None:
    try:
        return read_day(text) if text else None
    except ValueError:
        return None


def _address(chosen: ReferralFilter, **changed: Any) -> str:
    """The list's address with this filter; `changed` replaces parts of it, None takes one away."""
    parts: dict[str, Any] = {
        "status": chosen.status,
        "panel": chosen.panel_id or "",
        "from": chosen.first or "",
        "to": chosen.last or "",
        "sort": chosen.sort if chosen.sort != "referred" else "",
        "order": "" if chosen.descending else "asc",
    } | changed
    kept = {name: str(value) for name, value in parts.items() if value not in ("", None)}
    return f"/referrals?{urlencode(kept)}" if kept else "/referrals"


def _selected(chosen: ReferralFilter, panels: dict[int, str]) -> list[dict[str, str]]:
    """The filters in force, each with the address that leaves it out."""
    found = []
    if chosen.status:
        found.append({"text": THRESHOLDS[Threshold(chosen.status)], "href": _address(chosen, status=None)})
    if chosen.panel_id:
        found.append(
            {"text": panels.get(chosen.panel_id, "No such panel"), "href": _address(chosen, panel=None)}
        )
    if chosen.first:
        found.append({"text": f"From {chosen.first:%d/%m/%Y}", "href": _address(chosen, **{"from": None})})
    if chosen.last:
        found.append({"text": f"To {chosen.last:%d/%m/%Y}", "href": _address(chosen, to=None)})
    return found


@get("/referrals/{referral_id:int}", opt=needs(Permission.SEE_REFERRAL))
async def referral(request: Asked, referral_id: FromPath[int]) -> Template:
    async with database.transaction():
        return await referral_page(request, await referral_for(who_of(request), referral_id))


@post("/referrals/{referral_id:int}/decision", opt=needs(Permission.DECIDE_REFERRAL))
async def decide(request: Asked, referral_id: FromPath[int]) -> Answer:
    who = who_of(request)
    found = await referral_to_decide(who, referral_id)
    filled = await read_form(request, DecisionForm)
    errors, status = dict(filled.errors), 422
    if filled.value is not None:
        form = filled.value
        try:
            await decide_referral(
                who,
                found,
                form.decision,
                version=form.version,
                now=now_of(request),
                submission_key=form.submission_key,
            )
        except Refused as problem:
            errors = problem.errors or {"": problem.sentence}
        except MovedOn as problem:
            errors, status = {"": str(problem)}, 409
        else:
            await flash(request, "The decision is recorded.")
            return see_other(f"/referrals/{referral_id}")
    async with database.transaction():
        again = await referral_for(who, referral_id)
        return await referral_page(request, again, errors=errors, given=filled.given, status=status)


async def referral_page(
    request: Asked,
    found: ReferralFacts,
    *,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
    status: int = 200,
) -> Template:
    """The page of a referral; whoever reads it is recorded first."""
    who, now = who_of(request), now_of(request)
    panels = await panels_decided_by(who) if may_decide(who, found) else []
    children = [found.child_id]
    await record_read(who.person_id, "referral", [found.id], now=now, children=children)
    cards = await recall_cards(who, children, today_of(request))
    open_now = await cases_open_now(who, children)
    facts = DecisionFacts(bool(found.threshold), found.decided_at, await last_closed_at())
    stands = needs_a_decision_of_here(facts) or needs_the_briefing_open(facts)
    return page(
        request,
        "panels/referral.html",
        status=status,
        referral=found,
        case=await case_led_to(found),
        cards=cards.get(found.child_id, []),
        open_cases=open_now.get(found.child_id, []),
        history=await history_of(found.id),
        panels=[[panel.id, panel.name] for panel in panels],
        panel_names={panel.id: panel.name for panel in await panel_choices()},
        may_decide=bool(panels) and stands is None,
        may_correct=may_correct(who, found),
        may_see_case=found.panel_id is not None and permits(who, Permission.SEE_CASE, found.scope),
        errors=errors or {},
        given=given or {},
        concerns=CONCERNS,
        consents=CONSENTS,
        lawful_bases=LAWFUL_BASES,
        thresholds=THRESHOLDS,
    )


ROUTES: list[Any] = [referrals, *WRITING, referral, decide]
