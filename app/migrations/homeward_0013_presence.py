"""Who is on which item while minutes are taken: gone with the session, and announced when it changes."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0013-presence"
VERSION = "1.38.0"
DESCRIPTION = "Who is on which item while minutes are taken"

STATEMENTS = (
    # after a crash of the database nobody is there, and every open page says so anew within seconds
    "CREATE UNLOGGED TABLE presence ("
    " page text PRIMARY KEY,"
    " session text NOT NULL REFERENCES session (token_hash) ON DELETE CASCADE,"
    " person bigint NOT NULL REFERENCES person (id) ON DELETE CASCADE,"
    " meeting bigint NOT NULL REFERENCES meeting (id) ON DELETE CASCADE,"
    " item bigint REFERENCES agenda_item (id) ON DELETE CASCADE,"
    " seen_at timestamptz NOT NULL)",
    "CREATE INDEX presence_meeting ON presence (meeting)",
    "CREATE INDEX presence_session ON presence (session)",
    "CREATE INDEX presence_item ON presence (item)",
    "CREATE INDEX presence_person ON presence (person)",
    "CREATE FUNCTION announce_presence() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF TG_OP <> 'INSERT' THEN PERFORM pg_notify('minutes', OLD.meeting::text); END IF;"
    " IF TG_OP <> 'DELETE' THEN PERFORM pg_notify('minutes', NEW.meeting::text); END IF;"
    " RETURN NULL; END $$",
    "CREATE TRIGGER presence_comes_and_goes AFTER INSERT OR DELETE ON presence"
    " FOR EACH ROW EXECUTE FUNCTION announce_presence()",
    "CREATE TRIGGER presence_moves AFTER UPDATE ON presence FOR EACH ROW"
    " WHEN (OLD.item IS DISTINCT FROM NEW.item OR OLD.meeting <> NEW.meeting)"
    " EXECUTE FUNCTION announce_presence()",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="homeward", description=DESCRIPTION)

    async def run() -> None:
        from app import database

        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
