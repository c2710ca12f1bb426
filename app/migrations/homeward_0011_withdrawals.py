"""What was recorded by mistake and withdrawn; and two referrals of one day, of two records of one child."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0011-withdrawals"
VERSION = "1.38.0"
DESCRIPTION = "Records made by mistake, and referrals of one day that a merge of children brings together"

STATEMENTS = (
    "CREATE TABLE withdrawal ("
    " id bigserial PRIMARY KEY,"
    " kind varchar(20) NOT NULL,"
    " record bigint NOT NULL,"
    " child bigint NOT NULL REFERENCES child (id) ON DELETE RESTRICT,"
    " held jsonb NOT NULL DEFAULT '{}',"
    " reason text NOT NULL,"
    " withdrawn_by bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,"
    " withdrawn_at timestamptz NOT NULL,"
    " undone_by bigint REFERENCES person (id) ON DELETE RESTRICT,"
    " undone_at timestamptz,"
    " recorded_at timestamptz NOT NULL DEFAULT now(),"
    " CONSTRAINT withdrawal_kind_is_known CHECK (kind IN ('episode', 'interview', 'risk_assessment')))",
    "CREATE UNIQUE INDEX withdrawal_once ON withdrawal (kind, record) WHERE undone_at IS NULL",
    "CREATE INDEX withdrawal_child ON withdrawal (child)",
    "CREATE TABLE withdrawal_past ("
    "id bigint NOT NULL, held_from timestamptz NOT NULL, held_until timestamptz NOT NULL,"
    ' "row" jsonb NOT NULL)',
    "CREATE INDEX withdrawal_past_when ON withdrawal_past (id, held_from)",
    "CREATE TRIGGER withdrawal_keeps_the_past BEFORE UPDATE OR DELETE ON withdrawal"
    " FOR EACH ROW EXECUTE FUNCTION keep_the_past()",
    "CREATE TRIGGER withdrawal_past_append_only BEFORE UPDATE OR DELETE ON withdrawal_past"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    # a merge of two records of a child brings together what each record has once a day
    "ALTER TABLE referral ADD COLUMN of_record bigint REFERENCES child (id) ON DELETE RESTRICT",
    "DROP INDEX referral_once_in_trackers",
    "CREATE UNIQUE INDEX referral_once_in_trackers ON referral (panel, child, referred_on, of_record)"
    " NULLS NOT DISTINCT WHERE received_at IS NULL",
    "DROP INDEX referral_once_received",
    "CREATE UNIQUE INDEX referral_once_received ON referral (child, referred_on, agency, asked_panel, of_record)"
    " NULLS NOT DISTINCT WHERE received_at IS NOT NULL",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="homeward", description=DESCRIPTION)

    async def run() -> None:
        from app import database

        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
