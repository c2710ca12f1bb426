"""Addenda are searched with the minutes they stand under."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0027-addenda-found"
VERSION = "1.38.0"
DESCRIPTION = "Search finds the words of addenda"

# As before, with the accepted corrections of the item. Who sees the item reads them, whatever sections are marked.
# An addendum to the minutes as a whole stands under their first item that everybody sees.
MAKE = """
CREATE OR REPLACE FUNCTION make_searchable(these bigint[]) RETURNS void LANGUAGE sql AS $$
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
        UNION ALL
        SELECT i.id, i.meeting, concat_ws(' ', c.name, c.child_ref, i.title), a.words, NULL
        FROM agenda_item i LEFT JOIN child c ON c.id = i.child
        JOIN minutes n ON n.meeting = i.meeting JOIN minutes_correction a ON a.minutes = n.id
        WHERE i.id = ANY(these) AND i.status = 'on-agenda' AND a.status = 'accepted'
            AND i.id = coalesce(a.agenda_item, item_of_whole_addenda(i.meeting))
    ) said GROUP BY said.item, said.meeting, said.mark;
$$
"""

ITEM = """
CREATE FUNCTION item_of_whole_addenda(this bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT id FROM agenda_item WHERE meeting = this AND status = 'on-agenda' AND NOT restricted
    ORDER BY position, id LIMIT 1
$$
"""

STATEMENTS = (
    ITEM,
    MAKE,
    "CREATE FUNCTION an_addendum_waits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " INSERT INTO searchable_waiting (agenda_item) SELECT i FROM (SELECT coalesce(NEW.agenda_item,"
    " (SELECT item_of_whole_addenda(n.meeting) FROM minutes n WHERE n.id = NEW.minutes)) AS i) x"
    " WHERE i IS NOT NULL; RETURN NULL; END $$",
    "CREATE TRIGGER an_addendum_waits AFTER UPDATE OF status ON minutes_correction FOR EACH ROW"
    " WHEN (NEW.status = 'accepted') EXECUTE FUNCTION an_addendum_waits()",
    "INSERT INTO searchable_waiting (agenda_item) SELECT DISTINCT i FROM (SELECT coalesce(a.agenda_item,"
    " item_of_whole_addenda(n.meeting)) AS i FROM minutes_correction a JOIN minutes n ON n.id = a.minutes"
    " WHERE a.status = 'accepted') x WHERE i IS NOT NULL",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="homeward", description=DESCRIPTION)

    async def run() -> None:
        from app import database

        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
