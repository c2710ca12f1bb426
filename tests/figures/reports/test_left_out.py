"""What a committee is not given, asked of a linear programme that knows how interviews add up and all that is printed."""

from collections import Counter
from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from app.figures.catalogue import FIGURES
from app.figures.reports.kinds import kind_of
from app.figures.reports.numbers import sums_across
from app.figures.reports.of_figures import built
from app.figures.rules import Figure, Question
from app.figures.sections import Audience, Part, Sought
from app.figures.suppression.rules import is_small, suppress

INTERVIEWS = FIGURES["interviews"]
QUESTION = Question(date(2026, 1, 1), date(2026, 4, 1), datetime(2026, 6, 10, tzinfo=UTC))
OUTCOMES = ("completed", "declined_child", "declined_carer", "unable", "unaccounted")
MONTHS = ("month 2026-01", "month 2026-02", "month 2026-03")
PRINTED_BY_MONTH = ("eligible", "offered", "offered_72h", "timed_offer", "completed", "declined_child")


@st.composite
def months(draw: st.DrawFn) -> Counter[str]:
    """The counts of one month; what is offered and when is within what it is of."""
    few = st.one_of(st.integers(0, 6), st.integers(0, 40))
    counts = Counter({name: draw(few) for name in OUTCOMES})
    counts["eligible"] = sum(counts.values())
    counts["offered"] = counts["completed"] + counts["declined_child"] + counts["declined_carer"]
    counts["timed_offer"] = counts["offered"] - draw(st.integers(0, min(3, counts["offered"])))
    counts["offered_72h"] = draw(st.integers(0, counts["timed_offer"]))
    counts["eligible_repeat"] = draw(st.integers(0, counts["eligible"]))
    counts["completed_repeat"] = min(counts["completed"], counts["eligible_repeat"])
    return counts


@settings(max_examples=60)
@given(st.tuples(months(), months(), months()))
def test_no_small_number_of_interviews_can_be_worked_out_from_all_that_is_printed(
    by_month: tuple[Counter[str], Counter[str], Counter[str]],
) -> None:
    whole = by_month[0] + by_month[1] + by_month[2]
    values = INTERVIEWS.definition.values
    figure = Figure(
        values(whole, 3), [(QUESTION.months[at], values(one, 1)) for at, one in enumerate(by_month)]
    )
    kind = kind_of("quarterly-figures")
    assert kind is not None
    sought = Sought(
        QUESTION,
        Audience.COMMITTEE,
        QUESTION,
        kind.period.labels(kind.period.last_complete(date(2026, 4, 1))),
        months=True,
    )
    section = built(INTERVIEWS, sought, QUESTION, figure, Figure(values({}, 3), []))
    assert section.without is not None
    hidden = suppress(section.counts, dict.fromkeys([*section.sums, *sums_across(section.counts)]))
    cells = [cell for table in section.without(hidden) for row in table.rows for cell in row[1:]]
    numbers = [
        n
        for cell in cells
        for n in ([cell.numerator, cell.denominator] if isinstance(cell, Part) else [cell])
    ]
    assert not [number for number in numbers if isinstance(number, int) and is_small(number)]
    told = {
        (part, name): n
        for (_, part, name), n in section.counts.items()
        if ("interviews", part, name) not in hidden
    }
    parts = {"": whole, **dict(zip(MONTHS, by_month, strict=True))}
    for part, counts in parts.items():
        for name in (*OUTCOMES, *PRINTED_BY_MONTH):
            if is_small(counts[name]):
                low, high = _bounds((part, name), told, parts)
                assert high - low > 0.5, f"{part or 'whole'} {name} is {counts[name]}"


def _bounds(
    wanted: tuple[str, str], told: dict[tuple[str, str], int], parts: dict[str, Counter[str]]
) -> tuple[float, float]:
    """What a reader knows of one count who knows how interviews add up, and nothing of words."""
    names = [*OUTCOMES, "eligible", "offered", "timed_offer", "offered_72h"]
    place = {(part, name): at for at, (part, name) in enumerate((p, n) for p in parts for n in names)}
    equal, sums = [], []

    def adds_up(total: tuple[str, str], others: list[tuple[str, str]]) -> None:
        row = [0] * len(place)
        row[place[total]] = -1
        for one in others:
            row[place[one]] += 1
        equal.append(row)
        sums.append(0)

    for name in names:
        adds_up(("", name), [(month, name) for month in MONTHS])
    for part in parts:
        adds_up((part, "eligible"), [(part, name) for name in OUTCOMES])
    for key, number in told.items():
        if key in place:
            row = [0] * len(place)
            row[place[key]] = 1
            equal.append(row)
            sums.append(number)
    less = []
    for part in parts:
        for small, great in (
            ("offered_72h", "timed_offer"),
            ("timed_offer", "offered"),
            ("offered", "eligible"),
            ("completed", "offered"),
        ):
            row = [0] * len(place)
            row[place[part, small]], row[place[part, great]] = 1, -1
            less.append(row)
    ends = []
    for sign in (1, -1):
        aim = [0] * len(place)
        aim[place[wanted]] = sign
        found = linprog(aim, A_eq=equal, b_eq=sums, A_ub=less, b_ub=[0] * len(less))
        assert found.status in (0, 3), found.message
        ends.append(sign * found.fun if found.status == 0 else float("inf"))
    return ends[0], ends[1]
