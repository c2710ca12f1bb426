"""What an action's page tells of its reminders and its way up: who was told what when, and what comes next. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.actions.reminding.rules import (
    RUNG_WORDS,
    Board,
    Rung,
    ladder_of,
    next_rung,
    overdue_from,
    soon_from,
    who_stands,
)
from app.panels.words import listed, long_day


@dataclass(frozen=True)
class RungReached:
    """One step up of an action; `due_on` is the due date it was for."""

    rung: str
    due_on: date
    reached_on: date
    vacant: bool


@dataclass(frozen=True)
class NoticeGiven:
    """That somebody was told of an action, and on which rung."""

    name: str
    agency_name: str
    rung: str
    due_on: date
    told_on: date

    @property
    def who(self) -> str:
        return f"{self.name}, {self.agency_name}"


@dataclass(frozen=True)
class Told:
    """One line of the page: the working day, what happened, and whom it reached."""

    day: date
    title: str
    text: str
    is_escalated: bool = False


def lines_of(rungs: Sequence[RungReached], notices: Sequence[NoticeGiven]) -> list[Told]:
    """Reminders and steps up, the latest first."""
    lines = [
        _climbed(rung, [one for one in notices if (one.rung, one.due_on) == (rung.rung, rung.due_on)])
        for rung in rungs
    ]
    soon = sorted({(one.told_on, one.due_on) for one in notices if one.rung == Rung.DUE_SOON}, reverse=True)
    for told_on, due_on in soon:
        key = (Rung.DUE_SOON, told_on, due_on)
        those = [one for one in notices if (one.rung, one.told_on, one.due_on) == key]
        lines.append(Told(told_on, f"Reminder: due on {long_day(due_on)}", f"Told: {_names(those, told_on)}"))
    return sorted(lines, key=lambda line: line.day, reverse=True)


def _climbed(reached: RungReached, notices: Sequence[NoticeGiven]) -> Told:
    rung = Rung(reached.rung)
    if reached.vacant and not notices:
        return Told(reached.reached_on, f"Went on past {RUNG_WORDS[rung]}", "There was nobody to tell.")
    title = "Overdue" if rung is Rung.OWNER else f"Escalated to {RUNG_WORDS[rung]}"
    if rung is Rung.AGENDA:
        text = "The panel’s agenda marks it as escalated until it is finished or due later."
    elif notices:
        text = f"Told: {_names(notices, reached.reached_on)}"
    else:
        text = "No message went: they asked for none, or their hour of the day is still to come."
    return Told(reached.reached_on, title, text, rung is not Rung.OWNER)


def _names(notices: Sequence[NoticeGiven], day: date) -> str:
    return "; ".join(
        one.who if one.told_on == day else f"{one.who} on {long_day(one.told_on)}"
        for one in sorted(notices, key=lambda one: (one.told_on, one.name))
    )


def what_comes_next(board: Board, today: date) -> str:
    """What the action on the board, if it is unfinished, meets next; empty where nothing more will."""
    if not board.actions:
        return ""
    action = board.actions[0]
    if today <= action.due_on:
        soon = soon_from(action.due_on)
        if today < soon and action.issued_on < soon:
            return f"A reminder goes on {long_day(soon)}."
        return f"If it is not finished, it counts as overdue on {long_day(overdue_from(action.due_on))}."
    standing = who_stands(action, board.everybody)
    ladder = ladder_of(action, board.escalations[action.panel_id])
    step = next_rung(action.due_on, board.reached.get(action.id, {}), standing, ladder)
    if step is None:
        return ""
    rung, day = step
    names = [board.everybody.people[one].name for one in standing.get(rung, ())]
    to = f"{RUNG_WORDS[rung]} ({listed(names)})" if names else RUNG_WORDS[rung]
    when = f"on {long_day(day)}" if day > today else "with the next message of a working day"
    return f"Next: {to}, {when}, unless it is finished or more time is given."
