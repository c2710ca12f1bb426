"""One case in the words of the figures that count it. Pure; which figure counts what is in the figures' own rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.figures.recall.rules import Recall
from app.figures.reduction.comparing import (
    DAYS,
    Away,
    Comparison,
    Side,
    before_from,
    comparison,
    last_day_after,
    side_of,
)
from app.london import add_months, add_working_days, day_words, working_days_between
from app.panels.cases.rules import CaseFacts
from app.panels.handed_in import CaseLine
from app.panels.words import counted

GONE = {
    "moved": "the child moved away",
    "died": "the child died",
    "transferred": "the case was transferred",
    "turned-18": "the child turned 18",
}


@dataclass(frozen=True)
class ActionsOf:
    """A case's actions that this person may see, by what became of them."""

    due: int
    on_time: int
    overdue: int
    not_due: int


def before_and_after(case: CaseFacts, away: Sequence[Away], today: date) -> list[CaseLine]:
    """Episodes on either side, and whether they fell. `away`: the child's missing episodes up to today."""
    if case.first_meeting_on is None:
        return [CaseLine("Missing episodes", "Nothing to compare: there was no initial meeting.")]
    if case.closed_on is None:
        since = sum(one.from_on > case.first_meeting_on for one in away)
        days = (today - case.first_meeting_on).days
        before = side_of(before_from(case.first_meeting_on), away)
        return [
            CaseLine("Before the panel", _side(before)),
            CaseLine(
                "Since the initial meeting", f"{counted(since, 'episode')} in {counted(days, 'day')} so far."
            ),
            CaseLine("Did it help?", f"Compared once the case is closed and {DAYS} more days have passed."),
        ]
    found = comparison(case.first_meeting_on, case.closed_on, away)
    before, after = found.before, found.after
    lines = [CaseLine("Before the panel", _side(before))]
    last = last_day_after(case.closed_on)
    if last >= today:
        past = (today - case.closed_on).days
        return [
            *lines,
            CaseLine(
                "After the closure", f"{counted(after.episodes, 'episode')} in {counted(past, 'day')} so far."
            ),
            CaseLine("Did it help?", f"Can be said after {day_words(last)}, {DAYS} days after the closure."),
        ]
    return [
        *lines,
        CaseLine("After the closure", _side(after)),
        CaseLine("Did it help?", _verdict(found)),
    ]


def _side(side: Side) -> str:
    away = f"; {len(side.away)} of these days began with the child missing" if side.away else ""
    return f"{counted(side.episodes, 'episode')} in {DAYS} days{away}."


def _verdict(found: Comparison) -> str:
    if not found.has_baseline:
        return "Cannot be said: no episode before to compare with."
    if found.is_reduced:
        return "Yes: a significant reduction, the rate fell by half or more and by 2 episodes or more."
    if found.after.episodes < found.before.episodes:
        return "Fewer episodes, but no significant reduction."
    return (
        "No: as many episodes as before."
        if found.after.episodes == found.before.episodes
        else "No: more episodes."
    )


def recall_line(case: CaseFacts, recall: Recall, today: date) -> list[CaseLine]:
    """Whether the child came back within 12 months, as the fair share counts it; nothing while the case is open."""
    if case.closed_on is None:
        return []
    ends_on = add_months(case.closed_on, 12)
    if recall.back_on is not None and recall.back_on <= ends_on:
        words = f"Recalled on {day_words(recall.back_on)}, {counted((recall.back_on - case.closed_on).days, 'day')} on."
    elif recall.back_on is not None:
        words = f"Not within 12 months; referred again on {day_words(recall.back_on)}."
    elif ends_on < today:
        words = "Not recalled within 12 months."
    else:
        words = f"Not so far; the 12 months end on {day_words(ends_on)}."
    if recall.is_left_out:
        why = GONE.get(case.closure_reason, "the child left the panel’s sight in these months")
        words += f" Left out of the share: {why}."
    return [CaseLine("Recalled?", words)]


def initial_meeting(case: CaseFacts, within: int, today: date) -> CaseLine:
    """Against the panel's standard, `within` working days from acceptance."""
    label, due_on = "Initial meeting", add_working_days(case.accepted_on, within)
    if case.first_meeting_on is None:
        late = f"Late: was due on {day_words(due_on)}." if due_on < today else f"Due by {day_words(due_on)}."
        return CaseLine(label, late if case.closed_on is None else "None was held.")
    days = max(working_days_between(case.accepted_on, case.first_meeting_on), 0)
    took = f"{counted(days, 'working day')} after acceptance"
    return CaseLine(
        label, f"{'In time' if case.first_meeting_on <= due_on else 'Late'}: {took}, standard {within}."
    )


def minutes_line(in_time: int, due: int, not_due: int) -> CaseLine:
    """Of the meetings about this child: circulated in time of those due."""
    return CaseLine("Minutes", _of(in_time, due, "circulated in time", not_due))


def actions_line(actions: ActionsOf) -> CaseLine:
    overdue = f" {actions.overdue} overdue." if actions.overdue else ""
    return CaseLine(
        "Actions", _of(actions.on_time, actions.due, "completed on time", actions.not_due) + overdue
    )


def _of(number: int, total: int, words: str, waiting: int) -> str:
    if not total and not waiting:
        return "None."
    said = f"{number} of {total} {words}." if total else "None due."
    return f"{said} {waiting} not yet due." if waiting else said
