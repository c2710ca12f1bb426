"""`/briefing`: the open briefing, its decisions line by line, its end, and the briefings of the past."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import Field

from app import database
from app.access import Permission
from app.episodes.rules import POLICE_RISKS
from app.history.changes import record_read
from app.lifecycle import Invisible, MovedOn, Refused
from app.panels.agenda.rules import split_words
from app.panels.briefing.changes import close_briefing, decide_notification
from app.panels.briefing.queries import (
    PER_PAGE,
    Listed,
    briefing_by_id,
    closed_briefing,
    last_briefing,
    notification_facts,
    open_briefing,
    past_briefings,
)
from app.panels.briefing.rules import counts_of
from app.panels.handed_in import handed_in
from app.panels.recalls.queries import cases_open_now, recall_cards
from app.panels.referrals.changes import decide_referral
from app.panels.referrals.forms import DecisionForm
from app.panels.referrals.queries import panels_decided_by, referral_to_decide
from app.panels.referrals.rules import CONCERNS, CONSENTS, THRESHOLDS
from app.web.forms import Filled, Form, read_form
from app.web.pages import flash, now_of, page, see_other, today_of, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]


@get("/briefing", opt=needs(Permission.SEE_BRIEFING))
async def briefing(request: Asked) -> Template:
    async with database.transaction():
        return await _open_page(request)


@post("/briefing/referrals/{referral_id:int}", opt=needs(Permission.RUN_BRIEFING))
async def decide_on_referral(request: Asked, referral_id: FromPath[int]) -> Answer:
    who = who_of(request)
    found = await referral_to_decide(who, referral_id)
    filled = await read_form(request, DecisionForm)

    async def work(form: DecisionForm) -> None:
        await decide_referral(
            who,
            found,
            form.decision,
            version=form.version,
            now=now_of(request),
            submission_key=form.submission_key,
        )

    return await _decide(request, f"referral-{referral_id}", filled, work)


@post("/briefing/episodes/{episode_id:int}", opt=needs(Permission.RUN_BRIEFING))
async def decide_on_episode(request: Asked, episode_id: FromPath[int]) -> Answer:
    who = who_of(request)
    found = await notification_facts(episode_id)
    listed = await open_briefing(who, now_of(request))
    if not any(line.key == f"episode-{episode_id}" for line in listed.lines) and not found.threshold:
        raise Invisible
    filled = await read_form(request, DecisionForm)

    async def work(form: DecisionForm) -> None:
        await decide_notification(
            who,
            found,
            form.decision,
            version=form.version,
            now=now_of(request),
            submission_key=form.submission_key,
        )

    return await _decide(request, f"episode-{episode_id}", filled, work)


async def _decide(request: Asked, key: str, filled: Filled[DecisionForm], work: Any) -> Answer:
    """Decides on one line, then shows it: the line alone to htmx, else the page, at the line."""
    errors, status = dict(filled.errors), 422
    if filled.value is not None:
        try:
            await work(filled.value)
        except Refused as problem:
            errors = problem.errors or {"": problem.sentence}
        except MovedOn as problem:
            errors, status = {"": str(problem)}, 409
        else:
            if not _wants_line(request):
                return see_other(f"/briefing#{key}")
            status = 200
    async with database.transaction():
        return await _open_page(request, at=key, errors=errors, given=filled.given, status=status)


def _wants_line(request: Asked) -> bool:
    return "hx-request" in request.headers and "hx-boosted" not in request.headers


async def _open_page(
    request: Asked,
    *,
    at: str = "",
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
    status: int = 200,
) -> Template:
    """The open briefing; `at` names the line to which errors and input belong, and which htmx asks for."""
    who = who_of(request)
    listed = await open_briefing(who, now_of(request))
    last = await last_briefing()
    line = next((one for one in listed.lines if one.key == at), None)
    if at and line is None:
        raise Invisible
    shown = [line] if line and _wants_line(request) else listed.lines
    await _record_read(request, last.id if last else 0, [one.child_id for one in shown])
    panels = await panels_decided_by(who)
    return page(
        request,
        "panels/briefing.html",
        part="panels/_briefing_line.html",
        status=status,
        last=last,
        listed=listed,
        line=line,
        at=at,
        panels=[[panel.id, panel.name] for panel in panels],
        errors=_at_line(errors or {}, at),
        line_errors=errors or {},
        given=given or {},
        swaps=True,
        **await _around(request, listed),
    )


def _at_line(errors: dict[str, str], at: str) -> dict[str, str]:
    """The errors by the ids that the line's fields bear on the page, for the summary's links."""
    return {f"{name}-{at}" if name else at: sentence for name, sentence in errors.items()}


async def _around(request: Asked, listed: Listed) -> dict[str, Any]:
    """What stands beside the lines: counts, recall cards, open cases and the words of values."""
    who = who_of(request)
    children = {line.child_id for line in listed.lines}
    return {
        "counts": counts_of(listed.lines),
        "cards": await recall_cards(who, children, today_of(request)),
        "open_cases": await cases_open_now(who, children),
        "thresholds": THRESHOLDS,
        "concerns": CONCERNS,
        "consents": CONSENTS,
        "police_risks": POLICE_RISKS,
        "split_of": lambda told: split_words(told.responsible_authority, told.placed_in, handed_in.own_names),
    }


async def _record_read(request: Asked, briefing_id: int, children: list[int]) -> None:
    if children:
        await record_read(
            who_of(request).person_id, "briefing", [briefing_id], now=now_of(request), children=children
        )


class CloseForm(Form):
    wrong: ClassVar[dict[str, str]] = {"note": "Use 4,000 characters or fewer"}
    last: int = 0
    note: str = Field(default="", max_length=4000)


@get("/briefing/close", opt=needs(Permission.RUN_BRIEFING))
async def closing(request: Asked) -> Template:
    return await _close_form(request, {}, {}, 200)


@post("/briefing/close", opt=needs(Permission.RUN_BRIEFING))
async def close(request: Asked) -> Answer:
    who, now = who_of(request), now_of(request)
    filled = await read_form(request, CloseForm)
    if filled.value is None:
        return await _close_form(request, filled.errors, filled.given, 422)
    form = filled.value
    listed = await open_briefing(who, now)
    briefing_id = await close_briefing(
        who,
        last_id=form.last,
        counts=counts_of(listed.lines),
        note=form.note,
        now=now,
        submission_key=form.submission_key,
    )
    await flash(request, "The briefing is closed. What was not decided waits for the next one.")
    return see_other(f"/briefing/{briefing_id}")


async def _close_form(request: Asked, errors: dict[str, str], given: dict[str, Any], status: int) -> Template:
    listed = await open_briefing(who_of(request), now_of(request))
    return page(
        request,
        "panels/briefing-close.html",
        status=status,
        last=await last_briefing(),
        counts=counts_of(listed.lines),
        errors=errors,
        given=given,
    )


@get("/briefing/past", opt=needs(Permission.SEE_BRIEFING))
async def past(request: Asked) -> Template:
    given = request.query_params.get("page", "")
    number = max(1, int(given)) if given.isdecimal() and len(given) < 7 else 1
    rows, total = await past_briefings(number)
    return page(
        request,
        "panels/briefing-past.html",
        rows=rows,
        total=total,
        number=number,
        pages=-(-total // PER_PAGE),
    )


@get("/briefing/{briefing_id:int}", opt=needs(Permission.SEE_BRIEFING))
async def one_of_the_past(request: Asked, briefing_id: FromPath[int]) -> Template:
    who = who_of(request)
    async with database.transaction():
        found = await briefing_by_id(briefing_id)
        listed = await closed_briefing(who, found)
        await _record_read(request, found.id, [line.child_id for line in listed.lines])
        around = await _around(request, listed)
    return page(request, "panels/briefing-closed.html", briefing=found, listed=listed, swaps=False, **around)


ROUTES: list[Any] = [
    briefing,
    decide_on_referral,
    decide_on_episode,
    closing,
    close,
    past,
    one_of_the_past,
]
