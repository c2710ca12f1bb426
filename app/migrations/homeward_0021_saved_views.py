"""Filters of the overview of actions, kept by a person under a name."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0021-saved-views"
VERSION = "1.38.0"
DESCRIPTION = "Saved views of the overview of actions"

STATEMENTS = (
    "CREATE TABLE saved_view ("
    " id bigserial PRIMARY KEY,"
    " person bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,"
    " name text NOT NULL,"
    " query text NOT NULL DEFAULT '',"
    " version integer NOT NULL DEFAULT 1,"
    " recorded_at timestamptz NOT NULL DEFAULT now())",
    "CREATE UNIQUE INDEX saved_view_name ON saved_view (person, lower(name))",
    "CREATE TABLE saved_view_past ("
    "id bigint NOT NULL, held_from timestamptz NOT NULL, held_until timestamptz NOT NULL,"
    ' "row" jsonb NOT NULL)',
    "CREATE INDEX saved_view_past_when ON saved_view_past (id, held_from)",
    "CREATE TRIGGER saved_view_keeps_the_past BEFORE UPDATE OR DELETE ON saved_view"
    " FOR EACH ROW EXECUTE FUNCTION keep_the_past()",
    "CREATE TRIGGER saved_view_past_append_only BEFORE UPDATE OR DELETE ON saved_view_past"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="homeward", description=DESCRIPTION)

    async def run() -> None:
        from app import database

        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
