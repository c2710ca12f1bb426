"""Samples of cases drawn for an inspection, so that an inspector can draw the same again."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0032-inspection"
VERSION = "1.38.0"
DESCRIPTION = "Samples of panel cases for inspections"

STATEMENTS = (
    "CREATE TABLE inspection_sample ("
    " id bigserial PRIMARY KEY,"
    " seed text NOT NULL,"
    " from_on date NOT NULL,"
    " to_on date NOT NULL,"
    " panel bigint REFERENCES panel (id) ON DELETE RESTRICT,"
    " size integer NOT NULL,"
    " population integer NOT NULL,"
    " drawn_by bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,"
    " drawn_at timestamptz NOT NULL,"
    " CONSTRAINT inspection_sample_has_a_window CHECK (from_on < to_on))",
    "CREATE TABLE inspection_case ("
    " id bigserial PRIMARY KEY,"
    " sample bigint NOT NULL REFERENCES inspection_sample (id) ON DELETE RESTRICT,"
    " position integer NOT NULL,"
    " panel_case bigint NOT NULL REFERENCES panel_case (id) ON DELETE RESTRICT,"
    " CONSTRAINT inspection_case_place_once UNIQUE (sample, position),"
    " CONSTRAINT inspection_case_once UNIQUE (sample, panel_case))",
    # what was drawn stays drawn
    "CREATE TRIGGER inspection_sample_stays BEFORE UPDATE OR DELETE ON inspection_sample"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER inspection_case_stays BEFORE UPDATE OR DELETE ON inspection_case"
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
