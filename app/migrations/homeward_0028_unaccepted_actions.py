"""Which finished actions a panel may still have to look at, kept by the database as words and reviews are written."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0028-unaccepted-actions"
VERSION = "1.38.0"
DESCRIPTION = "Finished actions that no meeting has settled: an agenda need not go through all"

# May hold one too many, never one too few: whether an action comes to a meeting is decided by what `action`,
# `action_update` and `action_review` say. What a meeting settled that was cancelled later is found by that meeting.
TABLE = (
    "CREATE TABLE action_unaccepted ("
    " action bigint PRIMARY KEY REFERENCES action (id) ON DELETE CASCADE,"
    " panel bigint NOT NULL REFERENCES panel (id) ON DELETE CASCADE)",
    "CREATE INDEX action_unaccepted_panel ON action_unaccepted (panel, action)",
)


def keeps(name: str, on: str, does: str) -> tuple[str, str]:
    """A trigger function and its trigger."""
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {does}; RETURN NULL; END $$",
        f"CREATE TRIGGER {name} {on} EXECUTE FUNCTION {name}()",
    )


TRIGGERS = (
    *keeps(
        "what_was_finished_here_is_unaccepted",
        "AFTER INSERT ON action_update REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
        "INSERT INTO action_unaccepted (action, panel)"
        " SELECT DISTINCT a.id, a.panel FROM added w JOIN action a ON a.id = w.action"
        " WHERE w.person IS NOT NULL AND w.status IN ('completed', 'not-possible', 'not-done')"
        " ON CONFLICT DO NOTHING",
    ),
    *keeps(
        "what_a_meeting_settled_is_accepted",
        "AFTER INSERT OR UPDATE OF settles ON action_review FOR EACH ROW WHEN (NEW.settles)",
        "DELETE FROM action_unaccepted WHERE action = NEW.action",
    ),
    *keeps(
        "what_is_settled_no_more_is_unaccepted",
        "AFTER UPDATE OF settles ON action_review FOR EACH ROW WHEN (OLD.settles AND NOT NEW.settles)",
        "INSERT INTO action_unaccepted (action, panel) SELECT id, panel FROM action WHERE id = NEW.action"
        " ON CONFLICT DO NOTHING",
    ),
)

FILL = (
    "INSERT INTO action_unaccepted (action, panel) SELECT a.id, a.panel FROM action a WHERE EXISTS ("
    "SELECT FROM action_update w WHERE w.action = a.id AND w.person IS NOT NULL"
    " AND w.status IN ('completed', 'not-possible', 'not-done'))"
    " AND NOT EXISTS (SELECT FROM action_review r WHERE r.action = a.id AND r.settles)",
    "ANALYZE action_unaccepted",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="homeward", description=DESCRIPTION)

    async def run() -> None:
        from app import database

        for statement in (*TABLE, *TRIGGERS, *FILL):
            await database.execute(statement)

    manager.add_raw(run)
    return manager
