"""The figure `actions`: its definition and its values from counts. Counting is the query's."""

from collections.abc import Mapping
from typing import Any

from app.figures.rules import Definition, Measure, Share, Value

DEFINITION = Definition(
    name="actions",
    version=1,
    title="Actions",
    asks="Are actions done, are they done in time, and whose are late?",
    words=(
        "Counts actions by the date they were first due: extending a date moves no action out of its month and makes "
        "no late action timely. How many dates were extended is shown.",
        "An action counts as due once it is finished, or once its day has ended without that. Completed on time, "
        "completed late, not possible, not done and overdue add up to all that are due.",
        "Own or of another authority is read from the child's record. Actions about no single child stand apart.",
    ),
    keys={
        "due": "Actions first due in the window that are finished, or whose date has passed.",
        "completed_on_time": "Completed on or before the date first agreed, out of those due.",
        "completed_late": "Completed after that date, out of those due.",
        "not_possible": "Ended because circumstances changed, out of those due.",
        "not_done": "Ended without being done, out of those due.",
        "overdue": "Not finished though the date first agreed has passed, out of those due.",
        "median_days": "Days from the day an action was issued to its completion that half of the completed ones did "
        "not exceed, by nearest rank.",
        "extended": "Of those due, actions whose date was moved to a later one.",
        "overdue_within_extension": "Of the overdue ones, actions whose extended date has not passed.",
        "not_yet_due": "Actions first due in the window that are open and whose date has not passed.",
    },
)


def values(counts: Mapping[str, Any]) -> list[Measure]:
    """The values of FORMATS `actions`; `counts` may be empty."""

    def count(name: str) -> int:
        return int(counts.get(name) or 0)

    def share(key: str, label: str) -> Share:
        return Share(key, label, count(key), count("due"))

    return [
        Value("due", "Actions due", count("due")),
        share("completed_on_time", "Completed on time"),
        share("completed_late", "Completed late"),
        share("not_possible", "Not possible"),
        share("not_done", "Not done"),
        share("overdue", "Overdue"),
        Value("median_days", "Days from issue to completion: median", counts.get("median_days")),
        Value("extended", "Dates extended", count("extended")),
        Value(
            "overdue_within_extension",
            "Overdue, but within an extended date",
            count("overdue_within_extension"),
        ),
        Value("not_yet_due", "Not yet due", count("not_yet_due")),
    ]
