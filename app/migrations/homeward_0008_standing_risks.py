"""The index by which the children at a risk level are found: it tells whose assessment it is without its row."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0008-standing-risks"
VERSION = "1.38.0"
DESCRIPTION = "Whose assessment has a level can be told from the index alone"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="homeward", description=DESCRIPTION)

    async def run() -> None:
        from app import database

        await database.execute("DROP INDEX risk_assessment_level")
        await database.execute(
            "CREATE INDEX risk_assessment_level ON risk_assessment (level, assessed_on) INCLUDE (child, id)"
        )

    manager.add_raw(run)
    return manager
