"""`homeward mail bounced`: what a mail server pipes in when a message comes back. No policy."""

from typing import BinaryIO

import click

from app.door import Door
from app.lifecycle import MovedOn, Refused
from app.outbox.bounces.changes import note_bounce
from app.outbox.bounces.rules import LARGEST, Notification, UnreadableNotification, read_notification


@click.group()
def mail() -> None:
    """What the mail server tells about messages it took."""


@mail.command()
@click.argument("file", type=click.File("rb"))
@click.pass_obj
def bounced(door: Door, file: BinaryIO) -> None:
    """Notes that a message came back, from a delivery status notification in FILE (- for standard input).

    The administrators' page of messages shows it then, with what the other server said.
    """
    try:
        notification = read_notification(file.read(LARGEST + 1))
    except UnreadableNotification as problem:
        raise click.ClickException(str(problem)) from None
    if not notification.is_final:
        click.echo("This notification does not say that a message came back; nothing was noted.")
        return
    try:
        click.echo(f"Noted: message {door.run(lambda: _note(door, notification))} came back.")
    except MovedOn as moved:
        click.echo(str(moved))
    except Refused as problem:
        raise click.ClickException(problem.sentence) from None


async def _note(door: Door, notification: Notification) -> int:
    return await note_bounce(notification, door.clock())
