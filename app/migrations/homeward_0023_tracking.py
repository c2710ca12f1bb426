"""How actions and recommendations were judged, and recommendations that belong to no meeting."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0023-tracking"
VERSION = "1.38.0"
DESCRIPTION = "Recommendations, and the tracking assessments of actions and recommendations"

STATEMENTS = (
    "ALTER TABLE action ADD COLUMN tracking_overruled boolean NOT NULL DEFAULT false",
    "CREATE TABLE recommendation ("
    " id bigserial PRIMARY KEY,"
    " source varchar(20) NOT NULL,"
    " source_title text NOT NULL,"
    " source_on date NOT NULL,"
    " reference text NOT NULL DEFAULT '',"
    " text text NOT NULL,"
    " owner bigint REFERENCES person (id) ON DELETE RESTRICT,"
    " agency bigint NOT NULL REFERENCES agency (id) ON DELETE RESTRICT,"
    " post bigint REFERENCES post (id) ON DELETE RESTRICT,"
    " due_on date NOT NULL,"
    " original_due_on date NOT NULL,"
    " status varchar(20) NOT NULL DEFAULT 'issued',"
    " finished_on date,"
    " tracking integer,"
    " tracking_overruled boolean NOT NULL DEFAULT false,"
    " anticipated_on date,"
    " version integer NOT NULL DEFAULT 1,"
    " recorded_at timestamptz NOT NULL DEFAULT now(),"
    " CONSTRAINT recommendation_source_is_known"
    " CHECK (source IN ('audit', 'scrutiny', 'inspection', 'review', 'other')),"
    " CONSTRAINT recommendation_status_is_known CHECK"
    " (status IN ('issued', 'acknowledged', 'in-progress', 'completed', 'not-possible', 'not-done')),"
    " CONSTRAINT recommendation_finished_when_settled CHECK"
    " ((status IN ('completed', 'not-possible', 'not-done')) = (finished_on IS NOT NULL)),"
    " CONSTRAINT recommendation_tracking_is_known CHECK (tracking IS NULL OR tracking BETWEEN 1 AND 6))",
    "CREATE INDEX recommendation_original_due ON recommendation (original_due_on)",
    "CREATE INDEX recommendation_open ON recommendation (due_on) WHERE finished_on IS NULL",
    "CREATE INDEX recommendation_owner ON recommendation (owner)",
    "CREATE INDEX recommendation_agency ON recommendation (agency)",
    "CREATE INDEX recommendation_post ON recommendation (post) WHERE post IS NOT NULL",
    "CREATE TABLE recommendation_past ("
    "id bigint NOT NULL, held_from timestamptz NOT NULL, held_until timestamptz NOT NULL,"
    ' "row" jsonb NOT NULL)',
    "CREATE INDEX recommendation_past_when ON recommendation_past (id, held_from)",
    "CREATE TRIGGER recommendation_keeps_the_past BEFORE UPDATE OR DELETE ON recommendation"
    " FOR EACH ROW EXECUTE FUNCTION keep_the_past()",
    "CREATE TRIGGER recommendation_past_append_only BEFORE UPDATE OR DELETE ON recommendation_past"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TABLE recommendation_update ("
    " id bigserial PRIMARY KEY,"
    " recommendation bigint NOT NULL REFERENCES recommendation (id) ON DELETE RESTRICT,"
    " person bigint REFERENCES person (id) ON DELETE RESTRICT,"
    " status varchar(20) NOT NULL,"
    " note text NOT NULL DEFAULT '',"
    " made_at timestamptz NOT NULL)",
    "CREATE INDEX recommendation_update_recommendation ON recommendation_update (recommendation, made_at)",
    "CREATE TRIGGER recommendation_update_append_only BEFORE UPDATE OR DELETE ON recommendation_update"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TABLE tracking_assessment ("
    " id bigserial PRIMARY KEY,"
    " action bigint REFERENCES action (id) ON DELETE RESTRICT,"
    " recommendation bigint REFERENCES recommendation (id) ON DELETE RESTRICT,"
    " category integer NOT NULL,"
    " overruled boolean NOT NULL DEFAULT false,"
    " anticipated_on date,"
    " words text NOT NULL DEFAULT '',"
    " meeting bigint REFERENCES meeting (id) ON DELETE RESTRICT,"
    " person bigint REFERENCES person (id) ON DELETE RESTRICT,"
    " assessed_at timestamptz NOT NULL,"
    " CONSTRAINT tracking_assessment_of_one CHECK (num_nonnulls(action, recommendation) = 1),"
    " CONSTRAINT tracking_assessment_category_is_known CHECK (category BETWEEN 1 AND 6),"
    " CONSTRAINT tracking_assessment_anticipates"
    " CHECK (category NOT IN (3, 5) OR anticipated_on IS NOT NULL))",
    "CREATE INDEX tracking_assessment_action ON tracking_assessment (action, id) WHERE action IS NOT NULL",
    "CREATE INDEX tracking_assessment_recommendation ON tracking_assessment (recommendation, id)"
    " WHERE recommendation IS NOT NULL",
    # what earlier logs told
    "INSERT INTO tracking_assessment (action, category, anticipated_on, assessed_at)"
    " SELECT id, tracking, anticipated_on, recorded_at FROM action"
    " WHERE tracking IS NOT NULL AND (tracking NOT IN (3, 5) OR anticipated_on IS NOT NULL) ORDER BY id",
    "CREATE TRIGGER tracking_assessment_append_only BEFORE UPDATE OR DELETE ON tracking_assessment"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="homeward", description=DESCRIPTION)

    async def run() -> None:
        from app import database

        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
