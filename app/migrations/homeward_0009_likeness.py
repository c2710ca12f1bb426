"""What children's records may have in common, kept beside them for finding two of one child; pending interviews."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0009-likeness"
VERSION = "1.38.0"
DESCRIPTION = "Marks that two records of one child share, and an index of pending interviews"

# Punctuation parts words, an apostrophe joins them. A mark is no longer than an index takes.
LIKENESS_OF = """
CREATE FUNCTION likeness_of(child_ref text, name text, born_on date, other_refs text[])
RETURNS TABLE (kind text, mark text) LANGUAGE sql STABLE AS $$
    SELECT 'word', (born_on - DATE '2000-01-01') || ' ' || left(w, 100)
    FROM string_to_table(translate(lower(name), '-,./()’''', '      '), ' ') w
    WHERE born_on IS NOT NULL AND length(w) > 1
    UNION
    SELECT 'initials', (born_on - DATE '2000-01-01')::text
    WHERE born_on IS NOT NULL AND name <> '' AND NOT EXISTS (
        SELECT FROM string_to_table(translate(lower(name), '-,./()’''', '      '), ' ') w WHERE length(w) > 1)
    UNION
    SELECT 'bears', left(lower(btrim(r)), 100) FROM unnest(other_refs) r WHERE btrim(r) <> ''
    UNION
    SELECT 'is', left(lower(child_ref), 100)
$$
"""

SAID = "{0}.child_ref, {0}.name, {0}.born_on, {0}.other_refs"
MARKED = (
    f"INSERT INTO likeness (child, kind, mark) SELECT m.id, l.kind, l.mark FROM made m {{joined}}"
    f"CROSS JOIN LATERAL likeness_of({SAID.format('m')}) l WHERE m.merged_into IS NULL{{only}};"
)
DIFFERS = f"ROW ({SAID.format('m')}, m.merged_into) IS DISTINCT FROM ROW ({SAID.format('h')}, h.merged_into)"

# Once for each statement, however many children it brings.
KEEP_LIKENESS = f"""
CREATE FUNCTION keep_likeness() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        {MARKED.format(joined="", only="")}
    ELSE
        DELETE FROM likeness l USING made m JOIN held h ON h.id = m.id WHERE l.child = m.id AND {DIFFERS};
        {MARKED.format(joined="JOIN held h ON h.id = m.id ", only=f" AND {DIFFERS}")}
    END IF;
    RETURN NULL;
END $$
"""

STATEMENTS = (
    "CREATE INDEX interview_pending ON interview (id) WHERE outcome = 'pending'",
    "CREATE TABLE likeness ("
    " child bigint NOT NULL REFERENCES child (id) ON DELETE CASCADE,"
    " kind varchar(10) NOT NULL,"
    ' mark text COLLATE "C" NOT NULL,'
    " PRIMARY KEY (child, kind, mark))",
    LIKENESS_OF,
    KEEP_LIKENESS,
    "CREATE TRIGGER child_is_like AFTER INSERT ON child REFERENCING NEW TABLE AS made"
    " FOR EACH STATEMENT EXECUTE FUNCTION keep_likeness()",
    "CREATE TRIGGER child_is_like_after AFTER UPDATE ON child REFERENCING OLD TABLE AS held NEW TABLE AS made"
    " FOR EACH STATEMENT EXECUTE FUNCTION keep_likeness()",
    "INSERT INTO likeness (child, kind, mark) SELECT c.id, l.kind, l.mark FROM child c"
    f" CROSS JOIN LATERAL likeness_of({SAID.format('c')}) l WHERE c.merged_into IS NULL",
    "CREATE INDEX likeness_mark ON likeness (kind, mark, child)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="homeward", description=DESCRIPTION)

    async def run() -> None:
        from app import database

        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
