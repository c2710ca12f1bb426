"""The command `homeward import`: the same rules as the page, for files on this machine."""

import json
from pathlib import Path

import click

from app.door import Door
from app.episodes.imports.catalogue import LAYOUTS, SLUGS, import_kind
from app.episodes.imports.kinds import ImportResult, Problem, Unusable
from app.episodes.imports.reading import LARGEST_FILE
from app.episodes.imports.running import run_import

UNUSABLE = 2
SOME_REJECTED = 3
PRINTED = 20


@click.command("import")
@click.argument("kind_name", metavar="KIND", type=click.Choice(SLUGS))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--layout", type=click.Choice(LAYOUTS), default="homeward", show_default=True)
@click.option("--dry-run", is_flag=True, help="Say what the file would do; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def import_file(door: Door, kind_name: str, file: Path, layout: str, dry_run: bool, as_json: bool) -> None:
    """Brings a CSV FILE of one KIND in.

    Exit code 0: no row was rejected; 3: some were, the others are in; 2: the file cannot be used, nothing changed.
    """
    try:
        result = _import(door, kind_name, layout, _content(file), dry_run)
    except Unusable as problem:
        click.echo(str(problem), err=True)
        raise SystemExit(UNUSABLE) from None
    if as_json:
        click.echo(json.dumps(result.as_json(), ensure_ascii=False, indent=2))
    else:
        _print(result, dry_run)
    raise SystemExit(SOME_REJECTED if result.rejected else 0)


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise Unusable(
                "The file is larger than 20 MB. Split it into smaller files and bring them one by one."
            )
        return file.read_bytes()
    except OSError as problem:
        raise Unusable(f"The file cannot be read: {problem.strerror}. Check its path.") from None


def _import(door: Door, kind_name: str, layout: str, content: bytes, dry_run: bool) -> ImportResult:
    kind = import_kind(kind_name, layout)
    if kind is None:
        raise Unusable(f"There is no layout {layout} for {kind_name}. Leave --layout out.")

    async def work() -> ImportResult:
        ran = await run_import(kind, content, who_id=None, now=door.clock(), dry_run=dry_run)
        return ran.result

    return door.run(work)


def _print(result: ImportResult, dry_run: bool) -> None:
    will = "would be " if dry_run else ""
    click.echo(
        f"{result.read:,} rows read: {result.added:,} {will}added, {result.updated:,} {will}updated, "
        f"{result.unchanged:,} unchanged, {len(result.rejected):,} rejected."
    )
    for title, problems in (("Rejected", result.rejected), ("Warning", result.warnings)):
        for problem in problems[:PRINTED]:
            click.echo(_line(title, problem))
        if len(problems) > PRINTED:
            click.echo(f"… and {len(problems) - PRINTED:,} more; --json prints all.")


def _line(title: str, problem: Problem) -> str:
    where = f", {problem.field}" if problem.field else ""
    return f"{title}: row {problem.row}{where}: {problem.problem}"


COMMANDS: list[click.Command] = [import_file]
