"""Messages written in the transaction of the change that causes them, sent afterwards."""

from piccolo.columns import BigInt, BigSerial, Integer, Text, Timestamptz
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check
from piccolo.table import Table


class OutboxMessage(Table):
    """One message; `calendar` is an iCalendar text that goes with it, `calendar_method` REQUEST or CANCEL.

    `problem` and `bounce` are the mail servers' words: the first when one was asked to take it, the second when it
    came back later. `settled_at`: a person has seen to it that it did not arrive.
    """

    id = BigSerial(primary_key=True)
    person_id = BigInt(default=None, null=True)
    recipient = Text(default=None, null=False)
    subject = Text(default=None, null=False)
    body = Text(default=None, null=False)
    calendar = Text(default="", null=False)
    calendar_method = Text(default="", null=False)
    message_id = Text(default=None, null=False, unique=True)
    written_at = Timestamptz(default=TimestamptzNow(), null=False)
    run_at = Timestamptz(default=TimestamptzNow(), null=False)
    lease_until = Timestamptz(default=None, null=True)
    attempts = Integer(default=0, null=False)
    sent_at = Timestamptz(default=None, null=True)
    failed_at = Timestamptz(default=None, null=True)
    problem = Text(default="", null=False)
    bounced_at = Timestamptz(default=None, null=True)
    bounce = Text(default="", null=False)
    settled_at = Timestamptz(default=None, null=True)


class JobRound(Table):
    """One row: when a round of the recurring jobs last began, in whatever process."""

    id = BigInt(primary_key=True, default=1)
    began_at = Timestamptz(default=None, null=False)

    job_round_is_one_row = Check("id = 1")
