"""Wolverhampton's paragraphs: who met the threshold and came back, who was missing, which interviews followed. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.figures.papers.rules.sheets import (
    Asking,
    Cell,
    Line,
    Piece,
    Sheet,
    Table,
    Values,
    count_in,
    counts_of,
    share_in,
)
from app.figures.rules import Share, Value
from app.panels.words import counted
from app.windows import Window

NOTHING_MET = "nobody met the threshold"


@dataclass(frozen=True)
class Answers:
    """`panel`: whose recall is told; `overseen`: repeatedly missing children with management oversight on file."""

    panel: str
    recall: Values
    missing: Values
    interviews: Values
    overseen: Share


def sheet(asking: Asking, answers: Answers) -> Sheet:
    return Sheet(
        paragraphs=(_recall(asking, answers), _missing(asking, answers), _interviews(asking, answers)),
        tables=(_table(asking, answers),),
        notes=tuple(_notes(asking, answers)),
    )


def _recall(asking: Asking, answers: Answers) -> tuple[Piece, ...]:
    met = count_in(answers.recall, "met_threshold")
    window = Window(asking.question.from_on, asking.question.to_on)
    begin = f"From {window.words}, "
    at = _at(asking, "recall")
    if not met:
        return (Piece(f"{begin}{NOTHING_MET} of {answers.panel}."),)
    return (
        Piece(begin),
        Piece(f"{met:,}", at),
        Piece(f" {'person' if met == 1 else 'people'} met the threshold of {answers.panel}. Of these, "),
        _share(asking, answers.recall, "closed_of_met", at),
        Piece(" have been closed because the risk is reduced; "),
        _share(asking, answers.recall, "recalled_of_met", at),
        Piece(" were recalled after a closure, and for "),
        _share(asking, answers.recall, "sustained_of_met", at),
        Piece(" the progress was sustained."),
    )


def _missing(asking: Asking, answers: Answers) -> tuple[Piece, ...]:
    at = _at(asking, "missing")
    episodes, children = (count_in(answers.missing, key) for key in ("episodes", "children"))
    repeat = count_in(answers.missing, "repeat_children")
    pieces = [
        Piece(f"There {'was' if episodes == 1 else 'were'} "),
        Piece(f"{episodes:,}", at),
        Piece(f" missing {'episode' if episodes == 1 else 'episodes'} of "),
        Piece(f"{children:,}", at),
        Piece(f" {_children(children)}; "),
        Piece(f"{repeat:,}", at),
        Piece(f" of them {'was' if repeat == 1 else 'were'} missing three times or more."),
    ]
    if answers.overseen.denominator:
        pieces.append(
            Piece(
                f" Management oversight is on file for {answers.overseen.numerator:,} of these "
                f"{answers.overseen.denominator:,}."
            )
        )
    return tuple(pieces)


def _interviews(asking: Asking, answers: Answers) -> tuple[Piece, ...]:
    at = _at(asking, "interviews")
    said = answers.interviews
    declined, by, often = (
        count_in(said, key) for key in ("declined_episodes", "declined_children", "declined_repeat_children")
    )
    return (
        Piece("Return home interviews were completed for "),
        _share(asking, said, "completed_of_eligible", at),
        Piece(" of the episodes after which one was due, and for "),
        _share(asking, said, "completed_of_eligible_repeat", at),
        Piece(" of those of children missing three times or more. "),
        Piece(f"{declined:,}", at),
        Piece(f" {'was' if declined == 1 else 'were'} declined by "),
        Piece(f"{by:,}", at),
        Piece(f" {_children(by)}, "),
        Piece(f"{often:,}", at),
        Piece(" of whom had been missing three times or more."),
    )


def _children(number: int) -> str:
    return "child" if number == 1 else "children"


def _share(asking: Asking, values: Values, key: str, at: str) -> Piece:
    share = share_in(values, key)
    return Piece(f"{asking.per_cent(share)} ({counts_of(share)})", at)


def _at(asking: Asking, figure: str) -> str:
    panel = asking.question.panel if figure == "recall" else None
    return asking.figure_at(figure, asking.question.from_on, asking.question.to_on, panel=panel or "")


def _table(asking: Asking, answers: Answers) -> Table:
    return Table(
        "The figures in these paragraphs",
        ("Figure", "Number"),
        tuple(
            Line(label, (cell,))
            for label, cell in [
                *_cells(
                    asking,
                    "recall",
                    answers.recall,
                    ("met_threshold", "closed_of_met", "recalled_of_met", "sustained_of_met", "recalled_12m"),
                ),
                *_cells(asking, "missing", answers.missing, ("episodes", "children", "repeat_children")),
                (answers.overseen.label, asking.cell(answers.overseen)),
                *_cells(
                    asking,
                    "interviews",
                    answers.interviews,
                    (
                        "completed_of_eligible",
                        "completed_of_eligible_repeat",
                        "declined_episodes",
                        "declined_children",
                        "declined_repeat_children",
                        "followed_up_after_decline",
                        "unaccounted",
                    ),
                ),
            ]
        ),
    )


def _cells(asking: Asking, figure: str, values: Values, keys: Iterable[str]) -> list[tuple[str, Cell]]:
    window = asking.question.from_on, asking.question.to_on
    panel = asking.question.panel if figure == "recall" else None
    return [
        (values[key].label, asking.cell(values[key], asking.rows_at(figure, key, *window, panel=panel or "")))
        for key in keys
    ]


def _notes(asking: Asking, answers: Answers) -> list[str]:
    fair, unaccounted = share_in(answers.recall, "recalled_12m"), answers.interviews["unaccounted"]
    ends = fair.interval
    followed = (
        f"Of {counted(fair.denominator, 'closure')} followed for twelve full months, {fair.numerator:,} "
        f"{'was' if fair.numerator == 1 else 'were'} recalled ({fair.whole_percent} %, likely between {ends[0]} % and "
        f"{ends[1]} %)."
        if ends
        else "No closure of this window has been followed for twelve full months yet."
    )
    assert isinstance(unaccounted, Value)
    notes = [
        "Recalled as the paper prints it flatters: most people whose case is still open cannot be recalled, and yet "
        f"they are among those counted. {followed}",
        "Per cents are rounded, halves up, each from its own counts.",
        "Episodes are those that began in the window. Interviews are of episodes that ended in it, once 72 hours have "
        "passed and unless none is required; so their number can differ from the episodes.",
        f"Unaccounted for, without an outcome on record: {unaccounted.value:,}. The paper leaves its own unsaid.",
        "Management oversight is on file where an open case of the child has it, or the case closed last where none is "
        "open. Three times or more is counted within the window.",
    ]
    if asking.question.authority != "all" or asking.question.placed != "all":
        notes.append("Whose child it is comes from the child’s record for people who met the threshold.")
    return notes
