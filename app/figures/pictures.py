"""Which charts a figure's page shows beside the one by month, made from its answer. Pure; drawing is the templates'."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.figures.catalogue import FigureKind
from app.figures.charts.rules import (
    BarsChart,
    StripChart,
    Together,
    actions_chart,
    attendance_chart,
    months_chart,
    strip_of_cases,
    survival_chart,
)
from app.figures.recall.rules import curve_of
from app.figures.rules import Figure, Measure, Share, Value
from app.figures.views import RowsOf, counts_something
from app.panels.kinds import WEEKLY_TIMESCALES, Timescales

ACTION_KEYS = ("completed_on_time", "completed_late", "not_possible", "not_done", "overdue")


@dataclass(frozen=True)
class Picture:
    """A chart and the macro that draws it."""

    macro: str
    id: str
    chart: Any


def pictures_of(kind: FigureKind, figure: Figure, rows: RowsOf, beside: Any = None) -> list[Picture]:
    """`beside` is what the kind reads for its pictures besides the values; None for who sees numbers alone.

    Days on which single episodes began are no number: with few cases they would tell of one child.
    """
    if kind.name == "missing":
        return [Picture("grouped", "episodes-and-children", _episodes_and_children(figure, rows))]
    if kind.name == "actions":
        return [Picture("stacked", "actions-by-agency", _by_agency(figure, rows))]
    if kind.name == "attendance":
        return [Picture("attendance", "attendance-by-agency", _attendance(figure, rows))]
    if kind.name == "minutes":
        return [Picture("run", "days-to-circulation", _days(figure))]
    if kind.name == "recall":
        return [Picture("survival", "time-to-recall", survival_chart(curve_of(figure.counts)))]
    if kind.name == "reduction" and beside is not None:
        return [Picture("strip", "before-and-after", _before_and_after(figure, beside))]
    return []


def _before_and_after(figure: Figure, began: Mapping[str, Mapping[int, int]]) -> StripChart:
    counts = figure.counts
    before, after = (
        Together(began[side], int(counts.get(f"days_{side}") or 0)) for side in ("before", "after")
    )
    return strip_of_cases(int(counts.get("reduced") or 0), int(counts.get("eligible") or 0), before, after)


def _episodes_and_children(figure: Figure, rows: RowsOf) -> BarsChart:
    months = [
        (month, (_count(values, "episodes"), _count(values, "children"))) for month, values in figure.by_month
    ]
    hrefs = [rows(_value(values, "episodes"), month=month) for month, values in figure.by_month]
    return _linked(months_chart(months, ("Episodes", "Children")), hrefs)


def _by_agency(figure: Figure, rows: RowsOf) -> BarsChart:
    groups = figure.by.get("agency", [])
    chart = actions_chart(
        [(group.label, tuple(_count(group.values, key) for key in ACTION_KEYS)) for group in groups]  # type: ignore[misc]
    )
    hrefs = [rows(_value(group.values, "due"), split="agency", group=group.key) for group in groups]
    return _linked(chart, hrefs)


def _attendance(figure: Figure, rows: RowsOf) -> BarsChart:
    """Each kind of agency that a panel asked for required."""
    shares = [
        value
        for value in figure.values
        if isinstance(value, Share) and value.key.startswith("agency_") and value.denominator
    ]
    chart = attendance_chart([(share.label, share.numerator, share.denominator) for share in shares])
    return _linked(chart, [rows(share) for share in shares])


def _linked(chart: BarsChart, hrefs: Sequence[str]) -> BarsChart:
    """The chart whose table leads from each row to the records behind it."""
    rows = tuple(replace(row, href=href) for row, href in zip(chart.rows, hrefs, strict=True))
    return replace(chart, rows=rows)


@dataclass(frozen=True)
class RunChart:
    """Points in the order of time against standards."""

    title: str
    sub: str
    points: tuple[dict[str, Any], ...]
    standards: tuple[int, ...]


def _days(figure: Figure) -> RunChart:
    """The median of each month's meetings, against the kinds' standards of monthly and of weekly panels."""
    points = [(month, _value(values, "median_days")) for month, values in figure.by_month]
    standards = sorted({Timescales().circulated, WEEKLY_TIMESCALES.circulated})
    late = [
        month for month, value in points if isinstance(value, Value) and (value.value or 0) > standards[-1]
    ]
    most, held = (
        f"{standards[-1]} working days",
        [month for month, value in points if counts_something(value)],
    )
    told = f"Half of the minutes were circulated within {most} in every month"
    if late:
        told = (
            f"In {len(late)} of {len(points)} months half of the minutes took more than {most} to circulate"
        )
    return RunChart(
        title=told if held else "No meeting was held in this time",
        sub="The middle one of each month's meetings. A panel's own terms may set another standard.",
        points=tuple(
            {"label": f"{month:%b %y}", "long_label": f"{month:%B %Y}", "value": value.value}
            for month, value in points
            if isinstance(value, Value)
        ),
        standards=tuple(standards),
    )


def _value(values: list[Measure], key: str) -> Measure:
    return next(value for value in values if value.key == key)


def _count(values: list[Measure], key: str) -> int:
    value = _value(values, key)
    return value.numerator if isinstance(value, Share) else int(value.value or 0)
