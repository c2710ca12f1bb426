"""The index by which a child's latest interviews are found: when each was held, else offered."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0005-interviews-by-day"
VERSION = "1.38.0"
DESCRIPTION = "Interviews stand where they were held, else offered"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="homeward", description=DESCRIPTION)

    async def run() -> None:
        from app import database

        await database.execute("DROP INDEX interview_latest")
        await database.execute(
            "CREATE INDEX interview_latest ON interview (child, (coalesce(held_at, offered_at)) DESC, id DESC)"
        )

    manager.add_raw(run)
    return manager
