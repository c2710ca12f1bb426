"""Rendering a page or its part, moving on after a form, and the words that follow a person to the next page."""

import base64
import hashlib
import hmac
import json
import secrets
from datetime import date, datetime
from typing import Any, cast

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Template
from litestar_htmx import HTMXRequest

from app.access import Identity, Permission, permits
from app.london import london_date
from app.settings import Settings
from app.web.sessions import SignedIn, form_token, is_same, own_mark, signed_in

FLASH_COOKIE = "homeward-said"

NAVIGATION = (
    ("Home", "/", Permission.USE_SERVICE),
    ("Panels", "/panels", Permission.SEE_PANEL),
    ("Referrals", "/referrals", Permission.REFER_CHILD),
    ("Briefing", "/briefing", Permission.SEE_BRIEFING),
    ("My actions", "/actions", Permission.USE_SERVICE),
    ("Actions overview", "/actions/overview", Permission.OVERSEE_ACTIONS),
    ("Tracking", "/actions/tracking", Permission.SEE_TRACKING),
    ("Children", "/children", Permission.SEE_CHILD),
    ("Places", "/places", Permission.SEE_PLACE),
    ("Figures", "/figures", Permission.SEE_FIGURES),
    ("Reports", "/reports", Permission.SEE_REPORT),
    ("Promptness", "/minutes/promptness", Permission.SEE_PROMPTNESS),
    ("Quality", "/minutes/quality", Permission.GRADE_MINUTES),
    ("Import", "/import", Permission.RUN_IMPORT),
    ("People", "/people", Permission.MANAGE_PEOPLE),
    ("Messages", "/messages", Permission.MANAGE_MESSAGES),
    ("History", "/history", Permission.SEE_HISTORY),
)


def who_of(request: Request[Any, Any, Any]) -> Identity:
    """Who is asking; only for routes that need sign-in."""
    found = signed_in(request)
    assert found is not None, "a route without sign-in asked who is there"
    return found.identity


def now_of(request: Request[Any, Any, Any]) -> datetime:
    """The instant of this request; the clock is read once."""
    return cast(datetime, request.scope["state"]["now"])


def today_of(request: Request[Any, Any, Any]) -> date:
    return london_date(now_of(request))


def page(
    request: Request[Any, Any, Any],
    template: str,
    *,
    part: str | None = None,
    status: int = 200,
    **context: Any,
) -> Template:
    """The page, or the part of it that an htmx request asks for; both render the same context."""
    wants_part = (
        part is not None and isinstance(request, HTMXRequest) and request.htmx and not request.htmx.boosted
    )
    name = part if wants_part and part is not None else template
    return Template(
        template_name=name, context=common_context(request, not wants_part) | context, status_code=status
    )


def common_context(request: Request[Any, Any, Any], takes_flashes: bool = True) -> dict[str, Any]:
    """What every template may use."""
    state = request.app.state
    settings: Settings = state.settings
    found = signed_in(request)
    now = request.scope["state"].get("now") or state.clock()
    return {
        "who": found.identity if found else None,
        "csrf_token": form_token(settings, found.session_hash) if found else "",
        "own_mark": own_mark(settings, found.identity.person_id) if found else "",
        "session_left": seconds_left(found, now) if found else 0,
        "authority": settings.authority,
        "navigation": _navigation(request, found.identity) if found else [],
        "flashes": _take_flashes(request) if takes_flashes else [],
        "submission_key": secrets.token_urlsafe(16),
        "now": now,
        "today": london_date(now),
    }


def seconds_left(found: SignedIn, now: datetime) -> int:
    """Whole seconds until this session ends unless somebody goes on."""
    return max(0, int((found.ends_at - now).total_seconds()))


def _navigation(request: Request[Any, Any, Any], who: Identity) -> list[dict[str, Any]]:
    here = request.url.path
    offered = [(text, href) for text, href, permission in NAVIGATION if permits(who, permission)]
    around = [href for _, href in offered if here == href or (href != "/" and here.startswith(f"{href}/"))]
    nearest = max(around, key=len, default="")
    return [{"text": text, "href": href, "current": href == nearest} for text, href in offered]


def see_other(path: str) -> Response[Any]:
    """After a form was taken: 303 to a page of our own."""
    return Response(content=None, status_code=303, headers={"Location": path})


async def flash(request: Request[Any, Any, Any], text: str, kind: str = "success") -> None:
    """Words for the top of the next page, kept in a signed cookie (never a name: it passes through the browser)."""
    request.scope["state"].setdefault("flashes", []).append({"kind": kind, "text": text})


def flash_cookie(settings: Settings, flashes: list[dict[str, str]]) -> Cookie:
    body = base64.urlsafe_b64encode(json.dumps(flashes).encode()).decode()
    return Cookie(
        key=FLASH_COOKIE,
        value=f"{body}.{_sign(settings, body)}",
        httponly=True,
        samesite="lax",
        secure=settings.is_https,
        path="/",
        max_age=60,
    )


def _take_flashes(request: Request[Any, Any, Any]) -> list[dict[str, str]]:
    waiting = list(request.scope["state"].pop("flashes", []))
    given = request.cookies.get(FLASH_COOKIE, "")
    body, _, signature = given.partition(".")
    if given:
        request.scope["state"]["flashes_taken"] = True
    if body and is_same(_sign(request.app.state.settings, body), signature):
        waiting = json.loads(base64.urlsafe_b64decode(body)) + waiting
    return waiting


def _sign(settings: Settings, body: str) -> str:
    key = hashlib.sha256(b"said:" + settings.secret_key.encode()).digest()
    return hmac.new(key, body.encode(), "sha256").hexdigest()
