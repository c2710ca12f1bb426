"""The append-only record of changes and reads, and the seals over it."""

from piccolo.columns import JSONB, Array, BigInt, BigSerial, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table


class HistoryEntry(Table):
    id = BigSerial(primary_key=True)
    happened_at = Timestamptz(default=TimestamptzNow(), null=False)
    person_id = BigInt(default=None, null=True)
    kind = Varchar(length=60, default=None, null=False)
    about = Varchar(length=40, default=None, null=False)
    about_ids = Array(base_column=BigInt(), default=list, null=False)
    child_ids = Array(base_column=BigInt(), default=list, null=False)
    details = JSONB(default="{}", null=False)
    submission_key = Text(default=None, null=True, unique=True)


class HistorySeal(Table):
    """One link of the chain: a keyed hash over a batch of entries and over the link before."""

    id = BigSerial(primary_key=True)
    first_id = BigInt(default=None, null=False)
    last_id = BigInt(default=None, null=False)
    entries = BigInt(default=None, null=False)
    entry_ids = Array(base_column=BigInt(), default=list, null=False)
    seal = Text(default=None, null=False)
    sealed_at = Timestamptz(default=TimestamptzNow(), null=False)
