"""To whom minutes went, what was asked to be corrected in them, and how later meetings accepted them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "0014-circulation"
VERSION = "1.38.0"
DESCRIPTION = "Recipients of minutes, corrections with their addenda, and acceptance at later meetings"


def _kept(table: str) -> tuple[str, ...]:
    """The past of a table whose rows change."""
    return (
        f"CREATE TABLE {table}_past ("
        "id bigint NOT NULL, held_from timestamptz NOT NULL, held_until timestamptz NOT NULL,"
        ' "row" jsonb NOT NULL)',
        f"CREATE INDEX {table}_past_when ON {table}_past (id, held_from)",
        f"CREATE TRIGGER {table}_keeps_the_past BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION keep_the_past()",
        f"CREATE TRIGGER {table}_past_append_only BEFORE UPDATE OR DELETE ON {table}_past"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    )


STATEMENTS = (
    "CREATE TABLE minutes_recipient ("
    " id bigserial PRIMARY KEY,"
    " minutes bigint NOT NULL REFERENCES minutes (id) ON DELETE RESTRICT,"
    " person bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,"
    " status varchar(20) NOT NULL,"
    " reason text NOT NULL DEFAULT '',"
    " told_at timestamptz,"
    " reminded_at timestamptz,"
    " recorded_at timestamptz NOT NULL DEFAULT now(),"
    " CONSTRAINT minutes_recipient_once UNIQUE (minutes, person),"
    " CONSTRAINT minutes_recipient_status_is_known CHECK (status IN ('proposed', 'added', 'left-out')),"
    " CONSTRAINT minutes_recipient_by_hand_has_a_reason CHECK (status = 'proposed' OR reason <> ''),"
    " CONSTRAINT minutes_recipient_left_out_is_not_told CHECK (status <> 'left-out' OR told_at IS NULL))",
    "CREATE INDEX minutes_recipient_person ON minutes_recipient (person)",
    "CREATE INDEX minutes_recipient_not_reminded ON minutes_recipient (told_at)"
    " WHERE told_at IS NOT NULL AND reminded_at IS NULL",
    *_kept("minutes_recipient"),
    "CREATE TABLE minutes_correction ("
    " id bigserial PRIMARY KEY,"
    " minutes bigint NOT NULL REFERENCES minutes (id) ON DELETE RESTRICT,"
    " agenda_item bigint REFERENCES agenda_item (id) ON DELETE RESTRICT,"
    " stands text NOT NULL,"
    " should_say text NOT NULL,"
    " asked_by bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,"
    " asked_at timestamptz NOT NULL,"
    " status varchar(20) NOT NULL DEFAULT 'asked',"
    " number integer,"
    " words text NOT NULL DEFAULT '',"
    " decided_by bigint REFERENCES person (id) ON DELETE RESTRICT,"
    " decided_at timestamptz,"
    " recorded_at timestamptz NOT NULL DEFAULT now(),"
    " CONSTRAINT minutes_correction_number_once UNIQUE (minutes, number),"
    " CONSTRAINT minutes_correction_status_is_known CHECK (status IN ('asked', 'accepted', 'declined')),"
    " CONSTRAINT minutes_correction_accepted_has_a_number CHECK ((status = 'accepted') = (number IS NOT NULL)),"
    " CONSTRAINT minutes_correction_decided_with_words CHECK ((status <> 'asked') = (words <> '')),"
    " CONSTRAINT minutes_correction_decided_by_somebody"
    " CHECK ((status <> 'asked') = (decided_by IS NOT NULL AND decided_at IS NOT NULL)))",
    "CREATE INDEX minutes_correction_minutes ON minutes_correction (minutes, asked_at)",
    "CREATE INDEX minutes_correction_item ON minutes_correction (agenda_item)",
    *_kept("minutes_correction"),
    # an addendum is as fixed as the text it stands under, and a request's words are its asker's
    "CREATE TRIGGER minutes_correction_decided_once BEFORE UPDATE OR DELETE ON minutes_correction"
    " FOR EACH ROW WHEN (OLD.status <> 'asked') EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER minutes_correction_as_asked BEFORE UPDATE ON minutes_correction FOR EACH ROW"
    " WHEN ((OLD.minutes, OLD.agenda_item, OLD.stands, OLD.should_say, OLD.asked_by, OLD.asked_at)"
    " IS DISTINCT FROM (NEW.minutes, NEW.agenda_item, NEW.stands, NEW.should_say, NEW.asked_by, NEW.asked_at))"
    " EXECUTE FUNCTION refuse_change()",
    "CREATE TABLE minutes_acceptance ("
    " id bigserial PRIMARY KEY,"
    " minutes bigint NOT NULL REFERENCES minutes (id) ON DELETE RESTRICT,"
    " agenda_item bigint NOT NULL REFERENCES agenda_item (id) ON DELETE RESTRICT,"
    " verdict varchar(20) NOT NULL,"
    " remarks text NOT NULL DEFAULT '',"
    " saved_by bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,"
    " saved_at timestamptz NOT NULL,"
    " version integer NOT NULL DEFAULT 1,"
    " recorded_at timestamptz NOT NULL DEFAULT now(),"
    " CONSTRAINT minutes_acceptance_once UNIQUE (agenda_item, minutes),"
    " CONSTRAINT minutes_acceptance_verdict_is_known"
    " CHECK (verdict IN ('accepted', 'with-corrections', 'not-accepted')),"
    " CONSTRAINT minutes_acceptance_refusal_has_remarks CHECK (verdict <> 'not-accepted' OR remarks <> ''))",
    "CREATE INDEX minutes_acceptance_minutes ON minutes_acceptance (minutes)",
    *_kept("minutes_acceptance"),
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="homeward", description=DESCRIPTION)

    async def run() -> None:
        from app import database

        for statement in STATEMENTS:
            await database.execute(statement)

    manager.add_raw(run)
    return manager
