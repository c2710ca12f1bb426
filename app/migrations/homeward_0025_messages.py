"""What became of a message after the mail server took it, when jobs last ran, and which lists go to whom and when."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0025-messages"
VERSION = "1.38.0"
DESCRIPTION = "Bounces, the last round of jobs, and scheduled lists of missing children"

STATEMENTS = (
    "ALTER TABLE outbox_message ADD COLUMN bounced_at timestamptz",
    "ALTER TABLE outbox_message ADD COLUMN bounce text NOT NULL DEFAULT ''",
    "ALTER TABLE outbox_message ADD COLUMN settled_at timestamptz",
    "CREATE INDEX outbox_message_sent ON outbox_message (sent_at DESC) WHERE sent_at IS NOT NULL",
    "CREATE INDEX outbox_message_trouble ON outbox_message (recipient)"
    " WHERE (failed_at IS NOT NULL OR bounced_at IS NOT NULL) AND settled_at IS NULL",
    # not asked of old rows: an address that came in some other way must not keep the service from starting
    "ALTER TABLE person ADD CONSTRAINT person_email_is_one_word"
    " CHECK (email !~ '[[:space:][:cntrl:]]') NOT VALID",
    "CREATE TABLE job_round ("
    " id bigint PRIMARY KEY DEFAULT 1,"
    " began_at timestamptz NOT NULL,"
    " CONSTRAINT job_round_is_one_row CHECK (id = 1))",
    "CREATE TABLE list_schedule ("
    " id bigserial PRIMARY KEY,"
    " kind varchar(20) NOT NULL,"
    " is_on boolean NOT NULL DEFAULT false,"
    " weekdays integer[] NOT NULL,"
    " hour integer NOT NULL,"
    " roles varchar[] NOT NULL DEFAULT '{}',"
    " people bigint[] NOT NULL DEFAULT '{}',"
    " holds_from timestamptz NOT NULL,"
    " version integer NOT NULL DEFAULT 1,"
    " recorded_at timestamptz NOT NULL DEFAULT now(),"
    " CONSTRAINT list_schedule_once UNIQUE (kind),"
    " CONSTRAINT list_schedule_kind_is_known CHECK (kind IN ('missing-now', 'missing-this-week')),"
    " CONSTRAINT list_schedule_hour_is_one CHECK (hour BETWEEN 0 AND 23))",
    "CREATE TABLE list_schedule_past ("
    "id bigint NOT NULL, held_from timestamptz NOT NULL, held_until timestamptz NOT NULL,"
    ' "row" jsonb NOT NULL)',
    "CREATE INDEX list_schedule_past_when ON list_schedule_past (id, held_from)",
    "CREATE TRIGGER list_schedule_keeps_the_past BEFORE UPDATE OR DELETE ON list_schedule"
    " FOR EACH ROW EXECUTE FUNCTION keep_the_past()",
    "CREATE TRIGGER list_schedule_past_append_only BEFORE UPDATE OR DELETE ON list_schedule_past"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TABLE scheduled_message ("
    " id bigserial PRIMARY KEY,"
    " kind varchar(20) NOT NULL,"
    " due_on date NOT NULL,"
    " sent_at timestamptz NOT NULL,"
    " told bigint[] NOT NULL DEFAULT '{}',"
    " CONSTRAINT scheduled_message_once UNIQUE (kind, due_on))",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="homeward", description=DESCRIPTION)

    async def run() -> None:
        from app import database

        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
