"""Thurrock's table: missing episodes and interviews by month, of children in care. Pure."""

from collections.abc import Sequence

from app.figures.papers.rules.sheets import Asking, Line, Period, Sheet, Table, count_in, share_in
from app.figures.questions.rules import CHOICES
from app.figures.rules import ALL

COLUMNS = (
    "Month",
    "Missing episodes",
    "Children",
    "Returned within 24 hours",
    "Interview offered",
    "Of which completed",
    "Completed, of all due",
)

SHOWN = (
    ("missing", "episodes"),
    ("missing", "children"),
    ("missing", "returned_24h"),
    ("interviews", "offered"),
    ("interviews", "completed_of_offered"),
    ("interviews", "completed_of_eligible"),
)

CUT_OFF = (
    "Per cents are cut off to whole numbers, as the paper prints them: 22 of 33 are 66 %, where rounding gives 67 %. "
    "The counts are the same."
)
ROUNDED = (
    "Per cents are rounded, halves up. The paper cuts them off, so it prints 66 % for 22 of 33, where rounding gives "
    "67 %. The counts are the same."
)


def sheet(asking: Asking, periods: Sequence[Period]) -> Sheet:
    """`periods`: every month, and the whole quarters within the window; each quarter follows its last month."""
    in_order = sorted(periods, key=lambda period: (period.last, period.is_quarter))
    return Sheet(
        tables=(Table(_caption(asking), COLUMNS, tuple(_line(asking, one) for one in in_order)),),
        notes=tuple(_notes(asking, periods)),
    )


def _caption(asking: Asking) -> str:
    status = asking.question.legal_status
    who = "children in care" if status == "cla" else _whom(status)
    return f"Missing episodes and return home interviews, {who}"


def _whom(status: str) -> str:
    return "all children" if status == ALL else f"children with this legal status: {_words(status)}"


def _words(status: str) -> str:
    return CHOICES["legal_status"].get(status, status).lower()


def _line(asking: Asking, period: Period) -> Line:
    return Line(
        period.label,
        tuple(
            asking.cell(period.values[figure][key], asking.rows_at(figure, key, period.first, period.last))
            for figure, key in SHOWN
        ),
        is_sum=period.is_quarter,
    )


def _notes(asking: Asking, periods: Sequence[Period]) -> list[str]:
    notes = [CUT_OFF if asking.cuts_off else ROUNDED]
    status = asking.question.legal_status
    if status == "cla":
        notes.append(
            "The paper counts children in care alone: here they are told by the legal status looked after."
        )
    else:
        notes.append(f"The paper counts children in care alone. This table counts {_whom(status)}.")
    notes.append(
        "A child is counted once in each month and once in each quarter, so the months do not add up to the quarter."
    )
    months = [period.values for period in periods if not period.is_quarter]
    pending = sum(count_in(month["missing"], "pending_24h") for month in months)
    untimed = sum(count_in(month["missing"], "date_only_24h") for month in months)
    notes.append(
        "Returned within 24 hours: out of the episodes whose answer is known. Left out are "
        f"{pending:,} still open for less than 24 hours and {untimed:,} noted without a time."
    )
    notes.append(
        "Interviews count in the month in which the child came back, once 72 hours have passed. The paper prints those "
        "completed out of those offered, “of which”; the last column, out of all that were due, is ours."
    )
    unaccounted = sum(count_in(month["interviews"], "unaccounted") for month in months)
    eligible = sum(share_in(month["interviews"], "offered").denominator for month in months)
    notes.append(
        f"Of {eligible:,} interviews due in these months, {unaccounted:,} have no outcome on record."
    )
    return notes
