"""Files of an action: adding one, giving one out as a download, taking one away. No policy, no SQL."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission
from app.actions.evidence.changes import add_evidence, withdraw_evidence
from app.actions.evidence.queries import content_of, one_file
from app.actions.evidence.rules import KINDS, LARGEST_FILE, TAKEN, TOO_LARGE
from app.actions.queries import action_for, action_to_update, children_seen
from app.actions.updates.routes import action_view
from app.history.changes import record_read
from app.lifecycle import Invisible, MovedOn, Refused
from app.web.documents.sending import attached
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Asked = Request[Any, Any, Any]
Answer = Template | Response[Any]

LARGEST_UPLOAD = LARGEST_FILE + 64 * 1024
"""Bytes of a form with one file; the rest of a larger one is never read."""

SEALED_OFF = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""A file was made elsewhere: should a browser open it after all, nothing in it runs."""


class FileForm(Form):
    blank: ClassVar[dict[str, str]] = {"file": TAKEN}
    wrong: ClassVar[dict[str, str]] = {"file": TAKEN}
    file: UploadFile


class WithdrawForm(Form):
    blank: ClassVar[dict[str, str]] = {"reason": "Say why this file is taken away"}
    reason: str


@post(
    "/actions/{action_id:int}/evidence",
    opt=needs(Permission.UPDATE_ACTION) | {"too_large": TOO_LARGE},
    status_code=303,
    request_max_body_size=LARGEST_UPLOAD,
)
async def add_file(request: Asked, action_id: FromPath[int]) -> Answer:
    who = who_of(request)
    async with database.transaction():
        await action_to_update(who, action_id)
    filled = await read_form(request, FileForm)
    if filled.value is None:
        return await action_view(request, action_id, status=422, errors=filled.errors)
    file = filled.value.file
    try:
        await add_evidence(
            who,
            action_id,
            file.filename,
            await file.read(LARGEST_FILE + 1),
            now=now_of(request),
            submission_key=filled.value.submission_key,
        )
    except Refused as problem:
        return await action_view(request, action_id, status=422, errors=problem.errors)
    await flash(request, f"The file is kept with action {action_id}.")
    return see_other(f"/actions/{action_id}#files")


@get(
    "/actions/{action_id:int}/evidence/{evidence_id:int}",
    opt=needs(Permission.SEE_ACTION) | {"uncompressed": True},
)
async def download(request: Asked, action_id: FromPath[int], evidence_id: FromPath[int]) -> Answer:
    """The file as it was brought, under our own reference; the reading is recorded before."""
    who = who_of(request)
    async with database.transaction():
        action = await action_for(who, action_id)
        file = await one_file(action, evidence_id)
        if file.withdrawn_at is not None:
            raise Invisible
        await record_read(
            who.person_id,
            "action file",
            [evidence_id],
            now=now_of(request),
            children=children_seen([action]),
            details={"action": action_id},
        )
        content = await content_of(file)
    answer = attached(content, KINDS[file.kind].media_type, file.download_name)
    answer.headers["Content-Security-Policy"] = SEALED_OFF
    return answer


@get(
    "/actions/{action_id:int}/evidence/{evidence_id:int}/withdrawal",
    opt=needs(Permission.UPDATE_ACTION),
)
async def withdrawal_page(request: Asked, action_id: FromPath[int], evidence_id: FromPath[int]) -> Answer:
    return await _withdrawal(request, action_id, evidence_id)


async def _withdrawal(
    request: Asked,
    action_id: int,
    evidence_id: int,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
) -> Answer:
    who = who_of(request)
    async with database.transaction():
        action = await action_to_update(who, action_id)
        file = await one_file(action, evidence_id)
        await record_read(
            who.person_id, "action", [action_id], now=now_of(request), children=children_seen([action])
        )
    return page(
        request,
        "actions/withdraw_file.html",
        status=status,
        action=action,
        file=file,
        errors=errors or {},
        given=given or {},
    )


@post(
    "/actions/{action_id:int}/evidence/{evidence_id:int}/withdrawal",
    opt=needs(Permission.UPDATE_ACTION),
    status_code=303,
)
async def withdraw_file(request: Asked, action_id: FromPath[int], evidence_id: FromPath[int]) -> Answer:
    filled = await read_form(request, WithdrawForm)
    if filled.value is None:
        return await _withdrawal(
            request, action_id, evidence_id, status=422, errors=filled.errors, given=filled.given
        )
    try:
        await withdraw_evidence(
            who_of(request),
            action_id,
            evidence_id,
            filled.value.reason,
            now=now_of(request),
            submission_key=filled.value.submission_key,
        )
    except Refused as problem:
        return await _withdrawal(
            request, action_id, evidence_id, status=422, errors=problem.errors, given=filled.given
        )
    except MovedOn as problem:
        return await _withdrawal(
            request, action_id, evidence_id, status=409, errors={"": str(problem)}, given=filled.given
        )
    await flash(request, "The file is taken away. That it was here, and why it went, stays on record.")
    return see_other(f"/actions/{action_id}#files")


ROUTES: list[Any] = [add_file, download, withdrawal_page, withdraw_file]
