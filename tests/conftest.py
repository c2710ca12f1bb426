"""What every test may ask for: a fresh database, a clock to turn, the named cast, and browsers that are signed in."""

import asyncio
import atexit
import contextlib
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import argon2
import asyncpg
import httpx
import hypothesis
import pytest
from litestar import Litestar

from app import database, migrating
from app.access import Identity
from app.house import House, create_house
from app.main import create_app, state_of
from app.people import changes as people_changes
from app.settings import Settings
from tests import builders

PASSWORD = "three-random-words"
NOW = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)
SEATED = {"chair": "chair", "minute_taker": "minute-taker", "police": "member", "health": "member"}

# How long an example takes says more about the machine than about the house. What is accepted or refused by CI must
# follow from the change alone, so there every run asks the same examples; elsewhere each run draws new ones.
hypothesis.settings.register_profile(
    "house",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=bool(os.environ.get("HOMEWARD_CI")),
)
hypothesis.settings.load_profile("house")

LONGEST = ("tests/browser/", "tests/torture/", "tests/example/", "tests/test_keeps_going")
"""What takes longest, by the beginnings of its names: begun first, so that no worker is left alone with it at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> None:
    people_changes.HASHER = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    people_changes.NOBODYS_HASH = people_changes.HASHER.hash("nobody")


@dataclass
class TestClock:
    """Says `now` until a test turns it."""

    __test__ = False
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@dataclass(frozen=True)
class Server:
    """The PostgreSQL of this run: the address of its maintenance database and the migrated template's name."""

    dsn: str
    template: str

    def dsn_of(self, name: str) -> str:
        return (
            self.dsn.replace("/postgres?", f"/{name}?")
            if "/postgres?" in self.dsn
            else self.dsn.rsplit("/", 1)[0] + f"/{name}"
        )


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Server:
    """One PostgreSQL for all workers of a run; HOMEWARD_TEST_DATABASE_URL points at another server."""
    root = tmp_path_factory.getbasetemp()
    root = root if worker_id == "master" else root.parent
    place = root / "server.json"
    with (root / "server.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if place.exists():
            found = json.loads(place.read_text())
            if not found["external"]:
                _join(Path(found["folder"]))
        else:
            found = _start()
            place.write_text(json.dumps(found))
    return Server(found["dsn"], found["template"])


def _quick_place() -> str:
    """Where a thousand files are made and gone at once, as for every database of a test: in memory, if there is room."""
    memory = Path("/dev/shm")
    with contextlib.suppress(OSError):
        if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 * 2**30:
            return str(memory)
    return "/tmp"


def _start() -> dict[str, object]:
    url = os.environ.get("HOMEWARD_TEST_DATABASE_URL")
    folder = "" if url else tempfile.mkdtemp(prefix="hw-", dir=_quick_place())
    dsn = url or _join(Path(folder))
    template = f"homeward_template_{os.getpid()}"
    asyncio.run(_make_template(dsn, template))
    return {"dsn": dsn, "template": template, "folder": folder, "external": bool(url)}


def _join(folder: Path) -> str:
    # runs after the server's own farewell, which was registered later: the last one out takes the folder away
    atexit.register(_take_away, folder)
    from app.embedded import start_embedded

    return start_embedded(folder, "postgres")


def _take_away(folder: Path) -> None:
    if not (folder / "postgres/postmaster.pid").exists():
        shutil.rmtree(folder, ignore_errors=True)


async def _make_template(dsn: str, template: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(f"DROP DATABASE IF EXISTS {template}")
    await connection.execute(f"CREATE DATABASE {template}")
    if not os.environ.get("HOMEWARD_TEST_DATABASE_URL"):
        # nothing here has to outlive a power cut; a server of somebody else's is left as it is
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            await connection.execute(f"ALTER SYSTEM SET {setting} = off")
        await connection.execute("SELECT pg_reload_conf()")
    await connection.close()
    database.DB.config = {"dsn": Server(dsn, template).dsn_of(template)}
    await database.open_pool(most=1)
    await migrating.migrate()
    await database.close_pool()


@pytest.fixture
async def db(server: Server) -> AsyncIterator[None]:
    """A migrated database of its own for this test, with the pool open on it."""
    name = f"t_{os.getpid()}_{next(builders.numbers)}"
    admin = await asyncpg.connect(server.dsn)
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {server.template}")
    database.DB.config = {"dsn": server.dsn_of(name)}
    await database.open_pool(most=12)
    try:
        yield
    finally:
        await database.close_pool()
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return _settings(tmp_path)


def _settings(data_dir: Path) -> Settings:
    return Settings(
        data_dir=data_dir,
        database_url=None,
        secret_key="a key for tests alone",
        base_url="http://testserver",
        smtp_url=None,
        authority_names=("Exampleshire", "Exampleshire County Council"),
    )


@pytest.fixture
def house(settings: Settings, clock: TestClock) -> House:
    return create_house(settings, clock)


@dataclass(frozen=True)
class Cast:
    """The same people everywhere. Chair, minute taker, police and health hold seats on every panel; an outsider none."""

    chair: Identity
    minute_taker: Identity
    police: Identity
    health: Identity
    manager: Identity
    officer: Identity
    admin: Identity
    analyst: Identity
    outsider: Identity


@pytest.fixture
async def cast(db: None, house: House) -> Cast:
    return Cast(**await builders.the_cast(SEATED))


SignIn = Callable[[str], Awaitable["Browser"]]


class Browser:
    """A signed-in browser without JavaScript: posts carry the session's form token, as our pages' forms do."""

    def __init__(self, client: httpx.AsyncClient, csrf_token: str) -> None:
        self.client = client
        self.csrf_token = csrf_token

    async def get(self, path: str, **options: object) -> httpx.Response:
        return await self.client.get(path, **options)  # type: ignore[arg-type]

    async def post(
        self, path: str, data: dict[str, object] | None = None, **options: object
    ) -> httpx.Response:
        filled = {"csrf_token": self.csrf_token, **(data or {})}
        return await self.client.post(path, data=filled, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def _one_app(tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    return create_app(create_house(_settings(tmp_path_factory.mktemp("app")), TestClock()))


@pytest.fixture
async def app(house: House, db: None, _one_app: Litestar) -> Litestar:
    """The app in this test's house. Registering some hundred routes takes longer than most tests: it is done once."""
    for name, value in state_of(house).items():
        setattr(_one_app.state, name, value)
    return _one_app


@pytest.fixture
async def anonymous(app: object) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


@pytest.fixture
async def sign_in(app: object, cast: Cast, settings: Settings, clock: TestClock) -> AsyncIterator[SignIn]:
    """`await sign_in("chair")` gives that person's browser."""
    from app.web.sessions import cookie_name, form_token, hash_token

    clients: list[httpx.AsyncClient] = []

    async def enter(name: str) -> Browser:
        token = f"token-of-{name}-{next(builders.numbers)}"
        await builders.insert(
            "session",
            token_hash=hash_token(token),
            person=getattr(cast, name).person_id,
            began_at=clock.now,
            last_seen_at=clock.now,
        )
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),  # type: ignore[arg-type]
            base_url="http://testserver",
            cookies={cookie_name(settings): token},
            headers={"Sec-Fetch-Site": "same-origin", "Accept": "text/html"},
        )
        clients.append(client)
        return Browser(client, form_token(settings, hash_token(token)))

    yield enter
    for client in clients:
        await client.aclose()
