"""The `homeward` command, made from the house."""

import signal
import sys

import click

from app import backup, house
from app.database import DatabaseProblem
from app.example import commands as example
from app.house import House, create_house
from app.migrating import MigrationsPending, migrate
from app.settings import SettingProblem, read_settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def homeward(context: click.Context) -> None:
    """Homeward: the panels about missing and exploited children."""
    context.obj = create_house(read_settings())


@homeward.command("settings")
@click.pass_obj
def settings(built: House) -> None:
    """Prints every setting, secrets masked."""
    for line in built.settings.lines():
        click.echo(line)


@homeward.command("migrate")
@click.pass_obj
def migrate_command(built: House) -> None:
    """Brings the database up to date; safe to run twice."""
    ran = built.run(migrate, bring_up=False)
    click.echo(f"{len(ran)} migrations ran." if ran else "The database is up to date.")


@homeward.command("serve")
@click.option(
    "--no-jobs", is_flag=True, help="Serve pages alone; `homeward jobs run` does the rest elsewhere."
)
@click.pass_obj
def serve(built: House, no_jobs: bool) -> None:
    """The web server and, unless --no-jobs, the job loop."""
    from app.main import serve as serve_forever

    # uvicorn would skip atexit and leave the embedded PostgreSQL behind
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    serve_forever(built, with_jobs=not no_jobs)


def main() -> None:
    """Runs the command; problems that a person can mend are one line, not a traceback."""
    for command in [*house.commands(), *backup.COMMANDS, *example.COMMANDS]:
        homeward.add_command(command)
    try:
        homeward.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except (SettingProblem, DatabaseProblem, MigrationsPending) as problem:
        click.echo(str(problem), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
