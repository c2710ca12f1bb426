"""What Piccolo's own migrations do not write: the past of every record, append-only history, indexes, first rows."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0002-past-and-indexes"
VERSION = "1.38.0"
DESCRIPTION = "The past of every record, append-only history, indexes, first rows"

RECORD_TABLES = (
    "agency",
    "person",
    "risk_scale",
    "child",
    "episode",
    "interview",
    "interview_episode",
    "risk_assessment",
    "panel",
    "terms_of_reference",
    "seat",
    "referral",
    "panel_case",
    "meeting",
    "agenda_item",
    "attendance",
    "minutes",
    "action",
)

KEEP_THE_PAST = """
CREATE FUNCTION keep_the_past() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'INSERT INTO %I (id, held_from, held_until, "row") VALUES ($1, $2, $3, $4)', TG_TABLE_NAME || '_past'
    ) USING OLD.id, OLD.recorded_at, greatest(now(), OLD.recorded_at), to_jsonb(OLD);
    IF TG_OP = 'UPDATE' THEN
        NEW.recorded_at := greatest(now(), OLD.recorded_at);
        RETURN NEW;
    END IF;
    RETURN OLD;
END $$
"""

APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$
"""

FIXED_MINUTES = """
CREATE FUNCTION refuse_other_minutes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'approved minutes never change';
END $$
"""

INDEXES = (
    "CREATE INDEX child_name ON child ((name = ''), name, id)",
    # whom a window of starts is about can be told from the index alone
    "CREATE INDEX episode_started_child ON episode (started_at, child) INCLUDE (id, category, merged_into)",
    "CREATE INDEX episode_returned ON episode (returned_at)",
    "CREATE INDEX episode_open ON episode (started_at) WHERE returned_at IS NULL",
    "CREATE INDEX episode_first_recorded ON episode (first_recorded_at)",
    "CREATE INDEX episode_long ON episode (returned_at) WHERE returned_at - started_at > interval '14 days'",
    "CREATE INDEX episode_reported ON episode ((coalesce(reported_at, started_at)))",
    "CREATE INDEX interview_episode_episode ON interview_episode (episode)",
    "CREATE INDEX interview_latest ON interview (child, (coalesce(offered_at, held_at)) DESC, id DESC)",
    "CREATE INDEX interview_declined ON interview (child) WHERE outcome IN ('declined-child', 'declined-carer')",
    "CREATE INDEX risk_assessment_child ON risk_assessment (child, assessed_on DESC, id DESC)",
    "CREATE INDEX risk_assessment_level ON risk_assessment (level, assessed_on)",
    "CREATE INDEX import_file_uploaded ON import_file (uploaded_at DESC)",
    "CREATE INDEX person_agency ON person (agency)",
    "CREATE INDEX session_person ON session (person)",
    "CREATE INDEX invitation_person ON invitation (person)",
    "CREATE INDEX seat_person ON seat (person) WHERE ended_at IS NULL",
    "CREATE UNIQUE INDEX seat_once ON seat (panel, person) WHERE ended_at IS NULL",
    "CREATE INDEX referral_child ON referral (child, panel, referred_on)",
    "CREATE INDEX referral_panel ON referral (panel, referred_on)",
    "CREATE INDEX panel_case_child ON panel_case (child)",
    "CREATE INDEX panel_case_panel ON panel_case (panel, accepted_on)",
    "CREATE INDEX panel_case_open ON panel_case (panel, next_review_on) WHERE closed_on IS NULL",
    "CREATE UNIQUE INDEX panel_case_one_open ON panel_case (panel, child) WHERE closed_on IS NULL",
    "CREATE INDEX meeting_panel ON meeting (panel, starts_at DESC)",
    "CREATE INDEX meeting_starts ON meeting (starts_at)",
    # a cancelled meeting leaves its time free for another
    "CREATE UNIQUE INDEX meeting_one_at_a_time ON meeting (panel, starts_at, child) NULLS NOT DISTINCT"
    " WHERE status <> 'cancelled'",
    "CREATE INDEX agenda_item_meeting ON agenda_item (meeting, position)",
    "CREATE INDEX agenda_item_child ON agenda_item (child)",
    "CREATE INDEX agenda_item_brought_forward ON agenda_item (brought_forward_from)"
    " WHERE brought_forward_from IS NOT NULL",
    "CREATE INDEX attendance_meeting ON attendance (meeting)",
    "CREATE INDEX attendance_person ON attendance (person)",
    "CREATE INDEX discussion_revision_discussion ON discussion_revision (discussion, version DESC)",
    "CREATE INDEX action_owner_open ON action (owner, due_on)"
    " WHERE status IN ('issued', 'acknowledged', 'in-progress')",
    "CREATE INDEX action_agency_open ON action (agency, due_on)"
    " WHERE status IN ('issued', 'acknowledged', 'in-progress')",
    "CREATE INDEX action_child ON action (child)",
    "CREATE INDEX action_meeting ON action (meeting)",
    "CREATE INDEX action_item ON action (agenda_item)",
    "CREATE INDEX action_panel ON action (panel, status)",
    "CREATE INDEX action_original_due ON action (original_due_on)",
    "CREATE INDEX action_owner_finished ON action (owner, finished_on DESC)",
    "CREATE INDEX action_agency_finished ON action (agency, finished_on DESC) WHERE finished_on IS NOT NULL",
    "CREATE INDEX action_finished ON action (finished_on DESC, id DESC) WHERE finished_on IS NOT NULL",
    "CREATE INDEX action_due_open ON action (due_on, id) WHERE status IN ('issued', 'acknowledged', 'in-progress')",
    "CREATE INDEX action_panel_open ON action (panel, due_on, id)"
    " WHERE status IN ('issued', 'acknowledged', 'in-progress')",
    "CREATE INDEX action_update_action ON action_update (action, made_at)",
    "CREATE INDEX outbox_message_waiting ON outbox_message (run_at) WHERE sent_at IS NULL AND failed_at IS NULL",
    "CREATE INDEX history_entry_about ON history_entry (about, happened_at)",
    "CREATE INDEX history_entry_about_ids ON history_entry USING gin (about_ids)",
    "CREATE INDEX history_entry_child_ids ON history_entry USING gin (child_ids)",
)

