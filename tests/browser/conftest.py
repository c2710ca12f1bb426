"""A real browser against the real server, with a clock that tests turn. In CI a missing browser is a failure."""

import asyncio
import contextlib
import os
import re
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import uvicorn
from playwright.async_api import Browser, BrowserContext, Frame, Page, Request, async_playwright, expect

from app.house import create_house
from app.main import create_app
from app.people import changes as people_changes
from tests.conftest import PASSWORD, Cast, TestClock

AXE = Path("node_modules/axe-core/axe.min.js")
PATIENCE = 20_000
"""How long a page may take, in milliseconds, on a machine that has other work to do; it costs nothing when it is quick."""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

expect.set_options(timeout=PATIENCE)


@pytest.fixture
async def address(db, settings, clock: TestClock) -> AsyncIterator[str]:
    """The server on a free port of this machine."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    # the story takes weeks of the test's clock; how sessions end has tests of its own
    patient = replace(settings, base_url=base, idle_minutes=100_000, absolute_hours=2_000)
    app = create_app(create_house(patient, clock))
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, lifespan="off"))
    running = asyncio.create_task(server.serve())
    await _until_it_answers(f"{base}/healthz")
    yield base
    server.should_exit = True
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def _until_it_answers(url: str) -> None:
    async with httpx.AsyncClient() as client:
        for _ in range(200):
            with contextlib.suppress(httpx.TransportError):
                await client.get(url)
                return
            await asyncio.sleep(0.02)
    raise AssertionError("the server did not start")


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path:
        if os.environ.get("HOMEWARD_CI"):
            pytest.fail("Chromium is not installed, and in CI a skipped browser test is a failure")
        pytest.skip("no Chromium on this machine")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"],
        )
        yield browser
        await browser.close()


class Visitor:
    """A person at a browser. `looked_at` checks the page in sight as a person and as axe would."""

    def __init__(self, page: Page, context: BrowserContext, address: str, *, scripts: bool) -> None:
        self.page = page
        self.context = context
        self.address = address
        self.scripts = scripts
        self.said: list[str] = []
        self.asked = 0
        self.under_way: set[Request] = set()
        page.on("request", self._asks)
        page.on("requestfinished", self._has_answer)
        page.on("requestfailed", self._has_answer)
        page.on("framenavigated", self._arrives)
        page.on("console", lambda message: self._heard(message.type, message.text))
        page.on("pageerror", lambda error: self.said.append(f"script error: {error}"))

    def _heard(self, kind: str, text: str) -> None:
        # the browser itself reports an answer such as 422 or 409 as an error; the page shows it in words
        if kind == "error" and "status of 4" not in text:
            self.said.append(text)

    def _asks(self, request: Request) -> None:
        # a stream stays open as long as its page; a sign of life is answered to nobody once its page is left
        if request.resource_type == "eventsource" or request.url.endswith("/live"):
            return
        self.asked += 1
        self.under_way.add(request)

    def _has_answer(self, request: Request) -> None:
        self.under_way.discard(request)

    def _arrives(self, frame: Frame) -> None:
        if frame == self.page.main_frame:  # what the page before still asked for is told to nobody
            self.under_way.clear()

    async def go(self, path: str) -> None:
        await self.page.goto(self.address + path)

    async def press(self, name: str, exact: bool = False) -> None:
        await self.answered(self.page.get_by_role("button", name=name, exact=exact).first.click())

    async def follow(self, name: str) -> None:
        await self.answered(self.page.get_by_role("link", name=name).first.click())

    async def answered(self, act: Awaitable[None]) -> None:
        """Does it, and waits for what the server answers: a page or, with htmx, a part of one, however long it takes."""
        before = self.asked
        await act
        for _ in range(40):  # what asks the server nothing, such as a menu, takes this second
            if self.asked > before:
                break
            await self.page.wait_for_timeout(25)
        await self.settled()

    async def settled(self) -> None:
        """Nothing has been under way for a tenth of a second, and the page is there."""
        async with asyncio.timeout(PATIENCE / 1000):
            quiet = 0
            while quiet < 4:
                quiet = 0 if self.under_way else quiet + 1
                await self.page.wait_for_timeout(25)
        await self.page.wait_for_load_state("load")

    async def sees(self, text: str) -> None:
        await self.page.get_by_text(re.compile(re.escape(text))).first.wait_for(timeout=PATIENCE)

    async def looked_at(self) -> None:
        """Nothing in the console, nothing that axe finds, nothing wider than the window."""
        assert not self.said, f"{self.page.url}: {self.said}"
        if not self.scripts:
            return
        await self.page.evaluate(AXE.read_text())
        found = await self.page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
        problems = [
            f"{one['id']} at {one['nodes'][0]['target']}: {one['nodes'][0]['failureSummary']}"
            for one in found["violations"]
        ]
        assert not problems, f"{self.page.url}: {problems}"
        wider = await self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0, f"{self.page.url}: {wider} px wider than the window"


Visit = Callable[..., Awaitable[Visitor]]


@pytest.fixture
async def visit(chromium: Browser, address: str, cast: Cast, clock: TestClock) -> AsyncIterator[Visit]:
    """`await visit("chair")` opens a browser and signs in through the page, as that person would."""
    for person in vars(cast).values():
        token = await people_changes.invite(None, person.person_id, now=clock.now)
        await people_changes.accept_invitation(token, PASSWORD, now=clock.now)
    contexts: list[BrowserContext] = []

    async def enter(name: str, *, width: int = 1280, scripts: bool = True) -> Visitor:
        context = await chromium.new_context(
            viewport={"width": width, "height": 800},
            java_script_enabled=scripts,
            locale="en-GB",
            timezone_id="Europe/London",
        )
        contexts.append(context)
        visitor = Visitor(await context.new_page(), context, address, scripts=scripts)
        await visitor.go("/sign-in")
        await visitor.page.get_by_label("Email address").fill(getattr(cast, name).email)
        await visitor.page.get_by_label("Password", exact=True).fill(PASSWORD)
        await visitor.press("Sign in")
        return visitor

    yield enter
    for context in contexts:
        await context.close()
