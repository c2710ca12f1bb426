"""Reports made of figures: drafts with the officer's words, and what was fixed for good."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0029-reports"
VERSION = "1.38.0"
DESCRIPTION = "Reports, which do not change any more once they are fixed"

STATEMENTS = (
    "CREATE TABLE report ("
    " id bigserial PRIMARY KEY,"
    " kind varchar(40) NOT NULL,"
    " audience varchar(20) NOT NULL,"
    " from_on date NOT NULL,"
    " to_on date NOT NULL,"
    " panel bigint REFERENCES panel (id) ON DELETE RESTRICT,"
    " status varchar(20) NOT NULL DEFAULT 'draft',"
    " narrative jsonb NOT NULL DEFAULT '{}',"
    " written_by bigint REFERENCES person (id) ON DELETE RESTRICT,"
    " written_at timestamptz,"
    " number integer NOT NULL DEFAULT 1,"
    " follows bigint REFERENCES report (id) ON DELETE RESTRICT,"
    " made_by bigint REFERENCES person (id) ON DELETE RESTRICT,"
    " made_at timestamptz NOT NULL,"
    " fixed_by bigint REFERENCES person (id) ON DELETE RESTRICT,"
    " fixed_at timestamptz,"
    " content text,"
    " sha256 text,"
    " version integer NOT NULL DEFAULT 1,"
    " recorded_at timestamptz NOT NULL DEFAULT now(),"
    " CONSTRAINT report_status_is_known CHECK (status IN ('draft', 'fixed', 'discarded')),"
    " CONSTRAINT report_audience_is_known CHECK (audience IN ('managers', 'committee')),"
    " CONSTRAINT report_has_a_period CHECK (from_on < to_on),"
    " CONSTRAINT report_fixed_with_its_content CHECK"
    " ((status = 'fixed') = (content IS NOT NULL AND sha256 IS NOT NULL AND fixed_at IS NOT NULL)))",
    "CREATE INDEX report_follows ON report (follows)",
    "CREATE INDEX report_latest ON report (made_at DESC, id DESC)",
    "CREATE TABLE report_past ("
    "id bigint NOT NULL, held_from timestamptz NOT NULL, held_until timestamptz NOT NULL,"
    ' "row" jsonb NOT NULL)',
    "CREATE INDEX report_past_when ON report_past (id, held_from)",
    "CREATE TRIGGER report_keeps_the_past BEFORE UPDATE OR DELETE ON report"
    " FOR EACH ROW EXECUTE FUNCTION keep_the_past()",
    "CREATE TRIGGER report_past_append_only BEFORE UPDATE OR DELETE ON report_past"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    # whatever a program would do to it: what was handed to a committee stays what it was
    "CREATE TRIGGER report_fixed_stays BEFORE UPDATE OR DELETE ON report"
    " FOR EACH ROW WHEN (OLD.status = 'fixed') EXECUTE FUNCTION refuse_change()",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="homeward", description=DESCRIPTION)

    async def run() -> None:
        from app import database

        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
