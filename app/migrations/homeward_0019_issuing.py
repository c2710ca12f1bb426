"""Actions withdrawn before anybody took them up, which message told whom of which action, and posts' actions found."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0019-issuing"
VERSION = "1.38.0"
DESCRIPTION = "Withdrawn actions, which message told whom of which, and the actions of a post"

STATEMENTS = (
    "ALTER TABLE action DROP CONSTRAINT action_status_is_known",
    "ALTER TABLE action ADD CONSTRAINT action_status_is_known CHECK (status IN"
    " ('issued', 'acknowledged', 'in-progress', 'completed', 'not-possible', 'not-done', 'withdrawn'))",
    "ALTER TABLE action DROP CONSTRAINT action_finished_when_settled",
    "ALTER TABLE action ADD CONSTRAINT action_finished_when_settled CHECK ((status IN"
    " ('completed', 'not-possible', 'not-done', 'withdrawn')) = (finished_on IS NOT NULL))",
    # also those with an owner: whoever is handed a post's action may leave, and finished ones are listed too
    "CREATE INDEX action_post ON action (post) WHERE post IS NOT NULL",
    # rows come with a message, and go with one that was never sent
    "CREATE TABLE action_message ("
    " id bigserial PRIMARY KEY,"
    " action bigint NOT NULL REFERENCES action (id) ON DELETE RESTRICT,"
    " person bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,"
    " message bigint NOT NULL REFERENCES outbox_message (id) ON DELETE CASCADE,"
    " word varchar(20) NOT NULL DEFAULT 'issued',"
    " CONSTRAINT action_message_word_is_known CHECK (word IN ('issued', 'changed', 'withdrawn', 'moved')),"
    " CONSTRAINT action_message_once UNIQUE (message, action))",
    "CREATE INDEX action_message_action ON action_message (action)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="homeward", description=DESCRIPTION)

    async def run() -> None:
        from app import database

        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
