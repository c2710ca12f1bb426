"""`/meetings/{id}/agenda.pdf` and `.docx`: the pack of a meeting for whoever asks."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from app import database
from app.access import Permission
from app.history.changes import record_read
from app.panels.meetings.queries import meeting_for
from app.panels.packs.document import document_of
from app.panels.packs.queries import pack_for
from app.panels.packs.rules import Pack
from app.web.documents.pdf import pdf_of
from app.web.documents.word import word_of
from app.web.pages import now_of, who_of
from app.web.routing import needs

Asked = Request[Any, Any, Any]

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@get("/meetings/{meeting_id:int}/agenda.pdf", opt=needs(Permission.SEE_MEETING))
async def agenda_pdf(request: Asked, meeting_id: FromPath[int]) -> Response[bytes]:
    pack = await _opened(request, meeting_id, "pdf")
    made = await pdf_of(document_of(pack), made_at=pack.opened_at)
    return _file(made, "application/pdf", f"{pack.file_name}.pdf")


@get("/meetings/{meeting_id:int}/agenda.docx", opt=needs(Permission.SEE_MEETING))
async def agenda_word(request: Asked, meeting_id: FromPath[int]) -> Response[bytes]:
    pack = await _opened(request, meeting_id, "docx")
    made = await word_of(document_of(pack), made_at=pack.opened_at)
    return _file(made, WORD, f"{pack.file_name}.docx")


async def _opened(request: Asked, meeting_id: int, form: str) -> Pack:
    """The pack for this reader; that it is opened, and about whom, is recorded before it is made."""
    who, now = who_of(request), now_of(request)
    async with database.transaction():
        meeting = await meeting_for(who, meeting_id)
        pack = await pack_for(who, meeting, request.app.state.settings.authority, now)
        await record_read(
            who.person_id,
            "pack",
            [meeting.id],
            now=now,
            children=pack.child_ids,
            details={"version": pack.version, "form": form},
        )
    return pack


def _file(content: bytes, media_type: str, name: str) -> Response[bytes]:
    return Response(
        content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


ROUTES = [agenda_pdf, agenda_word]
