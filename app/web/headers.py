"""The headers of every answer, errors too, and the cookies that carry words to the next page."""

from typing import Any

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

from app.web.pages import FLASH_COOKIE, flash_cookie

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


async def set_headers(message: Message, scope: Scope) -> None:
    """Called for every message of every answer; only the start carries headers."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    if "Content-Security-Policy" not in headers:  # what was made elsewhere is sealed off more strictly
        headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if scope["path"].startswith("/static/") and message["status"] == 200:
        # an address with its content's hash never changes what it gives
        kept = "max-age=31536000, immutable" if scope["query_string"].startswith(b"v=") else "max-age=300"
        headers["Cache-Control"] = f"public, {kept}"
    elif scope["path"].startswith("/calendar/") and message["status"] in (200, 304):
        # a calendar that somebody subscribed to names no child, and is asked for again and again
        headers["Cache-Control"] = "private, no-cache" if "etag" in headers else "no-store"
    else:
        headers["Cache-Control"] = "no-store"
    settings = scope["litestar_app"].state.settings
    if settings.is_https:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    _carry_flashes(scope, headers, settings)


def _carry_flashes(scope: Scope, headers: MutableScopeHeaders, settings: Any) -> None:
    state = scope.get("state", {})
    if state.get("flashes"):
        headers.add("Set-Cookie", flash_cookie(settings, state["flashes"]).to_header(header=""))
    elif state.get("flashes_taken"):
        headers.add("Set-Cookie", f"{FLASH_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=lax")
