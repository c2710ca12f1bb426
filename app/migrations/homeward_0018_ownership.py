"""Whose an action is: why and how urgent, an agency's post with its cover, and the lead above a person."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0018-ownership"
VERSION = "1.38.0"
DESCRIPTION = "Posts of agencies, lines above people, and why and how urgent an action is"

STATEMENTS = (
    "ALTER TABLE person ADD COLUMN line_lead bigint REFERENCES person (id) ON DELETE RESTRICT",
    "ALTER TABLE person ADD CONSTRAINT person_does_not_lead_itself CHECK (line_lead <> id)",
    "CREATE TABLE post ("
    " id bigserial PRIMARY KEY,"
    " agency bigint NOT NULL REFERENCES agency (id) ON DELETE RESTRICT,"
    " name text NOT NULL,"
    " holder bigint REFERENCES person (id) ON DELETE RESTRICT,"
    " cover bigint REFERENCES person (id) ON DELETE RESTRICT,"
    " ended_at timestamptz,"
    " version integer NOT NULL DEFAULT 1,"
    " recorded_at timestamptz NOT NULL DEFAULT now(),"
    " CONSTRAINT post_cover_is_another CHECK (cover <> holder))",
    "CREATE UNIQUE INDEX post_once ON post (agency, lower(name)) WHERE ended_at IS NULL",
    "CREATE TABLE post_past ("
    "id bigint NOT NULL, held_from timestamptz NOT NULL, held_until timestamptz NOT NULL,"
    ' "row" jsonb NOT NULL)',
    "CREATE INDEX post_past_when ON post_past (id, held_from)",
    "CREATE TRIGGER post_keeps_the_past BEFORE UPDATE OR DELETE ON post"
    " FOR EACH ROW EXECUTE FUNCTION keep_the_past()",
    "CREATE TRIGGER post_past_append_only BEFORE UPDATE OR DELETE ON post_past"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "ALTER TABLE action ADD COLUMN why text NOT NULL DEFAULT ''",
    "ALTER TABLE action ADD COLUMN priority varchar(10) NOT NULL DEFAULT 'routine'",
    "ALTER TABLE action ADD COLUMN post bigint REFERENCES post (id) ON DELETE RESTRICT",
    "ALTER TABLE action ADD CONSTRAINT action_priority_is_known CHECK (priority IN ('routine', 'urgent'))",
    "CREATE INDEX action_open_post ON action (post) WHERE post IS NOT NULL AND finished_on IS NULL",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="homeward", description=DESCRIPTION)

    async def run() -> None:
        from app import database

        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
