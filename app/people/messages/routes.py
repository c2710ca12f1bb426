"""`/messages`: what the outbox holds, whether it is emptied, and another try. Never a message's words or links."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.access import Permission
from app.outbox import changes, queries
from app.outbox.queries import PER_PAGE, MessageFacts
from app.outbox.rules import UnusableServer, is_quiet, server_in_words
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, see_other, who_of
from app.web.routing import needs

Answer = Template | Response[Any]
Asked = Request[Any, Any, Any]

STATES = {
    "failed": "Not arrived",
    "waiting": "Waiting",
    "sent": "Sent in the last 14 days",
}
ONE = "/messages/{message_id:int}"
ADMINISTRATORS = needs(Permission.MANAGE_MESSAGES)


class SearchForm(Form):
    blank: ClassVar[dict[str, str]] = {"recipient": "Enter an e-mail address, or a part of one"}
    recipient: str


@get("/messages", opt=ADMINISTRATORS)
async def messages(request: Asked) -> Answer:
    """What did not arrive first, where anything did not."""
    state, now = request.query_params.get("state", ""), now_of(request)
    counts = await _counts(request)
    if state not in STATES:
        state = "failed" if counts["failed"] else "waiting"
    pages = max(1, -(-counts[state] // PER_PAGE))
    given = request.query_params.get("page", "")
    number = min(int(given), pages) if given.isdecimal() and 0 < len(given) < 7 and int(given) else 1
    found = await queries.messages_in(state, now, number)
    return await _messages_page(
        request, found, counts=counts, state=state, number=number, pages=pages, total=counts[state]
    )


@post("/messages", opt=ADMINISTRATORS, status_code=200)
async def search_messages(request: Asked) -> Answer:
    """A search is posted, so that nobody's address stands in another."""
    filled = await read_form(request, SearchForm)
    found = await queries.messages_to(filled.value.recipient, now_of(request)) if filled.value else []
    return await _messages_page(
        request,
        found,
        status=200 if filled.value else 422,
        counts=await _counts(request),
        state="",
        search=filled.given.get("recipient", ""),
        errors=filled.errors,
    )


@post("/messages/send-again", opt=ADMINISTRATORS, status_code=303)
async def send_all_again(request: Asked) -> Answer:
    count = await changes.retry_failed(who_of(request), now_of(request))
    return await _done(request, count, "will be sent again")


@post("/messages/send-now", opt=ADMINISTRATORS, status_code=303)
async def send_all_now(request: Asked) -> Answer:
    count = await changes.hasten(who_of(request), now_of(request))
    return await _done(request, count, "will be tried at once")


@post(ONE + "/send-again", opt=ADMINISTRATORS, status_code=303)
async def send_again(request: Asked, message_id: FromPath[int]) -> Answer:
    await queries.message_for(message_id)
    count = await changes.retry_failed(who_of(request), now_of(request), message_id)
    return await _done(request, count, "will be sent again")


@post(ONE + "/send-now", opt=ADMINISTRATORS, status_code=303)
async def send_now(request: Asked, message_id: FromPath[int]) -> Answer:
    await queries.message_for(message_id)
    count = await changes.hasten(who_of(request), now_of(request), message_id)
    return await _done(request, count, "will be tried at once")


@post(ONE + "/seen-to", opt=ADMINISTRATORS, status_code=303)
async def seen_to(request: Asked, message_id: FromPath[int]) -> Answer:
    await queries.message_for(message_id)
    count = await changes.settle(who_of(request), now_of(request), message_id)
    return await _done(request, count, "is noted as seen to" if count == 1 else "are noted as seen to")


async def _done(request: Asked, count: int, what: str) -> Answer:
    if count:
        await flash(request, f"{count} {'message' if count == 1 else 'messages'} {what}.")
    else:
        await flash(request, "Nothing was left to do: the message has moved on meanwhile.", "important")
    return see_other("/messages")


async def _counts(request: Asked) -> dict[str, int]:
    state = await queries.outbox_state()
    return {
        "failed": state.failed,
        "waiting": state.waiting,
        "sent": await queries.sent_lately(now_of(request)),
    }


async def _messages_page(
    request: Asked, found: list[MessageFacts], status: int = 200, **context: Any
) -> Answer:
    settings, now = request.app.state.settings, now_of(request)
    last_round_at = await queries.last_round_at()
    try:
        server, no_server = server_in_words(settings.smtp_url, settings.base_url), ""
    except UnusableServer as problem:
        server, no_server = "", str(problem)
    return page(
        request,
        "people/messages.html",
        status=status,
        **{
            "found": found,
            "states": STATES,
            "server": server,
            "no_server": no_server,
            "last_round_at": last_round_at,
            "is_quiet": is_quiet(last_round_at, now),
            "errors": {},
        }
        | context,
    )


ROUTES: list[Any] = [messages, search_messages, send_all_again, send_all_now, send_again, send_now, seen_to]
