"""The figure `actions`: its definition and its values from counts. Counting is the query's."""

from app.figures.rules import Definition, Key, reckoned

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
    keys=(
        Key(
            "due",
            "Actions due",
            "Actions first due in the window that are finished, or whose date has passed.",
            left_out=("not_yet_due",),
        ),
        Key(
            "completed_on_time",
            "Completed on time",
            "Completed on or before the date first agreed.",
            "those due",
            out_of="due",
        ),
        Key("completed_late", "Completed late", "Completed after that date.", "those due", out_of="due"),
        Key(
            "not_possible",
            "Not possible",
            "Ended because circumstances changed.",
            "those due",
            out_of="due",
        ),
        Key("not_done", "Not done", "Ended without being done.", "those due", out_of="due"),
        Key(
            "overdue",
            "Overdue",
            "Not finished though the date first agreed has passed.",
            "those due",
            out_of="due",
        ),
        reckoned(
            "median_days",
            "Days from issue to completion: median",
            "Days from the day an action was issued to its completion that half of the completed ones did not exceed, "
            "by nearest rank.",
            lambda counts, months: counts.get("median_days"),
        ),
        Key("extended", "Dates extended", "Of those due, actions whose date was moved to a later one."),
        Key(
            "overdue_within_extension",
            "Overdue, but within an extended date",
            "Of the overdue ones, actions whose extended date has not passed.",
        ),
        Key(
            "not_yet_due",
            "Not yet due",
            "Actions first due in the window that are open and whose date has not passed.",
        ),
    ),
)
