"""`/meetings/{id}/minutes.pdf` and `.docx`: the minutes of a meeting for whoever asks."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from app import database
from app.access import Permission
from app.history.changes import record_read
from app.minutes.documents.document import document_of
from app.minutes.documents.queries import printed_for
from app.minutes.documents.rules import Printed
from app.minutes.queries import minutes_for
from app.web.documents.pdf import pdf_of
from app.web.documents.sending import PDF, WORD, attached
from app.web.documents.word import word_of
from app.web.pages import now_of, who_of
from app.web.routing import needs

Asked = Request[Any, Any, Any]


@get("/meetings/{meeting_id:int}/minutes.pdf", opt=needs(Permission.SEE_MINUTES))
async def minutes_pdf(request: Asked, meeting_id: FromPath[int]) -> Response[bytes]:
    printed = await _opened(request, meeting_id, "pdf")
    made = await pdf_of(document_of(printed), made_at=printed.opened_at)
    return attached(made, PDF, f"{printed.file_name}.pdf")


@get("/meetings/{meeting_id:int}/minutes.docx", opt=needs(Permission.SEE_MINUTES))
async def minutes_word(request: Asked, meeting_id: FromPath[int]) -> Response[bytes]:
    printed = await _opened(request, meeting_id, "docx")
    made = await word_of(document_of(printed), made_at=printed.opened_at)
    return attached(made, WORD, f"{printed.file_name}.docx")


async def _opened(request: Asked, meeting_id: int, form: str) -> Printed:
    """The minutes for this reader; that they are opened, and about whom, is recorded before they are made."""
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        meeting, minutes = await minutes_for(who, meeting_id)
        printed = await printed_for(who, meeting, minutes, request.app.state.settings.authority, now)
        await record_read(
            who.person_id,
            "minutes",
            [meeting.id],
            now=now,
            children=printed.child_ids,
            details={"version": printed.version, "form": form},
        )
    return printed


ROUTES = [minutes_pdf, minutes_word]
