"""One table of schedules for whatever goes out on chosen days: lists of missing children, and reports."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0030-schedules"
VERSION = "1.38.0"
DESCRIPTION = "Schedules of lists become schedules of lists and reports"

STATEMENTS = (
    "ALTER TABLE list_schedule RENAME TO schedule",
    "ALTER TABLE list_schedule_past RENAME TO schedule_past",
    "ALTER SEQUENCE list_schedule_id_seq RENAME TO schedule_id_seq",
    "ALTER INDEX list_schedule_past_when RENAME TO schedule_past_when",
    "ALTER TRIGGER list_schedule_keeps_the_past ON schedule RENAME TO schedule_keeps_the_past",
    "ALTER TRIGGER list_schedule_past_append_only ON schedule_past RENAME TO schedule_past_append_only",
    "ALTER TABLE schedule RENAME CONSTRAINT list_schedule_pkey TO schedule_pkey",
    "ALTER TABLE schedule RENAME CONSTRAINT list_schedule_once TO schedule_once",
    "ALTER TABLE schedule RENAME CONSTRAINT list_schedule_hour_is_one TO schedule_hour_is_one",
    # which kinds there are is for the rooms to say
    "ALTER TABLE schedule DROP CONSTRAINT list_schedule_kind_is_known",
    "ALTER TABLE schedule ALTER COLUMN kind TYPE varchar(40)",
    "ALTER TABLE scheduled_message ALTER COLUMN kind TYPE varchar(40)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="homeward", description=DESCRIPTION)

    async def run() -> None:
        from app import database

        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
