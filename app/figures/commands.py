"""`homeward figures`: one figure as a table to read, or as JSON for other programs. Nothing is changed."""

import json
from typing import NoReturn

import click

from app import database
from app.door import Door
from app.figures.catalogue import FIGURES, FigureKind, answered, figure_for
from app.figures.queries import panels_for_figures
from app.figures.questions.rules import Asked, definition_problem, read_question
from app.figures.rules import Figure, Question
from app.figures.words import range_words, said, window_words


class Unreadable(Exception):
    """A question that makes no sense; `sentences` say what to mend."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(*sentences)
        self.sentences = sentences


@click.command("figures", epilog=f"Figures: {', '.join(FIGURES)}.")
@click.argument("name")
@click.option("--from", "from_", required=True, help="The first day of the window, such as 2026-01-01.")
@click.option("--to", required=True, help="The day after the last day of the window.")
@click.option("--panel", default="", help="The slug of a panel, for figures about panels.")
@click.option("--authority", default="all", help="all, own or ola (children of other local authorities).")
@click.option("--placed", default="all", help="all, here or away.")
@click.option("--legal-status", default="all", help="cla, cp, cin or none.")
@click.option("--age-band", default="all", help="under-10, 10-12, 13-15, 16-17 or 18-and-over.")
@click.option("--as-at", default="", help="Count as things stood at the end of this day.")
@click.option("--known-at", default="", help="Count what had been recorded by this moment.")
@click.option("--definition", default="", help="Count only if this version holds now, such as recall/2.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for other programs.")
@click.pass_obj
def figures(
    door: Door, name: str, from_: str, to: str, definition: str, as_json: bool, **filters: str
) -> None:
    """Prints figure NAME for a window of London dates."""
    kind = FIGURES.get(name)
    if kind is None:
        _refuse([f"There is no figure “{name}”. The figures are: {', '.join(FIGURES)}."])
    another = definition_problem(kind.definition, definition)
    if another:
        _refuse([f"--definition: {another}."])
    given = {"from": from_, "to": to, **filters}
    try:
        question, figure = door.run(lambda: _count(door, kind, given))
    except Unreadable as problem:
        _refuse(problem.sentences)
    if as_json:
        click.echo(json.dumps(answered(kind, question, figure), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(kind, question, figure)))


async def _count(door: Door, kind: FigureKind, given: dict[str, str]) -> tuple[Question, Figure]:
    async with database.transaction():
        panels = [panel.slug for panel in await panels_for_figures()]
        asked = read_question(given, now=door.clock(), own_names=door.settings.authority_names, panels=panels)
        if asked.question is None:
            raise Unreadable(_sentences(asked, panels))
        return asked.question, await figure_for(kind, asked.question)


def _sentences(asked: Asked, panels: list[str]) -> list[str]:
    lines = [f"--{name.replace('_', '-')}: {sentence}." for name, sentence in asked.errors.items()]
    return [*lines, f"The panels are: {', '.join(panels)}."] if "panel" in asked.errors else lines


def _refuse(lines: list[str]) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    raise SystemExit(2)


def _lines(kind: FigureKind, question: Question, figure: Figure) -> list[str]:
    width = max(len(value.label) for value in figure.values)
    lines = [f"{kind.definition.title} ({kind.definition.reference})", window_words(question)]
    lines += [f"Left aside, since it means nothing here: {name}" for name in figure.not_applied]
    lines.append("")
    for value in figure.values:
        lines.append(f"{value.label.ljust(width)}  {said(value)}{range_words(value)}")
    return lines


COMMANDS = [figures]
