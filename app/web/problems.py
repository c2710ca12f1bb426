"""What a person is told when something cannot be done: one page for every error, a sentence that says what to do."""

import logging
import traceback
from typing import Any
from urllib.parse import quote, urlsplit

import asyncpg
from litestar import Request, Response
from litestar.exceptions import ClientException, HTTPException, NotFoundException
from litestar.response import Template

from app.history.changes import AlreadySubmitted, NotRecorded
from app.lifecycle import Forbidden, Invisible, MovedOn, Refused, Stale
from app.web.guards import ForeignForm, SignInNeeded
from app.web.pages import page, see_other

log = logging.getLogger("homeward")

Answer = Response[Any] | Template
DATABASE_DOWN = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    NotRecorded,
)


def problem_page(
    request: Request[Any, Any, Any],
    status: int,
    title: str,
    sentence: str,
    given: dict[str, str] | None = None,
) -> Answer:
    """The error page, with what the person had written where it would be lost; programs get the sentence alone."""
    if _wants_json(request):
        return Response({"problem": sentence}, status_code=status, media_type="application/json")
    return page(
        request,
        "problem.html",
        part="_problem.html",
        status=status,
        title=title,
        sentence=sentence,
        given=given,
    )


def _wants_json(request: Request[Any, Any, Any]) -> bool:
    accepted = request.headers.get("accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def sign_in_needed(request: Request[Any, Any, Any], problem: SignInNeeded) -> Answer:
    if request.method in ("GET", "HEAD") and not _wants_json(request):
        if "hx-request" in request.headers:
            return problem_page(
                request, 401, "Sign in again", "Your session has ended. Sign in again in another tab."
            )
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return see_other(f"/sign-in?next={quote(here, safe='')}" if here != "/" else "/sign-in")
    return problem_page(
        request,
        401,
        "Sign in again",
        "Your session has ended and nothing was saved. Sign in again in another tab, "
        "then come back to this one and send the form again.",
        given=problem.given,
    )


def foreign_form(request: Request[Any, Any, Any], problem: ForeignForm) -> Answer:
    return problem_page(
        request,
        403,
        "This form can’t be taken",
        "It did not come from a page of your present session. Go back, reload the page and send it again.",
    )


def forbidden(request: Request[Any, Any, Any], problem: Forbidden) -> Answer:
    return problem_page(
        request,
        403,
        "You can’t do this",
        "Your role does not include this. Ask an administrator if it should.",
    )


def invisible(request: Request[Any, Any, Any], problem: Exception) -> Answer:
    return problem_page(
        request,
        404,
        "Page not found",
        "There is nothing at this address, or it is not for your role. Check the address or go back to the home page.",
    )


def moved_on(request: Request[Any, Any, Any], problem: MovedOn) -> Answer:
    return problem_page(request, 409, "This has moved on", str(problem))


def stale(request: Request[Any, Any, Any], problem: Stale) -> Answer:
    return problem_page(
        request,
        409,
        "Someone else changed this",
        f"{problem} Nothing was overwritten. Go back, copy what you wrote, reload the page and add it again.",
    )


def refused(request: Request[Any, Any, Any], problem: Refused) -> Answer:
    return problem_page(request, 422, "This can’t be done yet", problem.sentence)


def already_submitted(request: Request[Any, Any, Any], problem: AlreadySubmitted) -> Answer:
    """A form that came twice: back to the page it came from, which shows what the first one did."""
    request.scope["state"].setdefault("flashes", []).append(
        {"kind": "important", "text": "That was already saved."}  # handlers of problems cannot await
    )
    return see_other(_page_before(request))


def _page_before(request: Request[Any, Any, Any]) -> str:
    """The path of our own that the form came from; two strokes at its beginning would name another site."""
    try:
        path = urlsplit(request.headers.get("referer", "")).path
    except ValueError:
        path = ""
    return "/" + path.lstrip("/\\")


def database_down(request: Request[Any, Any, Any], problem: Exception) -> Answer:
    log.error("database down: %s", type(problem).__name__)
    return problem_page(
        request,
        503,
        "Homeward can’t reach its database",
        "Nothing was saved. Keep this page open, wait a minute and try again. If it goes on, tell your administrator.",
    )


def too_large(request: Request[Any, Any, Any]) -> Answer:
    return problem_page(
        request,
        413,
        "This is too large",
        f"{_what_is_taken(request)}.",
    )


def _what_is_taken(request: Request[Any, Any, Any]) -> str:
    """A route that takes smaller files says so in its `opt`."""
    handler = request.scope.get("route_handler")
    told = handler.opt.get("too_large") if handler is not None else None
    return str(told or "Files may have up to 20 MB. Split the file and send the parts one by one")


def http_problem(request: Request[Any, Any, Any], problem: HTTPException) -> Answer:
    if isinstance(problem, NotFoundException):
        return invisible(request, problem)
    if problem.status_code == 405:
        return problem_page(
            request, 405, "This address takes no such request", "Go back and use the page’s buttons."
        )
    if problem.status_code == 413:
        return too_large(request)
    if isinstance(problem, ClientException):
        return problem_page(
            request,
            problem.status_code,
            "This can’t be understood",
            "Check the address or the form and try again.",
        )
    return unexpected(request, problem)


def unexpected(request: Request[Any, Any, Any], problem: Exception) -> Answer:
    if isinstance(problem, DATABASE_DOWN):
        return database_down(request, problem)
    if "client disconnected" in str(problem):
        # the page was closed while it sent its form: nobody reads an answer
        return Response(None, status_code=400)
    log.error("unexpected problem at %s\n%s", request.scope.get("path_template", "?"), _where(problem))
    return problem_page(
        request,
        500,
        "Something went wrong",
        "Homeward could not do this and has noted why. Nothing was saved by halves. Try again in a minute.",
    )


def _where(problem: BaseException) -> str:
    """The kind of a problem and the lines that led to it, its causes first.

    What it says is left out: the database quotes whole rows, and a failed reading the text that was read.
    """
    before = problem.__cause__ or problem.__context__
    lines = "".join(traceback.format_tb(problem.__traceback__))
    return (f"{_where(before)}\n" if before else "") + f"{lines}{type(problem).__name__}"


EXCEPTION_HANDLERS: dict[Any, Any] = {
    SignInNeeded: sign_in_needed,
    ForeignForm: foreign_form,
    Forbidden: forbidden,
    Invisible: invisible,
    MovedOn: moved_on,
    Stale: stale,
    Refused: refused,
    AlreadySubmitted: already_submitted,
    HTTPException: http_problem,
    Exception: unexpected,
}
