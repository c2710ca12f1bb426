"""The service as a real process over real HTTP: it starts after a kill, stops when told, and says what is wrong."""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

PASSWORD = "three-random-words"


def _has_ended(process: psutil.Process) -> bool:
    """Whether it runs no more; one whose parent went first may stay listed for a while."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Service:
    """`homeward` with a data folder of its own."""

    def __init__(self, **environment: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hws-", dir="/tmp"))
        self.port = _free_port()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HOMEWARD_")},
            "HOMEWARD_DATA_DIR": str(self.folder),
            "PORT": str(self.port),
            **environment,
        }
        self.process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "app.cli", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve"],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for _ in range(200):
            try:
                if httpx.get(f"{self.address}/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("the service did not start")

    def postgres(self) -> psutil.Process | None:
        try:
            found = psutil.Process(int((self.folder / "postgres/postmaster.pid").read_text().split()[0]))
        except (FileNotFoundError, psutil.Error):
            return None
        return None if _has_ended(found) else found

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(15)
        server = self.postgres()
        if server:
            server.terminate()
            server.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.end()


def _person(service: Service) -> None:
    said = service.command(
        "people", "add", "--email", "ada@example.org", "--name", "Ada Minster", "--agency", "Council",
        "--role", "administrator",
    )  # fmt: skip
    link = said.stdout.strip()
    assert re.fullmatch(rf"{service.address}/set-password/\S+", link), said.stderr
    answer = httpx.post(link, data={"password": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 303


def _sign_in(service: Service) -> tuple[httpx.Client, str]:
    client = httpx.Client(base_url=service.address, headers={"Accept": "text/html"})
    assert client.post("/sign-in", data={"email": "ada@example.org", "password": PASSWORD}).status_code == 303
    found = re.search(r'name="csrf_token" value="(\w+)"', client.get("/account").text)
    assert found
    return client, found[1]


def _try_ten_addresses(service: Service) -> str:
    """Ten wrong tries for ten accounts, each under another forwarded address; what an eleventh person is told."""
    for number in range(10):
        form = {"email": f"nobody{number}@example.org", "password": "a wrong password"}
        httpx.post(f"{service.address}/sign-in", data=form, headers={"X-Forwarded-For": f"10.0.0.{number}"})
    form = {"email": "ada@example.org", "password": PASSWORD}
    answer = httpx.post(f"{service.address}/sign-in", data=form, headers={"X-Forwarded-For": "10.0.0.99"})
    return answer.text if answer.status_code == 422 else answer.headers["location"]


def test_a_forwarded_address_is_not_believed_when_wrong_tries_are_counted(service):
    service.start()
    _person(service)
    assert "Too many wrong tries" in _try_ten_addresses(service)


def test_a_trusted_proxys_word_about_the_address_is_taken(service):
    service.environment["HOMEWARD_TRUSTED_PROXIES"] = "127.0.0.1"
    service.start()
    _person(service)
    assert _try_ten_addresses(service) == "/"


def test_a_proxy_that_is_no_address_is_refused_at_the_start(service):
    service.environment["HOMEWARD_TRUSTED_PROXIES"] = "*"
    said = service.command("serve")
    assert said.returncode != 0
    assert "HOMEWARD_TRUSTED_PROXIES must be addresses" in said.stdout + said.stderr


def test_after_kill_9_of_everything_it_starts_again_with_the_data(service):
    service.start()
    _person(service)
    server = service.postgres()
    assert service.process
    assert server
    service.process.kill()
    for process in [*server.children(recursive=True), server]:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    service.process.wait()
    service.start()
    client, _ = _sign_in(service)
    assert "Ada Minster" in client.get("/account").text


def test_a_recycled_process_number_is_not_taken_for_the_database(service):
    service.start()
    _person(service)
    assert service.process
    service.process.send_signal(signal.SIGTERM)
    service.process.wait(15)
    other = subprocess.Popen(["sleep", "60"])
    try:
        folder = service.folder / "postgres"
        lines = [str(other.pid), str(folder), "1", "5432", str(folder), "", " 1 1", "ready"]
        (folder / "postmaster.pid").write_text("\n".join(lines) + "\n")
        (folder / ".handle_pids.json").write_text(f"[{other.pid}]")
        service.start()
        assert other.poll() is None
        _sign_in(service)
    finally:
        other.kill()
        other.wait()


def test_sigterm_ends_it_within_ten_seconds_and_takes_the_database_along(service):
    service.start()
    with httpx.Client(base_url=service.address) as open_page:
        open_page.get("/sign-in")
        server = service.postgres()
        assert service.process
        assert server
        began = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        service.process.wait(10)
        assert time.monotonic() - began < 10
    assert _has_ended(server)


def test_a_request_in_flight_at_sign_out_does_not_bring_the_session_back(service):
    service.start()
    _person(service)
    client, token = _sign_in(service)
    kept = dict(client.cookies)

    async def race() -> None:
        async with httpx.AsyncClient(
            base_url=service.address, cookies=kept, headers={"Accept": "text/html"}
        ) as other:
            saves = [other.get("/account") for _ in range(20)]
            await asyncio.gather(*saves, other.post("/sign-out", data={"csrf_token": token}))

    asyncio.run(race())
    answer = httpx.get(f"{service.address}/account", cookies=kept, headers={"Accept": "text/html"})
    assert answer.status_code == 303


def test_a_database_that_does_not_answer_is_one_clear_line_at_the_start():
    service = Service(HOMEWARD_DATABASE_URL=f"postgresql://nobody@127.0.0.1:{_free_port()}/nothing")
    try:
        said = service.command("serve")
        assert said.returncode == 2
        assert said.stderr.startswith("The database does not answer")
        assert "Traceback" not in said.stderr
        assert len(said.stderr.strip().splitlines()) == 1
    finally:
        service.end()


def test_a_database_that_goes_down_is_a_clear_page_and_comes_back_by_itself(service):
    service.start()
    _person(service)
    client, _ = _sign_in(service)
    server = service.postgres()
    assert server
    server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
    server.wait(10)
    answer = client.get("/account")
    assert answer.status_code == 503
    assert "can’t reach its database" in answer.text
    assert httpx.get(f"{service.address}/healthz").status_code == 200
    assert httpx.get(f"{service.address}/readyz").status_code == 503
    said = service.command("migrate")  # any command starts the folder's server, and leaves it to the others
    assert said.returncode == 0, said.stderr
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("HOMEWARD_BASE_URL", "homeward"),
        ("HOMEWARD_DATABASE_URL", "mysql://x"),
        ("HOMEWARD_SMTP_URL", "x"),
    ],
)
def test_a_bad_setting_is_one_clear_line(name, value):
    service = Service(**{name: value})
    try:
        said = service.command("settings")
        assert said.returncode == 2
        assert name in said.stderr
        assert len(said.stderr.strip().splitlines()) == 1
    finally:
        service.end()


def test_settings_are_printed_without_their_secrets():
    service = Service(
        HOMEWARD_SECRET_KEY="quite-secret", HOMEWARD_DATABASE_URL="postgresql://a:hidden@127.0.0.1/x"
    )
    try:
        said = service.command("settings").stdout
        assert "quite-secret" not in said
        assert "hidden@" not in said
        assert "postgresql://a:…@127.0.0.1/x" in said
    finally:
        service.end()


def test_a_backup_made_while_people_work_comes_back_whole_on_an_empty_machine(service, tmp_path):
    service.start()
    _person(service)
    service.command("jobs", "run", "--once")
    file = tmp_path / "homeward.backup"
    said = service.command("backup", str(file))
    assert said.returncode == 0, said.stderr
    assert file.stat().st_mode & 0o077 == 0
    assert service.command("backup", str(file)).returncode == 2
    other = Service()
    try:
        said = other.command("restore", str(file))
        assert said.returncode == 0, said.stderr
        assert "checked" in said.stdout
        assert other.command("history", "verify").returncode == 0
        other.start()
        client, _ = _sign_in(other)
        assert "Ada Minster" in client.get("/account").text
        again = other.command("restore", str(file))
        assert again.returncode == 2
        assert "holds records" in again.stderr
    finally:
        other.end()


def test_a_file_that_is_no_backup_is_refused_and_nothing_is_changed(service, tmp_path):
    file = tmp_path / "letter.txt"
    file.write_text("Dear colleagues")
    said = service.command("restore", str(file))
    assert said.returncode == 2
    assert "can’t be read as a backup" in said.stderr
    assert service.command("migrate").stdout.strip() == "The database is up to date."
