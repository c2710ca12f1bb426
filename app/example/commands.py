"""The command `homeward demo`: loads the example authority into an empty database and says how to sign in."""

import click

from app.door import Door
from app.example.changes import NotEmpty, load_example
from app.example.people import PASSWORD
from app.example.queries import counts, example_is_here, is_empty
from app.people.rules import EXAMPLE_EMAILS


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Do nothing where people or children are there.")
@click.pass_obj
def demo(door: Door, if_empty: bool) -> None:
    """Loads the example authority: invented children, meetings, minutes and actions."""

    async def load() -> tuple[dict[str, int] | None, bool]:
        if if_empty and not await is_empty():
            return None, await example_is_here()
        await load_example(door.settings, door.clock)
        return await counts(), True

    try:
        loaded, has_example = door.run(load)
    except NotEmpty as problem:
        click.echo(str(problem), err=True)
        raise SystemExit(2) from None
    if loaded is None:
        click.echo("People or children are there already; no example was loaded.")
    else:
        click.echo(
            "Loaded the example authority: " + ", ".join(f"{n:,} {what}" for what, n in loaded.items())
        )
    if has_example:
        click.echo(f"Sign in at {door.settings.base_url} as one of")
        for email in EXAMPLE_EMAILS:
            click.echo(f"  {email}")
        click.echo(f"each with the password {PASSWORD}")


COMMANDS = [demo]
