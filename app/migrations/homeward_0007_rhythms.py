"""How far a rhythm has been turned into meetings, and triggers that nobody meets about."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0007-rhythms"
VERSION = "1.38.0"
DESCRIPTION = "How far a rhythm has been turned into meetings, and triggers that nobody meets about"

STATEMENTS = (
    "ALTER TABLE series ADD COLUMN generated_until date",
    "CREATE TABLE not_convened ("
    " id bigserial PRIMARY KEY,"
    " panel bigint NOT NULL REFERENCES panel (id) ON DELETE RESTRICT,"
    " child bigint NOT NULL REFERENCES child (id) ON DELETE RESTRICT,"
    " trigger_episode bigint NOT NULL REFERENCES episode (id) ON DELETE RESTRICT,"
    " answers_until timestamptz NOT NULL,"
    " reason text NOT NULL,"
    " decided_by bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,"
    " decided_at timestamptz NOT NULL,"
    " withdrawn_at timestamptz,"
    " recorded_at timestamptz NOT NULL DEFAULT now())",
    "CREATE UNIQUE INDEX not_convened_once ON not_convened (panel, child, trigger_episode)"
    " WHERE withdrawn_at IS NULL",
    "CREATE TABLE not_convened_past ("
    "id bigint NOT NULL, held_from timestamptz NOT NULL, held_until timestamptz NOT NULL,"
    ' "row" jsonb NOT NULL)',
    "CREATE INDEX not_convened_past_when ON not_convened_past (id, held_from)",
    "CREATE TRIGGER not_convened_keeps_the_past BEFORE UPDATE OR DELETE ON not_convened"
    " FOR EACH ROW EXECUTE FUNCTION keep_the_past()",
    "CREATE TRIGGER not_convened_past_append_only BEFORE UPDATE OR DELETE ON not_convened_past"
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
