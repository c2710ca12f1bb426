"""What owners of actions may do beyond a word: ask for more time, hand over, add files as evidence."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0020-owners-updates"
VERSION = "1.38.0"
DESCRIPTION = "More time for actions, handovers, and files as evidence"

STATEMENTS = (
    "CREATE TABLE action_extension ("
    " id bigserial PRIMARY KEY,"
    " action bigint NOT NULL REFERENCES action (id) ON DELETE RESTRICT,"
    " asked_by bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,"
    " asked_at timestamptz NOT NULL,"
    " asked_for date NOT NULL,"
    " due_on_then date NOT NULL,"
    " why text NOT NULL,"
    " answer varchar(10) NOT NULL DEFAULT '',"
    " answered_by bigint REFERENCES person (id) ON DELETE RESTRICT,"
    " answered_at timestamptz,"
    " granted_for date,"
    " note text NOT NULL DEFAULT '',"
    " recorded_at timestamptz NOT NULL DEFAULT now(),"
    " CONSTRAINT action_extension_answer_is_known CHECK (answer IN ('', 'granted', 'refused')),"
    " CONSTRAINT action_extension_answered_by_somebody"
    " CHECK ((answer <> '') = (answered_at IS NOT NULL AND answered_by IS NOT NULL)),"
    " CONSTRAINT action_extension_granted_with_a_date CHECK ((answer = 'granted') = (granted_for IS NOT NULL)))",
    "CREATE UNIQUE INDEX action_extension_one_waits ON action_extension (action) WHERE answer = ''",
    "CREATE INDEX action_extension_action ON action_extension (action, asked_at)",
    "CREATE INDEX action_extension_asked_by ON action_extension (asked_by) WHERE answer = ''",
    "CREATE TABLE action_extension_past ("
    "id bigint NOT NULL, held_from timestamptz NOT NULL, held_until timestamptz NOT NULL,"
    ' "row" jsonb NOT NULL)',
    "CREATE INDEX action_extension_past_when ON action_extension_past (id, held_from)",
    "CREATE TRIGGER action_extension_keeps_the_past BEFORE UPDATE OR DELETE ON action_extension"
    " FOR EACH ROW EXECUTE FUNCTION keep_the_past()",
    "CREATE TRIGGER action_extension_past_append_only BEFORE UPDATE OR DELETE ON action_extension_past"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TABLE action_handover ("
    " id bigserial PRIMARY KEY,"
    " action bigint NOT NULL REFERENCES action (id) ON DELETE RESTRICT,"
    " person bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,"
    " made_at timestamptz NOT NULL,"
    " from_owner bigint REFERENCES person (id) ON DELETE RESTRICT,"
    " from_post bigint REFERENCES post (id) ON DELETE RESTRICT,"
    " to_owner bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,"
    " reason text NOT NULL,"
    " recorded_at timestamptz NOT NULL DEFAULT now(),"
    " CONSTRAINT action_handover_to_another CHECK (to_owner <> from_owner))",
    "CREATE INDEX action_handover_action ON action_handover (action, made_at)",
    "CREATE INDEX action_handover_person ON action_handover (person, made_at)",
    "CREATE INDEX action_handover_from ON action_handover (from_owner, made_at) WHERE from_owner IS NOT NULL",
    "CREATE TRIGGER action_handover_append_only BEFORE UPDATE OR DELETE ON action_handover"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    # Rows of files never change, so no past copies their bytes: taking one away is a row of its own
    "CREATE TABLE action_evidence ("
    " id bigserial PRIMARY KEY,"
    " action bigint NOT NULL REFERENCES action (id) ON DELETE RESTRICT,"
    " person bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,"
    " added_at timestamptz NOT NULL,"
    " name text NOT NULL,"
    " kind varchar(10) NOT NULL,"
    " size integer NOT NULL,"
    " sha256 text NOT NULL,"
    " content bytea NOT NULL,"
    " recorded_at timestamptz NOT NULL DEFAULT now(),"
    " CONSTRAINT action_evidence_kind_is_known CHECK (kind IN ('pdf', 'png', 'jpeg', 'webp', 'docx')))",
    # what these kinds hold is packed already
    "ALTER TABLE action_evidence ALTER COLUMN content SET STORAGE EXTERNAL",
    "CREATE INDEX action_evidence_action ON action_evidence (action, added_at)",
    "CREATE TRIGGER action_evidence_append_only BEFORE UPDATE OR DELETE ON action_evidence"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TABLE action_evidence_withdrawal ("
    " id bigserial PRIMARY KEY,"
    " evidence bigint NOT NULL UNIQUE REFERENCES action_evidence (id) ON DELETE RESTRICT,"
    " person bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,"
    " withdrawn_at timestamptz NOT NULL,"
    " reason text NOT NULL,"
    " recorded_at timestamptz NOT NULL DEFAULT now())",
    "CREATE TRIGGER action_evidence_withdrawal_append_only BEFORE UPDATE OR DELETE ON action_evidence_withdrawal"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE INDEX action_update_issued_by ON action_update (person, made_at) WHERE status = 'issued'",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="homeward", description=DESCRIPTION)

    async def run() -> None:
        from app import database

        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
