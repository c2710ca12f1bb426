"""`homeward export ssda903`: the statutory missing table of a year as a file on this machine."""

import os
from pathlib import Path
from typing import NoReturn

import click

from app import database
from app.door import Door
from app.figures.ssda903.files import table_file
from app.figures.ssda903.mending import StatutoryTable
from app.figures.ssda903.queries import statutory_table
from app.figures.ssda903.rules import StatutoryYear, read_year
from app.history.changes import record

SOME_LEFT_OUT = 3
PRINTED = 20


@click.group("export")
def export() -> None:
    """Writes a statutory table to a file."""


@export.command("ssda903")
@click.option("--year", "asked", required=True, help="The statutory year, such as 2025-26.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def export_ssda903(door: Door, asked: str, file: Path) -> None:
    """Writes the SSDA903 missing table of a year to FILE.

    Exit code 0: every episode of children looked after is in it; 3: some cannot be; 2: nothing was written.
    """
    year = read_year(asked)
    if year is None:
        _refuse(f"--year: “{asked}” is no statutory year. Write it as 2025-26.")
    table = door.run(lambda: _table(door, year))
    try:
        # names children by their reference: for whoever runs the command alone
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as written:
            written.write(table_file(table))
    except OSError as problem:
        _refuse(f"The file cannot be written: {problem.strerror}. Check its path.")
    _print(table)
    raise SystemExit(SOME_LEFT_OUT if table.left_out else 0)


async def _table(door: Door, year: StatutoryYear) -> StatutoryTable:
    async with database.transaction():
        table = await statutory_table(year, door.settings.authority_names)
        await record(
            None,
            "missing table read",
            "missing table",
            [year.began],
            now=door.clock(),
            children={row.child_id for row in table.rows},
            details={"year": year.label, "form": "command"},
        )
    return table


def _print(table: StatutoryTable) -> None:
    """No reference of a child: what is printed ends up in logs."""
    click.echo(
        f"{len(table.rows):,} rows of {table.children:,} children, {table.year.words}. "
        f"{len(table.mended):,} mended, {len(table.left_out):,} left out."
    )
    for left in table.left_out[:PRINTED]:
        click.echo(f"Left out: episode {left.episode_id}: {left.words}")
    if len(table.left_out) > PRINTED:
        click.echo(f"… and {len(table.left_out) - PRINTED:,} more; /figures/ssda903 has them all.")


def _refuse(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    raise SystemExit(2)


COMMANDS: list[click.Command] = [export]
