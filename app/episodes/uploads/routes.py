"""The pages of imports: choose a file, see what it would do, confirm or drop it, give rejected rows back."""

from collections.abc import Iterable
from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Template

from app import database
from app.access import Permission, Scope
from app.episodes.imports.catalogue import import_kind, import_kinds
from app.episodes.imports.kinds import ImportKind, Problem, Unusable
from app.episodes.imports.reading import LARGEST_FILE, check_shape, warnings_file
from app.episodes.uploads import changes, queries
from app.episodes.uploads.rules import UPLOAD, Upload
from app.episodes.uploads.work import start_work
from app.history.changes import record_read
from app.lifecycle import Invisible
from app.web.documents.sending import attached
from app.web.documents.spreadsheets import CSV
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]

PROBLEMS_SHOWN = 50
LARGEST_UPLOAD = LARGEST_FILE + 1024 * 1024


class UploadForm(Form):
    blank: ClassVar[dict[str, str]] = {
        "kind": "Choose what is in the file",
        "file": "Choose a CSV file",
    }
    wrong: ClassVar[dict[str, str]] = {"file": "Choose a CSV file"}
    kind: str
    file: UploadFile


class KeyForm(Form):
    """A form of buttons only."""


@get("/import", opt=needs(Permission.RUN_IMPORT))
async def import_page(request: Request[Any, Any, Any]) -> Answer:
    return page(request, "episodes/import.html", errors={}, given={}, **await _choices())


@post("/import", opt=needs(Permission.RUN_IMPORT), status_code=303, request_max_body_size=LARGEST_UPLOAD)
async def upload_file(request: Request[Any, Any, Any]) -> Answer:
    """Keeps the file and begins its check; a file that cannot be used at all is refused at once and not kept."""
    filled = await read_form(request, UploadForm)
    given = {key: value for key, value in filled.given.items() if key != "file"}
    errors = dict(filled.errors)
    if filled.value:
        kind = _kind_named(filled.value.kind)
        content = await filled.value.file.read()
        if kind is None:
            errors["kind"] = "Choose what is in the file from the list"
        else:
            try:
                check_shape(content, kind)
            except Unusable as problem:
                errors["file"] = str(problem)
        if kind is not None and not errors:
            upload_id = await changes.keep_upload(
                who_of(request), kind, content, now=now_of(request), key=filled.value.submission_key
            )
            start_work(upload_id, request.app.state.clock)
            return see_other(f"/import/{upload_id}")
    return page(request, "episodes/import.html", status=422, errors=errors, given=given, **await _choices())


@get("/import/{upload_id:int}", opt=needs(Permission.RUN_IMPORT))
async def upload_page(request: Request[Any, Any, Any], upload_id: FromPath[int]) -> Answer:
    who = who_of(request)
    async with database.transaction():
        upload = await queries.upload_for(who, upload_id)
        if upload.result.get("rejected") or upload.result.get("warnings"):
            await record_read(who.person_id, "import", [upload_id], now=now_of(request))
    return page(
        request,
        "episodes/upload.html",
        part="episodes/_upload.html",
        upload=upload,
        kind_name=_name_of(import_kind(upload.kind, upload.layout)),
        moves={move.name for move in UPLOAD.open_moves(upload.status, who, Scope())},
        rejected=upload.result.get("rejected", [])[:PROBLEMS_SHOWN],
        warnings=upload.result.get("warnings", [])[:PROBLEMS_SHOWN],
    )


@get("/import/{upload_id:int}/rejected.csv", opt=needs(Permission.RUN_IMPORT))
async def rejected_file(request: Request[Any, Any, Any], upload_id: FromPath[int]) -> Answer:
    async with database.transaction():
        upload = await _recorded(request, upload_id)
        content = await queries.rejected_rows_of(upload.id)
    if content is None:
        raise Invisible
    return attached(content, CSV, f"rejected-rows-{upload.id}.csv")


@get("/import/{upload_id:int}/warnings.csv", opt=needs(Permission.RUN_IMPORT))
async def warnings_csv(request: Request[Any, Any, Any], upload_id: FromPath[int]) -> Answer:
    async with database.transaction():
        upload = await _recorded(request, upload_id)
    found = [Problem(**one) for one in upload.result.get("warnings", [])]
    if not found:
        raise Invisible
    return attached(warnings_file(found), CSV, f"warnings-{upload.id}.csv")


@post("/import/{upload_id:int}/confirmation", opt=needs(Permission.RUN_IMPORT), status_code=303)
async def confirm(request: Request[Any, Any, Any], upload_id: FromPath[int]) -> Answer:
    await queries.upload_for(who_of(request), upload_id)
    filled = await read_form(request, KeyForm)
    key = filled.value.submission_key if filled.value else None
    await changes.confirm_upload(who_of(request), upload_id, now=now_of(request), key=key)
    start_work(upload_id, request.app.state.clock)
    return see_other(f"/import/{upload_id}")


@post("/import/{upload_id:int}/check", opt=needs(Permission.RUN_IMPORT), status_code=303)
async def check_again(request: Request[Any, Any, Any], upload_id: FromPath[int]) -> Answer:
    await queries.upload_for(who_of(request), upload_id)
    filled = await read_form(request, KeyForm)
    key = filled.value.submission_key if filled.value else None
    await changes.check_upload_again(who_of(request), upload_id, now=now_of(request), key=key)
    start_work(upload_id, request.app.state.clock)
    return see_other(f"/import/{upload_id}")


@post("/import/{upload_id:int}/removal", opt=needs(Permission.RUN_IMPORT), status_code=303)
async def drop(request: Request[Any, Any, Any], upload_id: FromPath[int]) -> Answer:
    await queries.upload_for(who_of(request), upload_id)
    filled = await read_form(request, KeyForm)
    key = filled.value.submission_key if filled.value else None
    await changes.drop_upload(who_of(request), upload_id, now=now_of(request), key=key)
    await flash(request, "The file was removed from this service.")
    return see_other("/import")


async def _choices() -> dict[str, Any]:
    kinds = import_kinds()
    return {
        "kinds": kinds,
        "choices": [[f"{kind.slug}:{kind.layout}", _name_of(kind)] for kind in kinds],
        "uploads": await queries.latest_uploads(),
        "kind_names": {f"{kind.slug}:{kind.layout}": _name_of(kind) for kind in kinds},
        "columns_of": {f"{kind.slug}:{kind.layout}": list(_columns(kind)) for kind in kinds},
    }


def _columns(kind: ImportKind) -> Iterable[tuple[str, bool]]:
    return ((column.name, column.required) for column in kind.columns)


def _name_of(kind: ImportKind | None) -> str:
    if kind is None:
        return "File"
    return f"{kind.label} – SSDA903 table" if kind.layout == "ssda903" else kind.label


def _kind_named(value: str) -> ImportKind | None:
    slug, _, layout = value.partition(":")
    return import_kind(slug, layout)


async def _recorded(request: Request[Any, Any, Any], upload_id: int) -> Upload:
    """The upload, its reading recorded: rejected rows and warnings name children."""
    who = who_of(request)
    upload = await queries.upload_for(who, upload_id)
    await record_read(who.person_id, "import", [upload_id], now=now_of(request))
    return upload


ROUTES: list[Any] = [
    import_page,
    upload_file,
    upload_page,
    rejected_file,
    warnings_csv,
    confirm,
    check_again,
    drop,
]
