"""How far overdue actions have climbed, who was told of what, the digests that went, and how people want theirs."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0024-reminders"
VERSION = "1.38.0"
DESCRIPTION = "The ladder of overdue actions, what people were told, and their daily digests"

STATEMENTS = (
    "CREATE TABLE action_rung ("
    " id bigserial PRIMARY KEY,"
    " action bigint NOT NULL REFERENCES action (id) ON DELETE RESTRICT,"
    " due_on date NOT NULL,"
    " rung varchar(20) NOT NULL,"
    " reached_on date NOT NULL,"
    " vacant boolean NOT NULL DEFAULT false,"
    " recorded_at timestamptz NOT NULL DEFAULT now(),"
    " CONSTRAINT action_rung_once UNIQUE (action, due_on, rung),"
    " CONSTRAINT action_rung_is_known"
    " CHECK (rung IN ('owner', 'line-lead', 'agency-lead', 'chair', 'agenda')))",
    "CREATE TABLE action_reminder ("
    " id bigserial PRIMARY KEY,"
    " action bigint NOT NULL REFERENCES action (id) ON DELETE RESTRICT,"
    " person bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,"
    " due_on date NOT NULL,"
    " rung varchar(20) NOT NULL,"
    " told_on date NOT NULL,"
    " told_at timestamptz NOT NULL,"
    " CONSTRAINT action_reminder_once UNIQUE (action, person, due_on, rung),"
    " CONSTRAINT action_reminder_rung_is_known"
    " CHECK (rung IN ('due-soon', 'owner', 'line-lead', 'agency-lead', 'chair')))",
    "CREATE INDEX action_reminder_escalated ON action_reminder (person)"
    " WHERE rung IN ('line-lead', 'agency-lead', 'chair')",
    "CREATE TABLE recommendation_reminder ("
    " id bigserial PRIMARY KEY,"
    " recommendation bigint NOT NULL REFERENCES recommendation (id) ON DELETE RESTRICT,"
    " person bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,"
    " due_on date NOT NULL,"
    " rung varchar(20) NOT NULL,"
    " told_on date NOT NULL,"
    " told_at timestamptz NOT NULL,"
    " CONSTRAINT recommendation_reminder_once UNIQUE (recommendation, person, due_on, rung),"
    " CONSTRAINT recommendation_reminder_rung_is_known CHECK (rung IN ('due-soon', 'owner')))",
    "CREATE TABLE reminder_run ("
    " id bigserial PRIMARY KEY,"
    " day date NOT NULL,"
    " hour integer NOT NULL,"
    " ran_at timestamptz NOT NULL,"
    " CONSTRAINT reminder_run_once UNIQUE (day, hour))",
    "CREATE TABLE digest ("
    " id bigserial PRIMARY KEY,"
    " person bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,"
    " day date NOT NULL,"
    " written_at timestamptz NOT NULL,"
    " CONSTRAINT digest_once_a_day UNIQUE (person, day))",
    "CREATE TABLE digest_preference ("
    " id bigserial PRIMARY KEY,"
    " person bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,"
    " wanted boolean NOT NULL,"
    " hour integer NOT NULL,"
    " version integer NOT NULL DEFAULT 1,"
    " recorded_at timestamptz NOT NULL DEFAULT now(),"
    " CONSTRAINT digest_preference_once UNIQUE (person),"
    " CONSTRAINT digest_preference_hour_is_by_day CHECK (hour BETWEEN 6 AND 20))",
    "CREATE TABLE digest_preference_past ("
    "id bigint NOT NULL, held_from timestamptz NOT NULL, held_until timestamptz NOT NULL,"
    ' "row" jsonb NOT NULL)',
    "CREATE INDEX digest_preference_past_when ON digest_preference_past (id, held_from)",
    "CREATE TRIGGER digest_preference_keeps_the_past BEFORE UPDATE OR DELETE ON digest_preference"
    " FOR EACH ROW EXECUTE FUNCTION keep_the_past()",
    "CREATE TRIGGER digest_preference_past_append_only BEFORE UPDATE OR DELETE ON digest_preference_past"
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
