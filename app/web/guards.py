"""What stands before every route: a living session, a form that came from our own page, and the permission."""

from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from app.access import PUBLIC, permits
from app.lifecycle import Forbidden, Invisible
from app.web.sessions import Identify, SignedIn, cookie_name, form_token, is_same

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
LARGEST_ID = 2**63 - 1


class SignInNeeded(Exception):
    """Nobody is signed in, or no longer. `given` is what the person had written, to be handed back."""

    def __init__(self, given: dict[str, str] | None = None) -> None:
        super().__init__()
        self.given = given or {}


class ForeignForm(Exception):
    """The form did not come from a page of this session."""


async def guard(connection: ASGIConnection, handler: BaseRouteHandler) -> None:
    """Raises SignInNeeded, ForeignForm, Forbidden or Invisible; leaves who is asking in the scope."""
    if connection.scope.get("method") == "OPTIONS":
        return  # the framework's own answer: which methods an address takes, and nothing else
    permission = handler.opt["permission"]
    state = connection.app.state
    connection.scope["state"]["now"] = state.clock()
    if handler.opt.get("static"):
        return
    found = await _identify(connection, touch=not handler.opt.get("passive"))
    connection.scope["user"] = found
    unsafe = connection.scope.get("method", "GET") not in SAFE_METHODS
    if unsafe:
        _refuse_foreign_origin(connection)
    if permission == PUBLIC:
        return
    if found is None:
        raise SignInNeeded(await _written(connection) if unsafe else None)
    if unsafe:
        await _refuse_strange_form(connection, found)
    if not permits(found.identity, permission):
        raise Forbidden(permission)
    _refuse_impossible_address(connection)


async def _identify(connection: ASGIConnection, touch: bool) -> SignedIn | None:
    token = connection.cookies.get(cookie_name(connection.app.state.settings))
    if not token:
        return None
    identify: Identify = connection.app.state.identify
    return await identify(token, connection.scope["state"]["now"], touch=touch)


def _refuse_impossible_address(connection: ASGIConnection) -> None:
    """No row can have such a number or such a name, and the database would stumble over it."""
    for value in connection.path_params.values():
        if isinstance(value, int) and value > LARGEST_ID:
            raise Invisible
    texts = [*connection.path_params.values(), *connection.query_params.values()]
    if any(isinstance(text, str) and "\0" in text for text in texts):
        raise Invisible


def _refuse_foreign_origin(connection: ASGIConnection) -> None:
    """Browsers say where a form comes from; another site's is refused whatever it carries."""
    if connection.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise ForeignForm
    origin = connection.headers.get("origin")
    if origin and origin != "null":
        own = {connection.headers.get("host", ""), urlsplit(connection.app.state.settings.base_url).netloc}
        if _host_of(origin) not in own:
            raise ForeignForm
    elif origin == "null" and connection.headers.get("sec-fetch-site") != "same-origin":
        raise ForeignForm


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


async def _written(connection: ASGIConnection) -> dict[str, str]:
    """The texts of the form that came too late, each under the name of its field; nothing secret."""
    if not isinstance(connection, Request):
        return {}
    fields = (await connection.form()).multi_items()
    return {
        name.replace("_", " ").capitalize(): value
        for name, value in fields
        if isinstance(value, str)
        and (" " in value.strip() or "\n" in value.strip())
        and "password" not in name
    }


async def _refuse_strange_form(connection: ASGIConnection, found: SignedIn) -> None:
    expected = form_token(connection.app.state.settings, found.session_hash)
    given = connection.headers.get("x-csrf-token")
    if given is None and isinstance(connection, Request):
        value = (await connection.form()).get("csrf_token")
        given = value if isinstance(value, str) else ""
    if not is_same(expected, given or ""):
        raise ForeignForm
