"""What guests say of their item before a meeting, each beside what their agency may send of its own."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0010-told-by-guests"
VERSION = "1.38.0"
DESCRIPTION = "Contributions by guests"

STATEMENTS = (
    "ALTER TABLE contribution ADD COLUMN guest bigint REFERENCES person (id) ON DELETE RESTRICT",
    "ALTER TABLE contribution DROP CONSTRAINT contribution_once",
    # a guest may work for an agency that sits on the panel and answers for itself
    "CREATE UNIQUE INDEX contribution_once_by_agency ON contribution (agenda_item, agency) WHERE guest IS NULL",
    "CREATE UNIQUE INDEX contribution_once_by_guest ON contribution (agenda_item, guest) WHERE guest IS NOT NULL",
    "CREATE INDEX contribution_guest ON contribution (guest) WHERE guest IS NOT NULL",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="homeward", description=DESCRIPTION)

    async def run() -> None:
        from app import database

        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
