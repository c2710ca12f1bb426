"""The extracts of minutes that were put on children's own records, by whom, when and by which way."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0015-extracts"
VERSION = "1.38.0"
DESCRIPTION = "Extracts of minutes delivered to the children's own records"

STATEMENTS = (
    "CREATE TABLE extract ("
    " id bigserial PRIMARY KEY,"
    " minutes bigint NOT NULL REFERENCES minutes (id) ON DELETE RESTRICT,"
    " child bigint NOT NULL REFERENCES child (id) ON DELETE RESTRICT,"
    " way varchar(20) NOT NULL,"
    " note text NOT NULL DEFAULT '',"
    " delivered_at timestamptz NOT NULL,"
    " delivered_by bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,"
    " withdrawn_at timestamptz,"
    " withdrawn_by bigint REFERENCES person (id) ON DELETE RESTRICT,"
    " withdrawn_reason text NOT NULL DEFAULT '',"
    " recorded_at timestamptz NOT NULL DEFAULT now(),"
    " CONSTRAINT extract_way_is_known CHECK (way IN ('document', 'pasted', 'sent', 'other')),"
    " CONSTRAINT extract_taken_back_by_somebody_with_a_reason"
    " CHECK ((withdrawn_at IS NOT NULL) = (withdrawn_by IS NOT NULL AND withdrawn_reason <> '')))",
    "CREATE UNIQUE INDEX extract_once ON extract (minutes, child) WHERE withdrawn_at IS NULL",
    "CREATE INDEX extract_child ON extract (child)",
    "CREATE TABLE extract_past ("
    "id bigint NOT NULL, held_from timestamptz NOT NULL, held_until timestamptz NOT NULL,"
    ' "row" jsonb NOT NULL)',
    "CREATE INDEX extract_past_when ON extract_past (id, held_from)",
    "CREATE TRIGGER extract_keeps_the_past BEFORE UPDATE OR DELETE ON extract"
    " FOR EACH ROW EXECUTE FUNCTION keep_the_past()",
    "CREATE TRIGGER extract_past_append_only BEFORE UPDATE OR DELETE ON extract_past"
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
