"""`/reports/{id}/words`: the officer's words in a draft, as they stand and as they are saved."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.access import Permission
from app.figures.reports.changes import write_words
from app.figures.reports.kinds import kind_of
from app.figures.reports.pages import both_texts, report_shown
from app.figures.reports.queries import report_for
from app.figures.reports.rules import FIELD, ReportFacts, too_long, words_in
from app.figures.sections import Section
from app.lifecycle import MovedOn, Stale
from app.london import LONDON
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, see_other, who_of
from app.web.problems import problem_page
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]
WORDS = "/reports/{report_id:int}/words"
BLIND = "This did not say which text it was based on, so it was not put over the stored one."


class WordsForm(Form):
    """The words come under the keys of the sections; `version` is that of the report on screen."""

    version: int | None = None
    at: str = ""
    """The section whose button was pressed."""


@get(WORDS, opt=needs(Permission.MAKE_REPORT, passive=True))
async def words_as_they_stand(request: Asked, report_id: FromPath[int]) -> Response[Any]:
    """For a page that has the draft open while a colleague writes in it."""
    report = await report_for(who_of(request), report_id)
    is_own = report.written_by_id == who_of(request).person_id
    return _json(
        {
            "version": report.version,
            "by": "You" if is_own else report.written_by or "Someone",
            "at": f"{report.written_at.astimezone(LONDON):%H:%M}" if report.written_at else "",
            "fields": {f"{FIELD}{one.key}": report.narrative.get(one.key, "") for one in _places(report)},
        }
    )


@post(WORDS, opt=needs(Permission.MAKE_REPORT), status_code=303)
async def write(request: Asked, report_id: FromPath[int]) -> Answer:
    """Keeps the words. What saves itself is told in JSON, and joins a colleague's words on its own page."""
    who, now = who_of(request), now_of(request)
    report = await report_for(who, report_id)
    places = _places(report)
    filled = await read_form(request, WordsForm)
    words = words_in(filled.given, [one.key for one in places])
    # a field that did not come, as of a request cut short, is no field that was emptied
    sent = await request.form()
    words |= {key: text for key, text in report.narrative.items() if f"{FIELD}{key}" not in sent}
    errors = filled.errors | too_long(words)
    if errors and not report.is_fixed:
        return await _refused(request, report, filled.given, errors)
    form = filled.value or WordsForm()
    if form.version is None:
        return await _both(request, report, words, BLIND, status=428)
    by_itself = _saves_itself(request)
    try:
        version = await write_words(who, report_id, words, seen=form.version, joins=not by_itself, now=now)
    except Stale as problem:
        return await _both(request, await report_for(who, report_id), words, str(problem), status=409)
    except MovedOn as problem:
        if by_itself:
            return _json({"problem": str(problem), "fixed": True}, 409)
        given = {one.title: words[one.key] for one in places if one.key in words}
        return problem_page(request, 409, "This has moved on", str(problem), given=given)
    if by_itself:
        return _json({"version": version, "saved_at": f"{now.astimezone(LONDON):%H:%M:%S}"})
    await flash(request, "Saved.")
    return see_other(
        f"/reports/{report_id}" + (f"#{form.at}" if form.at in {one.key for one in places} else "")
    )


def _places(report: ReportFacts) -> list[Section]:
    """The sections that have a place for words."""
    kind = kind_of(report.kind)
    return [section for section in kind.sections if section.narrative] if kind else []


async def _refused(
    request: Asked, report: ReportFacts, given: dict[str, Any], errors: dict[str, str]
) -> Answer:
    if _saves_itself(request):
        return _json({"problem": next(iter(errors.values()))}, 422)
    return await report_shown(request, report, given=given, errors=errors, status=422)


async def _both(
    request: Asked, report: ReportFacts, words: dict[str, str], sentence: str, *, status: int
) -> Answer:
    if _saves_itself(request):
        return _json({"problem": sentence, "version": report.version, "fixed": False}, status)
    return await both_texts(request, report, words, sentence, status=status)


def _saves_itself(request: Asked) -> bool:
    return "x-autosave" in request.headers


def _json(values: dict[str, Any], status: int = 200) -> Response[Any]:
    return Response(values, status_code=status, media_type="application/json")


ROUTES: list[Any] = [words_as_they_stand, write]