FIRST_PANELS = (
    ("mace", "Multi-Agency Child Exploitation (MACE)"),
    ("multiple-missing-hotspots", "Multiple Missing and Hotspots"),
    ("missing-children-panel", "Missing Children Panel"),
    ("missing-operational-group", "Missing Operational Group"),
    ("child-exploitation-tracking", "Child Exploitation Tracking Panel"),
    ("high-risk-misper", "High Risk Misper Meeting"),
    ("repeat-missing", "Repeat missing meeting"),
    ("general", "Plain panel"),
)


def statements() -> list[str]:
    """Every statement, in order."""
    found = [
        KEEP_THE_PAST,
        APPEND_ONLY,
        FIXED_MINUTES,
        "CREATE TRIGGER minutes_stay_as_approved BEFORE UPDATE ON minutes FOR EACH ROW WHEN (OLD.content IS NOT NULL"
        " AND (NEW.content, NEW.sha256) IS DISTINCT FROM (OLD.content, OLD.sha256))"
        " EXECUTE FUNCTION refuse_other_minutes()",
    ]
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
    for table in ("history_entry", "history_seal", "discussion_revision", "action_update", "agenda_version"):
        found.append(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    found += INDEXES
    found += [
        f"INSERT INTO panel (slug, name, kind) VALUES ('{slug}', '{name}', '{slug}')"
        for slug, name in FIRST_PANELS
    ]
    found.append("INSERT INTO risk_scale (levels, holds_from) VALUES ('{low,medium,high}', '2000-01-01')")
    return found


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="homeward", description=DESCRIPTION)

    async def run() -> None:
        from app import database

        for statement in statements():
            await database.execute(statement)

    manager.add_raw(run)
    return manager
