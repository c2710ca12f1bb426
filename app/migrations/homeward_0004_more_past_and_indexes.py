"""The past of the tables that 0003 made, and the indexes that their pages and rules need."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0004-more-past-and-indexes"
VERSION = "1.38.0"
DESCRIPTION = "The past of the new tables, and their indexes"

RECORD_TABLES = (
    "merge",
    "no_match",
    "place",
    "place_name",
    "briefing",
    "briefing_decision",
    "case_check",
    "series",
    "guest_slot",
    "contribution",
    "service_problem",
)

INDEXES = (
    "CREATE INDEX child_merged_into ON child (merged_into) WHERE merged_into IS NOT NULL",
    "CREATE INDEX child_born_on ON child (born_on)",
    "CREATE INDEX child_folded_name ON child (lower(name)) WHERE name <> ''",
    "CREATE INDEX child_other_refs ON child USING gin (other_refs)",
    "CREATE INDEX episode_merged_into ON episode (merged_into) WHERE merged_into IS NOT NULL",
    "CREATE INDEX merge_kept ON merge (kind, kept) WHERE undone_at IS NULL",
    "CREATE UNIQUE INDEX merge_once ON merge (kind, merged) WHERE undone_at IS NULL",
    "CREATE INDEX place_name_place ON place_name (place)",
    "CREATE INDEX place_merged_into ON place (merged_into) WHERE merged_into IS NOT NULL",
    "CREATE INDEX referral_waiting ON referral (received_at) WHERE threshold = ''",
    "CREATE INDEX referral_decided ON referral (decided_at DESC)",
    "CREATE INDEX briefing_closed ON briefing (closed_at DESC)",
    "CREATE INDEX briefing_decision_decided ON briefing_decision (decided_at DESC)",
    "CREATE INDEX case_check_case ON case_check (panel_case, kind, done_on DESC, id DESC)",
    "CREATE INDEX panel_case_came_from ON panel_case (came_from) WHERE came_from IS NOT NULL",
    "CREATE INDEX series_panel ON series (panel, starts_on)",
    "CREATE UNIQUE INDEX meeting_series_day ON meeting (series, series_day) WHERE series IS NOT NULL",
    "CREATE INDEX agenda_item_place ON agenda_item (place) WHERE place IS NOT NULL",
    "CREATE INDEX agenda_item_restricted ON agenda_item (child) WHERE restricted",
    "CREATE UNIQUE INDEX guest_slot_once ON guest_slot (agenda_item, person) WHERE ended_at IS NULL",
    "CREATE INDEX guest_slot_person ON guest_slot (person) WHERE ended_at IS NULL",
    "CREATE INDEX guest_slot_meeting ON guest_slot (meeting)",
    "CREATE INDEX calendar_feed_person ON calendar_feed (person) WHERE revoked_at IS NULL",
    "CREATE INDEX contribution_agency ON contribution (agency, agenda_item)",
    "CREATE INDEX service_problem_open ON service_problem (panel, found_on) WHERE resolved_on IS NULL",
    "CREATE INDEX service_problem_item ON service_problem (agenda_item)",
    "CREATE INDEX service_problem_word_problem ON service_problem_word (service_problem, said_at)",
)


def statements() -> list[str]:
    """Every statement, in order."""
    found = []
    for table in RECORD_TABLES:
        found += [
            f"CREATE TABLE {table}_past ("
            "id bigint NOT NULL, held_from timestamptz NOT NULL, held_until timestamptz NOT NULL,"
            ' "row" jsonb NOT NULL)',
            f"CREATE INDEX {table}_past_when ON {table}_past (id, held_from)",
            f"CREATE TRIGGER {table}_keeps_the_past BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION keep_the_past()",
            f"CREATE TRIGGER {table}_past_append_only BEFORE UPDATE OR DELETE ON {table}_past"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        ]
    found.append(
        "CREATE TRIGGER service_problem_word_append_only BEFORE UPDATE OR DELETE ON service_problem_word"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    return [*found, *INDEXES]


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="homeward", description=DESCRIPTION)

    async def run() -> None:
        from app import database

        for statement in statements():
            await database.execute(statement)

    manager.add_raw(run)
    return manager
