"""What a referral asked for beside what was decided, and one referral a day from each agency instead of one in all."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0006-referrals-received"
VERSION = "1.38.0"
DESCRIPTION = "The panel that a referral asked for; two agencies may refer a child on one day"

STATEMENTS = (
    "ALTER TABLE referral ADD COLUMN asked_panel bigint REFERENCES panel (id) ON DELETE RESTRICT",
    "ALTER TABLE referral DROP CONSTRAINT referral_once_a_day",
    # a tracker knows no agency: one row a day on each panel
    "CREATE UNIQUE INDEX referral_once_in_trackers ON referral (panel, child, referred_on) WHERE received_at IS NULL",
    "CREATE UNIQUE INDEX referral_once_received ON referral (child, referred_on, agency, asked_panel)"
    " NULLS NOT DISTINCT WHERE received_at IS NOT NULL",
    "CREATE INDEX referral_referred_on ON referral (referred_on DESC, id DESC)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="homeward", description=DESCRIPTION)

    async def run() -> None:
        from app import database

        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
