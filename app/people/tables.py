"""The tables of people: agencies, persons, invitations, sessions and sign-in attempts. No behaviour."""

from piccolo.columns import Array, BigSerial, Boolean, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check
from piccolo.table import Table


class Agency(Table):
    id = BigSerial(primary_key=True)
    name = Text(default=None, null=False, unique=True)
    kind = Varchar(length=30, default="other", null=False)
    active = Boolean(default=True, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    agency_kind_is_known = Check(
        "kind IN ('police', 'health', 'education', 'social-care', 'youth-justice', 'charity', 'other')"
    )


class Person(Table):
    id = BigSerial(primary_key=True)
    email = Text(default=None, null=False, unique=True)
    name = Text(default=None, null=False)
    agency = ForeignKey(Agency, on_delete=OnDelete.restrict, default=None, null=False)
    roles = Array(base_column=Varchar(), default=list, null=False)
    password_hash = Text(default=None, null=True)
    line_lead: ForeignKey = ForeignKey("self", on_delete=OnDelete.restrict, default=None, null=True)
    disabled_at = Timestamptz(default=None, null=True)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    person_does_not_lead_itself = Check("line_lead <> id")
    person_email_is_one_word = Check("email !~ '[[:space:][:cntrl:]]'")


class Post(Table):
    """A post of an agency, such as a duty desk: who holds it now, and who covers for them."""

    id = BigSerial(primary_key=True)
    agency = ForeignKey(Agency, on_delete=OnDelete.restrict, default=None, null=False)
    name = Text(default=None, null=False)
    holder = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    cover = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=True)
    ended_at = Timestamptz(default=None, null=True)
    version = Integer(default=1, null=False)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)

    post_cover_is_another = Check("cover <> holder")


class Invitation(Table):
    """A one-time link to set a password; only the hash of its token is kept."""

    id = BigSerial(primary_key=True)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    token_hash = Text(default=None, null=False, unique=True)
    made_at = Timestamptz(default=None, null=False)
    expires_at = Timestamptz(default=None, null=False)
    used_at = Timestamptz(default=None, null=True)


class Session(Table):
    """A signed-in browser; only the hash of its id is kept."""

    id = BigSerial(primary_key=True)
    token_hash = Text(default=None, null=False, unique=True)
    person = ForeignKey(Person, on_delete=OnDelete.restrict, default=None, null=False)
    began_at = Timestamptz(default=None, null=False)
    last_seen_at = Timestamptz(default=None, null=False)


class SignInAttempt(Table):
    """A failed try, kept to slow down guessing; the address typed is hashed."""

    id = BigSerial(primary_key=True)
    email_hash = Text(default=None, null=False, index=True)
    address = Text(default="", null=False, index=True)
    tried_at = Timestamptz(default=None, null=False)
