"""Who was reminded of a standard about to pass, the weekly summaries, and samples of minutes with their grades."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0017-promptness-and-quality"
VERSION = "1.38.0"
DESCRIPTION = "Reminders of standards, weekly summaries, and graded samples of minutes"

STATEMENTS = (
    "CREATE TABLE minutes_reminder ("
    " id bigserial PRIMARY KEY,"
    " meeting bigint NOT NULL REFERENCES meeting (id) ON DELETE RESTRICT,"
    " standard varchar(20) NOT NULL,"
    " moment varchar(10) NOT NULL,"
    " reminded_at timestamptz NOT NULL,"
    " CONSTRAINT minutes_reminder_once UNIQUE (meeting, standard, moment),"
    " CONSTRAINT minutes_reminder_standard_is_known"
    " CHECK (standard IN ('draft-to-chair', 'circulated', 'filed')),"
    " CONSTRAINT minutes_reminder_moment_is_known CHECK (moment IN ('before', 'after')))",
    "CREATE TABLE promptness_summary ("
    " id bigserial PRIMARY KEY,"
    " week date NOT NULL,"
    " sent_at timestamptz NOT NULL,"
    " CONSTRAINT promptness_summary_once UNIQUE (week))",
    "CREATE TABLE quality_sample ("
    " id bigserial PRIMARY KEY,"
    " seed text NOT NULL,"
    " from_on date NOT NULL,"
    " to_on date NOT NULL,"
    " panel bigint REFERENCES panel (id) ON DELETE RESTRICT,"
    " size integer NOT NULL,"
    " population integer NOT NULL,"
    " drawn_by bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,"
    " drawn_at timestamptz NOT NULL,"
    " CONSTRAINT quality_sample_has_a_window CHECK (from_on < to_on))",
    "CREATE TABLE quality_grade ("
    " id bigserial PRIMARY KEY,"
    " sample bigint NOT NULL REFERENCES quality_sample (id) ON DELETE RESTRICT,"
    " position integer NOT NULL,"
    " agenda_item bigint NOT NULL REFERENCES agenda_item (id) ON DELETE RESTRICT,"
    " marks jsonb NOT NULL DEFAULT '{}',"
    " graded_by bigint REFERENCES person (id) ON DELETE RESTRICT,"
    " graded_at timestamptz,"
    " version integer NOT NULL DEFAULT 1,"
    " recorded_at timestamptz NOT NULL DEFAULT now(),"
    " CONSTRAINT quality_grade_place_once UNIQUE (sample, position),"
    " CONSTRAINT quality_grade_item_once UNIQUE (sample, agenda_item))",
    "CREATE INDEX quality_grade_item ON quality_grade (agenda_item)",
    "CREATE TABLE quality_grade_past ("
    "id bigint NOT NULL, held_from timestamptz NOT NULL, held_until timestamptz NOT NULL,"
    ' "row" jsonb NOT NULL)',
    "CREATE INDEX quality_grade_past_when ON quality_grade_past (id, held_from)",
    "CREATE TRIGGER quality_grade_keeps_the_past BEFORE UPDATE OR DELETE ON quality_grade"
    " FOR EACH ROW EXECUTE FUNCTION keep_the_past()",
    "CREATE TRIGGER quality_grade_past_append_only BEFORE UPDATE OR DELETE ON quality_grade_past"
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
