"""What panels say of earlier actions: one review for each action and meeting, with the action as it stood then."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0022-reviews-of-actions"
VERSION = "1.38.0"
DESCRIPTION = "The panel's view of each unfinished action at its next meeting"

STATEMENTS = (
    "CREATE TABLE action_review ("
    " id bigserial PRIMARY KEY,"
    " action bigint NOT NULL REFERENCES action (id) ON DELETE RESTRICT,"
    " meeting bigint REFERENCES meeting (id) ON DELETE RESTRICT,"
    " view varchar(20) NOT NULL,"
    " note text NOT NULL DEFAULT '',"
    " stood jsonb NOT NULL DEFAULT '{}',"
    " changed jsonb NOT NULL DEFAULT '{}',"
    " settles boolean NOT NULL DEFAULT false,"
    " reviewed_by bigint REFERENCES person (id) ON DELETE RESTRICT,"
    " reviewed_at timestamptz NOT NULL,"
    " version integer NOT NULL DEFAULT 1,"
    " recorded_at timestamptz NOT NULL DEFAULT now(),"
    " CONSTRAINT action_review_view_is_known CHECK"
    " (view IN ('accepted', 'chased', 're-set', 'dropped', 'left')),"
    " CONSTRAINT action_review_once UNIQUE NULLS NOT DISTINCT (action, meeting))",
    "CREATE INDEX action_review_meeting ON action_review (meeting)",
    "CREATE TABLE action_review_past ("
    "id bigint NOT NULL, held_from timestamptz NOT NULL, held_until timestamptz NOT NULL,"
    ' "row" jsonb NOT NULL)',
    "CREATE INDEX action_review_past_when ON action_review_past (id, held_from)",
    "CREATE TRIGGER action_review_keeps_the_past BEFORE UPDATE OR DELETE ON action_review"
    " FOR EACH ROW EXECUTE FUNCTION keep_the_past()",
    "CREATE TRIGGER action_review_past_append_only BEFORE UPDATE OR DELETE ON action_review_past"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    # what was finished before panels reviewed anything is settled: else every old action would come once more
    "INSERT INTO action_review (action, view, settles, reviewed_at)"
    " SELECT id, 'accepted', true, now() FROM action WHERE finished_on IS NOT NULL",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="homeward", description=DESCRIPTION)

    async def run() -> None:
        from app import database

        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
