"""What search looks words up in: the words of minutes, agendas and actions, kept by the database as texts change."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0016-search"
VERSION = "1.38.0"
DESCRIPTION = "The words of minutes, agendas and actions, to be searched"

# Only words and where they stand are kept, in rows so short that a word which everybody uses is quickly gone
# through; the texts themselves are read where they are when a result is shown. What is saved is put down as waiting in
# the transaction of the save, which costs next to nothing, and looked through before the next search.
TABLES = (
    "CREATE TABLE searchable ("
    " id bigserial PRIMARY KEY,"
    " agenda_item bigint NOT NULL REFERENCES agenda_item (id) ON DELETE CASCADE,"
    " meeting bigint NOT NULL REFERENCES meeting (id) ON DELETE CASCADE,"
    " kind varchar(10) NOT NULL,"
    " issued boolean NOT NULL DEFAULT false,"
    " restricted boolean NOT NULL DEFAULT false,"
    " allowed_people bigint[] NOT NULL DEFAULT '{}',"
    " allowed_agencies bigint[] NOT NULL DEFAULT '{}',"
    " words tsvector NOT NULL,"
    " CONSTRAINT searchable_kind_is_known CHECK (kind IN ('agenda', 'minutes'))"
    ") WITH (toast_tuple_target = 128, autovacuum_vacuum_scale_factor = 0.02)",
    "CREATE TABLE searchable_waiting (id bigserial PRIMARY KEY, agenda_item bigint NOT NULL)",
    "CREATE TABLE searchable_action ("
    " action bigint PRIMARY KEY REFERENCES action (id) ON DELETE CASCADE,"
    " words tsvector NOT NULL"
    ") WITH (toast_tuple_target = 128)",
    "CREATE TABLE search_asked ("
    " id bigserial PRIMARY KEY,"
    " person bigint NOT NULL REFERENCES person (id) ON DELETE CASCADE,"
    " asked jsonb NOT NULL,"
    " asked_at timestamptz NOT NULL)",
)

# A text with more words than one row may hold is found by those it begins with.
WORDS = """
CREATE FUNCTION searchable_words(names text, body text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    named tsvector := setweight(to_tsvector('simple', left(names, 2000)), 'A')
        || setweight(to_tsvector('english', left(names, 2000)), 'B');
    most int := 400000;
BEGIN
    LOOP
        BEGIN
            RETURN named || to_tsvector('english', left(body, most));
        EXCEPTION WHEN program_limit_exceeded THEN
            most := most / 4;
        END;
    END LOOP;
END $$
"""

# As fixed_text/rules.printed_item prints it; the words of a marked section stand in a row of their own.
MAKE = """
CREATE FUNCTION make_searchable(these bigint[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM searchable WHERE agenda_item = ANY(these);
    INSERT INTO searchable (agenda_item, meeting, kind, issued, words)
    SELECT i.id, i.meeting, 'agenda', coalesce(v.items @> jsonb_build_array(jsonb_build_object('item', i.id)), false),
        searchable_words(concat_ws(' ', c.name, c.child_ref, i.title), i.reason)
    FROM agenda_item i LEFT JOIN child c ON c.id = i.child
    LEFT JOIN LATERAL (SELECT items FROM agenda_version v WHERE v.meeting = i.meeting ORDER BY number DESC LIMIT 1) v
        ON true
    WHERE i.id = ANY(these) AND i.status = 'on-agenda';
    INSERT INTO searchable (agenda_item, meeting, kind, restricted, allowed_people, allowed_agencies, words)
    SELECT said.item, said.meeting, 'minutes', said.mark IS NOT NULL,
        ARRAY(SELECT n::text::bigint FROM jsonb_path_query(said.mark, '$.people[*] ? (@.type() == "number")') n),
        ARRAY(SELECT n::text::bigint FROM jsonb_path_query(said.mark, '$.agencies[*] ? (@.type() == "number")') n),
        searchable_words(min(said.names), string_agg(said.text, E'\\n\\n'))
    FROM (
        SELECT i.id AS item, i.meeting, concat_ws(' ', c.name, c.child_ref, i.title) AS names, part.text,
            CASE WHEN jsonb_path_exists(m.mark, '$.people[*]') OR jsonb_path_exists(m.mark, '$.agencies[*]')
                THEN m.mark - 'source' END AS mark
        FROM agenda_item i LEFT JOIN child c ON c.id = i.child JOIN discussion d ON d.agenda_item = i.id
        JOIN discussion_revision r ON r.discussion = d.id AND r.version = d.version
        CROSS JOIN LATERAL (
            SELECT key, value AS text FROM jsonb_each_text(coalesce(r.text -> 'sections', '{}'))
            UNION ALL
            SELECT key, value FROM jsonb_each_text(r.text) WHERE key IN ('risk_rationale', 'decision', 'rationale')
                OR (key = 'closed_despite' AND r.text ->> 'case_decision' = 'close')
        ) part CROSS JOIN LATERAL (SELECT r.text -> 'marks' -> part.key AS mark) m
        WHERE i.id = ANY(these) AND i.status = 'on-agenda' AND part.text <> ''
            AND coalesce(r.text ->> 'outcome', '') <> 'not-reached'
    ) said GROUP BY said.item, said.meeting, said.mark;
$$
"""

MAKE_OF_ACTIONS = """
CREATE FUNCTION make_actions_searchable(these bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO searchable_action (action, words)
    SELECT a.id, searchable_words(concat_ws(' ', c.name, c.child_ref, a.action_ref),
        concat_ws(E'\\n\\n', a.text, (SELECT string_agg(u.note, E'\\n\\n') FROM action_update u WHERE u.action = a.id)))
    FROM action a LEFT JOIN child c ON c.id = a.child WHERE a.id = ANY(these)
    ON CONFLICT (action) DO UPDATE SET words = excluded.words;
$$
"""


def keeps(name: str, on: str, does: str) -> tuple[str, str]:
    """A trigger function and its trigger."""
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {does}; RETURN NULL; END $$",
        f"CREATE TRIGGER {name} {on} EXECUTE FUNCTION {name}()",
    )


TRIGGERS = (
    *keeps(
        "a_saved_text_waits",
        "AFTER INSERT ON discussion_revision FOR EACH ROW",
        "INSERT INTO searchable_waiting (agenda_item) SELECT agenda_item FROM discussion WHERE id = NEW.discussion",
    ),
    *keeps(
        "a_new_item_waits",
        "AFTER INSERT ON agenda_item FOR EACH ROW",
        "INSERT INTO searchable_waiting (agenda_item) VALUES (NEW.id)",
    ),
    *keeps(
        "a_changed_item_waits",
        "AFTER UPDATE OF status, child, title, reason ON agenda_item FOR EACH ROW"
        " WHEN ((OLD.status, OLD.child, OLD.title, OLD.reason)"
        " IS DISTINCT FROM (NEW.status, NEW.child, NEW.title, NEW.reason))",
        "INSERT INTO searchable_waiting (agenda_item) VALUES (NEW.id)",
    ),
    *keeps(
        "an_issued_agenda_waits",
        "AFTER INSERT ON agenda_version FOR EACH ROW",
        "INSERT INTO searchable_waiting (agenda_item) SELECT id FROM agenda_item WHERE meeting = NEW.meeting",
    ),
    *keeps(
        "a_renamed_child_waits",
        "AFTER UPDATE OF name, child_ref ON child FOR EACH ROW"
        " WHEN ((OLD.name, OLD.child_ref) IS DISTINCT FROM (NEW.name, NEW.child_ref))",
        "INSERT INTO searchable_waiting (agenda_item) SELECT id FROM agenda_item WHERE child = NEW.id; "
        "PERFORM make_actions_searchable(ARRAY(SELECT id FROM action WHERE child = NEW.id))",
    ),
    *keeps(
        "new_actions_are_searchable",
        "AFTER INSERT ON action REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
        "PERFORM make_actions_searchable(ARRAY(SELECT id FROM added))",
    ),
    *keeps(
        "a_changed_action_is_searchable",
        "AFTER UPDATE OF text, child, action_ref ON action FOR EACH ROW"
        " WHEN ((OLD.text, OLD.child, OLD.action_ref) IS DISTINCT FROM (NEW.text, NEW.child, NEW.action_ref))",
        "PERFORM make_actions_searchable(ARRAY[NEW.id])",
    ),
    *keeps(
        "words_on_actions_are_searchable",
        "AFTER INSERT ON action_update REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
        "PERFORM make_actions_searchable(ARRAY(SELECT DISTINCT action FROM added WHERE note <> ''))",
    ),
)

FILL = (
    ("SELECT id FROM agenda_item ORDER BY id", "SELECT make_searchable($1::bigint[])::text"),
    ("SELECT id FROM action ORDER BY id", "SELECT make_actions_searchable($1::bigint[])::text"),
)
AT_ONCE = 1000
AN_HOUR = 3600.0
"""An index over all words of a large authority takes longer than a statement is usually given."""

INDEXES = (
    "CREATE INDEX searchable_words_index ON searchable USING gin (words)",
    "CREATE INDEX searchable_item ON searchable (agenda_item)",
    "CREATE INDEX searchable_meeting ON searchable (meeting)",
    "CREATE INDEX searchable_action_words_index ON searchable_action USING gin (words)",
    "CREATE INDEX search_asked_person ON search_asked (person, asked_at)",
    "CREATE INDEX action_without_meeting ON action (issued_on) WHERE meeting IS NULL",
    "ANALYZE searchable",
    "ANALYZE searchable_action",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="homeward", description=DESCRIPTION)

    async def run() -> None:
        from app import database

        for statement in (*TABLES, WORDS, MAKE, MAKE_OF_ACTIONS, *TRIGGERS):
            await database.execute(statement)
        for which, make in FILL:
            ids = [row["id"] for row in await database.fetch(which)]
            for start in range(0, len(ids), AT_ONCE):
                await database.fetch_value(make, ids[start : start + AT_ONCE])
        async with database.connection() as connection:
            for statement in INDEXES:
                await connection.execute(statement, timeout=AN_HOUR)

    manager.add_raw(run)
    return manager
