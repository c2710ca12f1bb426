"""The pages on which a record is withdrawn as recorded by mistake, and on which it is put back."""

from collections.abc import Awaitable
from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission, Scope, permits
from app.episodes import queries
from app.episodes.handed_in import handed_in
from app.episodes.rules import ChildFacts, EpisodeFacts, InterviewFacts, RiskFacts
from app.episodes.said import EPISODE, INTERVIEW, RISK, said
from app.episodes.withdrawals.changes import put_back, withdraw
from app.episodes.withdrawals.queries import withdrawal_for
from app.episodes.withdrawals.rules import NAMES, NO_REASON
from app.history.changes import record_read, refuse_second
from app.lifecycle import MovedOn, Refused
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Asked = Request[Any, Any, Any]
Answer = Template | Response[Any]
RECORD = Permission.RECORD_CHILD
LABELS = {"episode": EPISODE, "interview": INTERVIEW, "risk_assessment": RISK}
PATHS = {"episode": "episodes", "interview": "interviews", "risk_assessment": "risk-assessments"}
Facts = EpisodeFacts | InterviewFacts | RiskFacts


class WithdrawForm(Form):
    blank: ClassVar[dict[str, str]] = {"reason": NO_REASON}
    version: int
    reason: str


@get("/episodes/{episode_id:int}/withdrawal", opt=needs(RECORD))
async def episode_withdrawal(request: Asked, episode_id: FromPath[int]) -> Answer:
    async with database.transaction():
        return await _form(
            request, "episode", *await queries.episode_for(who_of(request), episode_id, RECORD)
        )


@post("/episodes/{episode_id:int}/withdrawal", opt=needs(RECORD), status_code=303)
async def withdraw_episode(request: Asked, episode_id: FromPath[int]) -> Answer:
    return await _take(request, "episode", queries.episode_for(who_of(request), episode_id, RECORD))


@get("/interviews/{interview_id:int}/withdrawal", opt=needs(RECORD))
async def interview_withdrawal(request: Asked, interview_id: FromPath[int]) -> Answer:
    async with database.transaction():
        return await _form(
            request, "interview", *await queries.interview_for(who_of(request), interview_id, RECORD)
        )


@post("/interviews/{interview_id:int}/withdrawal", opt=needs(RECORD), status_code=303)
async def withdraw_interview(request: Asked, interview_id: FromPath[int]) -> Answer:
    return await _take(request, "interview", queries.interview_for(who_of(request), interview_id, RECORD))


@get("/risk-assessments/{risk_id:int}/withdrawal", opt=needs(RECORD))
async def risk_withdrawal(request: Asked, risk_id: FromPath[int]) -> Answer:
    async with database.transaction():
        return await _form(
            request, "risk_assessment", *await queries.risk_for(who_of(request), risk_id, RECORD)
        )


@post("/risk-assessments/{risk_id:int}/withdrawal", opt=needs(RECORD), status_code=303)
async def withdraw_risk(request: Asked, risk_id: FromPath[int]) -> Answer:
    return await _take(request, "risk_assessment", queries.risk_for(who_of(request), risk_id, RECORD))


async def _take(request: Asked, kind: str, loading: Awaitable[tuple[ChildFacts, Facts]]) -> Answer:
    filled = await read_form(request, WithdrawForm)
    try:
        child, facts = await loading
    except MovedOn:
        # sent twice: the first one did it
        await refuse_second(filled.given.get("submission_key"))
        raise
    if filled.value is None:
        return await _form(request, kind, child, facts, filled.given, filled.errors)
    await withdraw(
        who_of(request),
        child,
        kind,
        facts.id,
        version=filled.value.version,
        reason=filled.value.reason,
        now=now_of(request),
        key=filled.value.submission_key,
    )
    await flash(request, f"The {NAMES[kind]} is withdrawn. It stands struck through in the chronology.")
    return see_other(f"/children/{child.id}#chronology")


async def _form(
    request: Asked,
    kind: str,
    child: ChildFacts,
    facts: Facts,
    given: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
) -> Answer:
    with_it = 0
    if isinstance(facts, EpisodeFacts):
        with_it = sum(one.episode_ids == (facts.id,) for one in await queries.interviews_of(child.id))
    await _record_read(request, child)
    return page(
        request,
        "episodes/withdraw.html",
        status=422 if errors else 200,
        child=child,
        kind=kind,
        name=NAMES[kind],
        action=f"/{PATHS[kind]}/{facts.id}/withdrawal",
        correction=f"/{PATHS[kind]}/{facts.id}/correction",
        told=_told(kind, facts),
        with_it=with_it,
        given={"version": facts.version} | (given or {}),
        errors=errors or {},
    )


@get("/withdrawals/{withdrawal_id:int}", opt=needs(Permission.SEE_CHILD))
async def withdrawal_page(request: Asked, withdrawal_id: FromPath[int]) -> Answer:
    async with database.transaction():
        return await _show(request, withdrawal_id, {})


@post("/withdrawals/{withdrawal_id:int}/undoing", opt=needs(RECORD), status_code=303)
async def undo_withdrawal(request: Asked, withdrawal_id: FromPath[int]) -> Answer:
    child, withdrawn = await withdrawal_for(who_of(request), withdrawal_id, RECORD)
    filled = await read_form(request, Form)
    try:
        await put_back(
            who_of(request), withdrawn, now=now_of(request), key=filled.given.get("submission_key")
        )
    except Refused as problem:
        return await _show(request, withdrawal_id, {"": problem.sentence})
    await flash(request, f"The {withdrawn.name} is put back and counts again.")
    return see_other(f"/children/{child.id}#chronology")


async def _show(request: Asked, withdrawal_id: int, errors: dict[str, str]) -> Answer:
    who = who_of(request)
    child, withdrawn = await withdrawal_for(who, withdrawal_id)
    scopes = await handed_in.scopes_of_children([child.id], who)
    await _record_read(request, child)
    return page(
        request,
        "episodes/withdrawal.html",
        status=422 if errors else 200,
        child=child,
        withdrawn=withdrawn,
        told=_told(withdrawn.kind, withdrawn.facts),
        with_it=len(withdrawn.interviews) if withdrawn.kind == "episode" else 0,
        may_undo=permits(who, RECORD, Scope(panel_ids=scopes.get(child.id, frozenset()))),
        errors=errors,
    )


def _told(kind: str, facts: Facts) -> list[tuple[str, str]]:
    """What a record says, by its labels; blanks are left out."""
    days = getattr(facts, "date_only", ())
    said_by_label = [
        (label, said(name, getattr(facts, name, None), days)) for name, label in LABELS[kind].items()
    ]
    return [(label, words) for label, words in said_by_label if words]


async def _record_read(request: Asked, child: ChildFacts) -> None:
    await record_read(
        who_of(request).person_id, "child", [child.id], now=now_of(request), children=[child.id]
    )


ROUTES: list[Any] = [
    episode_withdrawal,
    withdraw_episode,
    interview_withdrawal,
    withdraw_interview,
    risk_withdrawal,
    withdraw_risk,
    withdrawal_page,
    undo_withdrawal,
]
