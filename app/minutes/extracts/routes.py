"""`/meetings/{id}/minutes/extracts`: each child's extract as PDF, Word and text, and marking them as delivered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission, permits
from app.history.changes import record_read
from app.lifecycle import Refused
from app.minutes.documents.rules import Printed
from app.minutes.extracts.changes import deliver, take_back
from app.minutes.extracts.document import extract_document
from app.minutes.extracts.queries import extract_for, extract_lines, printed_of_child
from app.minutes.extracts.rules import WAYS, ExtractLine, others_named, progress_of
from app.minutes.queries import minutes_for
from app.minutes.rules import MinutesStatus
from app.panels.meetings.rules import MeetingFacts
from app.panels.restricting.queries import hidden_items
from app.web.documents.pdf import pdf_of
from app.web.documents.plain import plain_of
from app.web.documents.sending import PDF, WORD, attached
from app.web.documents.shapes import Document
from app.web.documents.word import word_of
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Asked = Request[Any, Any, Any]
Answer = Template | Response[Any]
EXTRACTS = "/meetings/{meeting_id:int}/minutes/extracts"
EXTRACT = EXTRACTS + "/{child_id:int}"


class DeliveryForm(Form):
    """Which extracts are on the children's records (`which` "all": every one still open), and how they got there."""

    children: list[int] = []
    which: str = ""
    way: str = ""
    note: str = ""


class TakeBackForm(Form):
    reason: str = ""


@get(EXTRACTS, opt=needs(Permission.SEE_MINUTES))
async def extracts(request: Asked, meeting_id: FromPath[int]) -> Answer:
    """Every child who was discussed, and whether the extract is on the child's record."""
    return await _list(request, meeting_id)


async def _list(
    request: Asked,
    meeting_id: int,
    *,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
    status: int = 200,
) -> Answer:
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        meeting, minutes = await minutes_for(who, meeting_id)
        is_there = minutes.status == MinutesStatus.CIRCULATED
        lines = await extract_lines(who, meeting_id) if is_there else []
        hides = bool(await hidden_items(who, meeting_id))
        await record_read(
            who.person_id, "extracts", [meeting_id], now=now, children=[line.child_id for line in lines]
        )
    return page(
        request,
        "minutes/extracts.html",
        status=status,
        meeting=meeting,
        minutes=minutes,
        is_there=is_there,
        lines=lines,
        progress=progress_of(lines),
        hides=hides,
        may_mark=permits(who, Permission.CIRCULATE_MINUTES, meeting.scope),
        ways=WAYS,
        errors=errors or {},
        given=given or {},
    )


@post(EXTRACTS, opt=needs(Permission.CIRCULATE_MINUTES), status_code=303)
async def mark(request: Asked, meeting_id: FromPath[int]) -> Answer:
    """Marks the extracts of every child ticked as delivered."""
    filled = await read_form(request, DeliveryForm, lists=["children"])
    form = filled.value or DeliveryForm()
    chosen = form.children
    if form.which == "all":
        lines = await extract_lines(who_of(request), meeting_id)
        chosen = [line.child_id for line in lines if line.delivery is None]
    try:
        return await _delivered(request, meeting_id, chosen, form)
    except Refused as refusal:
        if not refusal.errors:
            raise
        return await _list(request, meeting_id, errors=refusal.errors, given=filled.given, status=422)


async def _delivered(request: Asked, meeting_id: int, chosen: Sequence[int], form: DeliveryForm) -> Answer:
    done = await deliver(
        who_of(request),
        meeting_id,
        chosen,
        form.way,
        form.note,
        now=now_of(request),
        submission_key=form.submission_key,
    )
    what = "1 extract is" if done.count == 1 else f"{done.count} extracts are"
    filed = " These were the last: the minutes are filed." if done.is_filed else ""
    await flash(request, f"{what} marked as delivered.{filed}")
    return see_other(f"/meetings/{meeting_id}/minutes/extracts")


@get(EXTRACT, opt=needs(Permission.SEE_MINUTES))
async def extract(request: Asked, meeting_id: FromPath[int], child_id: FromPath[int]) -> Answer:
    """One child's extract as text to copy, and where it is."""
    return await _one(request, meeting_id, child_id)


