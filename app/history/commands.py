"""`homeward history verify`: does the record still stand as it was written?"""

import click

from app.door import Door
from app.history.sealing import verify


@click.group("history")
def history() -> None:
    """The record of changes and reads."""


@history.command("verify")
@click.pass_obj
def verify_command(door: Door) -> None:
    """Checks the seals; exits with 1 and names the first broken entry where one was changed."""
    broken, sealed, unsealed = door.run(lambda: verify(door.settings.secret_key, door.settings.data_dir))
    if broken:
        click.echo(broken.sentence, err=True)
        raise SystemExit(1)
    click.echo(f"{sealed} entries are sealed and as they were written. {unsealed} are not sealed yet.")


COMMANDS = [history]
