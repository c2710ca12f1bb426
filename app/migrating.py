"""Brings the database up to date, all or nothing; says what is pending. The migrations themselves are Piccolo's."""

import contextlib
import io
import os

os.environ.setdefault("PICCOLO_CONF", "app.piccolo_conf")

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
from piccolo.apps.migrations.tables import Migration

from app import database

THE_MIGRATION_LOCK = 42


class MigrationsPending(Exception):
    """The database is older than this program; the message says what to do."""


def _known() -> list[str]:
    manager = ForwardsMigrationManager(app_name="homeward", migration_id="all")
    config = manager.get_app_config(app_name="homeward")
    modules = manager.get_migration_modules(config.resolved_migrations_folder_path)
    return manager.get_migration_ids(modules)


async def pending() -> list[str]:
    """The ids of migrations that this database has not seen, in order."""
    if await database.fetch_value("SELECT to_regclass('migration')") is None:
        return _known()
    rows = await database.fetch("SELECT name FROM migration WHERE app_name = 'homeward'")
    seen = {row["name"] for row in rows}
    return [known for known in _known() if known not in seen]


async def migrate() -> list[str]:
    """Runs what is pending in one transaction and returns the ids that ran. Safe to run twice, or twice at once."""
    async with database.transaction():
        await database.fetch_value("SELECT pg_advisory_xact_lock($1)::text", THE_MIGRATION_LOCK)
        ids = await pending()
        if ids:
            await Migration.create_table(if_not_exists=True)
            manager = ForwardsMigrationManager(app_name="homeward", migration_id="all")
            with contextlib.redirect_stdout(io.StringIO()) as said:
                result = await manager.run_migrations(manager.get_app_config(app_name="homeward"))
            if not result.success:
                raise RuntimeError(f"A migration failed: {said.getvalue()}")
    return ids


async def has_records() -> bool:
    """Whether people or children are there."""
    if await database.fetch_value("SELECT to_regclass('person')") is None:
        return False
    return bool(
        await database.fetch_value("SELECT EXISTS (SELECT FROM person) OR EXISTS (SELECT FROM child)")
    )


async def bring_up() -> None:
    """Brings an empty database up by itself; raises MigrationsPending on one that holds records."""
    if not await pending():
        return
    if await has_records():
        raise MigrationsPending("The database is older than this program. Run: homeward migrate")
    await migrate()


__all__ = ["MigrationManager", "MigrationsPending", "bring_up", "has_records", "migrate", "pending"]