async def _one(
    request: Asked,
    meeting_id: int,
    child_id: int,
    *,
    errors: dict[str, str] | None = None,
    given: dict[str, Any] | None = None,
    status: int = 200,
) -> Answer:
    opened = await _opened(request, meeting_id, child_id, "page")
    return page(
        request,
        "minutes/extract.html",
        status=status,
        meeting=opened.meeting,
        line=opened.line,
        printed=opened.printed,
        text=plain_of(opened.document),
        others_named=others_named(opened.printed.content, opened.line, opened.others),
        may_mark=permits(who_of(request), Permission.CIRCULATE_MINUTES, opened.meeting.scope),
        ways=WAYS,
        errors=errors or {},
        given=given or {},
    )


@post(EXTRACT, opt=needs(Permission.CIRCULATE_MINUTES), status_code=303)
async def mark_one(request: Asked, meeting_id: FromPath[int], child_id: FromPath[int]) -> Answer:
    """Marks one child's extract as delivered."""
    filled = await read_form(request, DeliveryForm)
    form = filled.value or DeliveryForm()
    try:
        return await _delivered(request, meeting_id, [child_id], form)
    except Refused as refusal:
        if not refusal.errors:
            raise
        return await _one(
            request, meeting_id, child_id, errors=refusal.errors, given=filled.given, status=422
        )


@post(f"{EXTRACT}/taking-back", opt=needs(Permission.CIRCULATE_MINUTES), status_code=303)
async def unmark(request: Asked, meeting_id: FromPath[int], child_id: FromPath[int]) -> Answer:
    """Takes back that one child's extract is delivered."""
    filled = await read_form(request, TakeBackForm)
    form = filled.value or TakeBackForm()
    try:
        was_filed = await take_back(
            who_of(request),
            meeting_id,
            child_id,
            form.reason,
            now=now_of(request),
            submission_key=form.submission_key,
        )
    except Refused as refusal:
        if not refusal.errors:
            raise
        return await _one(
            request, meeting_id, child_id, errors=refusal.errors, given=filled.given, status=422
        )
    no_longer = " The minutes no longer count as filed." if was_filed else ""
    await flash(request, f"The extract counts as not delivered again.{no_longer}")
    return see_other(f"/meetings/{meeting_id}/minutes/extracts/{child_id}")


@get(f"{EXTRACT}/extract.pdf", opt=needs(Permission.SEE_MINUTES))
async def extract_pdf(request: Asked, meeting_id: FromPath[int], child_id: FromPath[int]) -> Response[bytes]:
    opened = await _opened(request, meeting_id, child_id, "pdf")
    made = await pdf_of(opened.document, made_at=now_of(request))
    return attached(made, PDF, f"minutes-{meeting_id}-extract-{child_id}.pdf")


@get(f"{EXTRACT}/extract.docx", opt=needs(Permission.SEE_MINUTES))
async def extract_word(request: Asked, meeting_id: FromPath[int], child_id: FromPath[int]) -> Response[bytes]:
    opened = await _opened(request, meeting_id, child_id, "docx")
    made = await word_of(opened.document, made_at=now_of(request))
    return attached(made, WORD, f"minutes-{meeting_id}-extract-{child_id}.docx")


@dataclass(frozen=True)
class Opened:
    """A child's extract as this reader sees it; `others`: the other children of the meeting."""

    meeting: MeetingFacts
    line: ExtractLine
    printed: Printed
    others: Sequence[ExtractLine]

    @property
    def document(self) -> Document:
        return extract_document(self.printed, self.line.child_ref)


async def _opened(request: Asked, meeting_id: int, child_id: int, form: str) -> Opened:
    """A child's extract for this reader; that it is opened is recorded before it is made or shown."""
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        meeting, minutes, line, others = await extract_for(who, meeting_id, child_id)
        printed = await printed_of_child(
            who, meeting, minutes, line, request.app.state.settings.authority, now
        )
        await record_read(
            who.person_id, "extract", [meeting_id], now=now, children=[child_id], details={"form": form}
        )
    return Opened(meeting, line, printed, others)


ROUTES = [extracts, mark, extract, mark_one, unmark, extract_pdf, extract_word]
