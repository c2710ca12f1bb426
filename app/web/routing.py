"""How a route names its permission, and the check that every route does. The app refuses to start without."""

from typing import Any

from litestar import Litestar
from litestar.enums import HttpMethod
from litestar.routes import HTTPRoute

from app.access import PUBLIC, Permission


class RouteWithoutPermission(Exception):
    """A route does not say who may use it; the message names it."""


def needs(permission: Permission, *, passive: bool = False) -> dict[str, Any]:
    """For a handler's `opt`: who may ever use this route. `passive`: asked by a page itself, so that it is no sign
    of the person and does not keep the session alive."""
    return {"permission": permission, "passive": passive}


def public() -> dict[str, Any]:
    """For a handler's `opt`: this route needs no sign-in."""
    return {"permission": PUBLIC}


def routes_of(app: Litestar) -> list[tuple[str, str, str | None]]:
    """Every method, path and permission that the app answers, generated OPTIONS handlers aside."""
    found = []
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            permission = next((h.opt.get("permission") for h in getattr(route, "route_handlers", [])), None)
            found.append(("ANY", route.path, permission or route.route_handler.opt.get("permission")))
            continue
        for handler in route.route_handlers:
            for method in sorted(handler.http_methods):
                if method != HttpMethod.OPTIONS:
                    found.append((str(method), route.path, handler.opt.get("permission")))
    return found


def check_routes(app: Litestar) -> None:
    """Raises RouteWithoutPermission for the first route that names none."""
    for method, path, permission in routes_of(app):
        if permission is None:
            raise RouteWithoutPermission(f"{method} {path} names no permission")
