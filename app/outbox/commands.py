"""`homeward jobs run`: the job loop on its own, and what the outbox holds. No policy."""

import asyncio
import signal

import click

from app.door import Door
from app.outbox.bounces.commands import mail
from app.outbox.loop import JobLoop
from app.outbox.queries import failed_messages, outbox_state


@click.group()
def jobs() -> None:
    """The recurring jobs: messages, seals."""


@jobs.command()
@click.option("--once", is_flag=True, help="Run every job once and stop.")
@click.pass_obj
def run(door: Door, once: bool) -> None:
    """Run the recurring jobs until stopped; the web server does so by itself unless told --no-jobs."""
    door.run(lambda: _round(door) if once else _rounds(door))


async def _round(door: Door) -> None:
    for name, count in (await JobLoop(door, door.jobs).run_once()).items():
        click.echo(f"{name.replace('_', ' ')}: {count}")
    state = await outbox_state()
    click.echo(f"messages waiting: {state.waiting}, not arrived: {state.failed}")
    for message in await failed_messages(most=10):
        click.echo(f"  message {message.id} to {message.recipient}: {message.said}")


async def _rounds(door: Door) -> None:
    loop = JobLoop(door, door.jobs)
    for number in (signal.SIGTERM, signal.SIGINT):
        # a round under way ends first: a letter just handed over is noted as sent and does not go twice
        asyncio.get_running_loop().add_signal_handler(number, loop.stop)
    click.echo("Running jobs; stop with Ctrl+C.")
    await loop.run()


COMMANDS: list[click.Command] = [jobs, mail]
