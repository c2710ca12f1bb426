"""`homeward backup` and `homeward restore`: the whole service in one file, checked when made and when brought back."""

import asyncio
import json
import os
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import click

from app import database, migrating
from app.door import Door
from app.embedded import embedded_programs
from app.history.sealing import copies_path, verify

DUMP, COUNTS, SEALS, KEY = "database.dump", "counts.json", "history-seals", "secret-key"


class BackupProblem(click.ClickException):
    """The backup can't be made or brought back; the message says why and what to do."""

    exit_code = 2


async def make_backup(door: Door, target: Path) -> dict[str, int]:
    """Writes the backup and returns how many rows each table has in it. Writers go on meanwhile."""
    if target.exists():
        raise BackupProblem(f"{target} is there already. Choose another name, so that no backup is lost.")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        async with database.transaction():
            await database.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            snapshot = await database.fetch_value("SELECT pg_export_snapshot()")
            counts = await _counts()
            await _run(door, "pg_dump", "-Fc", f"--snapshot={snapshot}", "-f", str(place / DUMP), _dsn())
        await _run(door, "pg_restore", "--list", str(place / DUMP))
        (place / COUNTS).write_text(json.dumps(counts))
        for name, source in (
            (SEALS, copies_path(door.settings.data_dir)),
            (KEY, door.settings.data_dir / KEY),
        ):
            if source.exists():
                shutil.copy(source, place / name)
        await asyncio.to_thread(_pack, place, target)
    return counts


async def bring_back(door: Door, source: Path) -> dict[str, int]:
    """Fills an empty database from a backup, all or nothing, and checks the counts and the seals."""
    if await migrating.has_records():
        raise BackupProblem("This database holds records. Restore into an empty one.")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        await asyncio.to_thread(_unpack, source, place)
        await database.execute("DROP SCHEMA public CASCADE")
        await database.execute("CREATE SCHEMA public")
        await _run(door, "pg_restore", "--single-transaction", "--no-owner", "-d", _dsn(), str(place / DUMP))
        expected, found = json.loads((place / COUNTS).read_text()), await _counts()
        if expected != found:
            wrong = [name for name in expected if expected[name] != found.get(name)]
            raise BackupProblem(f"The restored tables do not have the rows they had: {', '.join(wrong)}")
        for name in (SEALS, KEY):
            if (place / name).exists():
                await asyncio.to_thread(_place, place / name, door.settings.data_dir / name)
    key = door.settings.secret_key if os.environ.get("HOMEWARD_SECRET_KEY") else _own_key(door)
    broken, _, _ = await verify(key, door.settings.data_dir)
    if broken:
        raise BackupProblem(f"The rows are back, but the record does not verify: {broken.sentence}")
    return found


def _own_key(door: Door) -> str:
    return (door.settings.data_dir / KEY).read_text().strip()


def _place(source: Path, target: Path) -> None:
    shutil.copy(source, target)
    target.chmod(0o600)


def _pack(place: Path, target: Path) -> None:
    part = target.with_name(target.name + ".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file, tarfile.open(fileobj=file, mode="w") as packed:
        for path in sorted(place.iterdir()):
            packed.add(path, arcname=path.name)
    part.rename(target)


def _unpack(source: Path, place: Path) -> None:
    try:
        with tarfile.open(source) as packed:
            packed.extractall(place, filter="data")
    except (OSError, tarfile.TarError) as problem:
        raise BackupProblem(f"{source} can’t be read as a backup of Homeward.") from problem
    if not (place / DUMP).exists() or not (place / COUNTS).exists():
        raise BackupProblem(f"{source} is not a backup of Homeward.")


def _dsn() -> str:
    return str(database.DB.config["dsn"])


async def _counts() -> dict[str, int]:
    """How many rows each table has; the sessions aside, since people come and go meanwhile."""
    tables = await database.fetch(
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'session' ORDER BY 1"
    )
    return {
        row["name"]: await database.fetch_value(f'SELECT count(*) FROM "{row["name"]}"') for row in tables
    }


async def _run(door: Door, program: str, *words: str) -> None:
    process = await asyncio.create_subprocess_exec(
        await _program(door, program),
        *words,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    if process.returncode:
        lines = said.decode(errors="replace").strip().splitlines()
        raise BackupProblem(f"{program} failed: {lines[-1] if lines else 'it does not say why'}")


async def _program(door: Door, name: str) -> str:
    """The program of the server's own major version: a dump of a newer one does not restore into an older."""
    if not door.settings.database_url:
        return str(embedded_programs() / name)
    major = await database.fetch_value("SELECT current_setting('server_version_num')::int / 10000")
    debian = Path(f"/usr/lib/postgresql/{major}/bin/{name}")
    found = str(debian) if debian.exists() else shutil.which(name)
    if not found:
        raise BackupProblem(f"{name} of PostgreSQL {major} is not installed here.")
    return found


def _say(counts: dict[str, Any]) -> str:
    rows = sum(counts.values())
    return f"{rows:,} rows in {len(counts)} tables"


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def backup(door: Door, file: Path) -> None:
    """Writes the whole service to FILE while it goes on. Keep the file as safe as the records themselves."""
    counts = door.run(lambda: make_backup(door, file))
    click.echo(f"{file}: {_say(counts)}, checked.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def restore(door: Door, file: Path) -> None:
    """Fills an empty database from FILE and checks the counts and the seals."""
    counts = door.run(lambda: bring_back(door, file))
    click.echo(f"{_say(counts)} are back, checked.")


COMMANDS = [backup, restore]
