"""When somebody is reminded of a standard, when the week is summed up, and what the mails say. Pure.

Mails hold panels, days, counts and links: never a child, never a word of the minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from app.london import LONDON, add_working_days, is_working_day, london_date
from app.minutes.promptness.rules import (
    WAITS_FOR,
    LatePanel,
    Minuted,
    Promptness,
    late_ones,
    late_panels,
)
from app.minutes.timeliness.rules import Stage, StageFact, waiting_stages
from app.minutes.turns.rules import Turn
from app.panels.words import counted, long_day

MORNING = time(7)
"""In London: before that nobody is written to."""

CATCH_UP = 3
"""Working days after a standard has passed within which a reminder still goes, should the service have stood still."""

REMINDED_OF = {
    Stage.DRAFT_TO_CHAIR: "with the chair",
    Stage.CIRCULATED: "approved and circulated",
    Stage.FILED: "filed on the children’s records",
}
"""The standards; approval shares that of circulation, and actions leave the room at once."""


class Moment(StrEnum):
    """On which side of a standard a reminder goes."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True)
class Reminder:
    """One reminder that is due: of which standard of which meeting's minutes, and to whom."""

    meeting: Minuted
    fact: StageFact
    moment: Moment
    waits_in: Stage
    turn: Turn

    @property
    def standard(self) -> Stage:
        return self.fact.stage

    @property
    def key(self) -> tuple[int, str, str]:
        """What is remembered, so that it goes once."""
        return (self.meeting.meeting_id, self.standard.value, self.moment.value)


def is_time_to_write(now: datetime) -> bool:
    """Working days from the morning on, by the London clock."""
    local = now.astimezone(LONDON)
    return is_working_day(local.date()) and local.time() >= MORNING


def reminders_due(meeting: Minuted, today: date) -> list[Reminder]:
    """The reminders about one meeting's minutes that may go today, whether they went before or not.

    The working day before a standard passes (or on its last day) and the working day after. Of filing nobody is
    reminded before the minutes are circulated; minutes that a file brought are made elsewhere.
    """
    waiting = waiting_stages(meeting.stages)
    if not waiting or meeting.turn is None or meeting.is_from_a_file:
        return []
    found = []
    for fact in waiting:
        moment = _moment(fact.deadline, today)
        if fact.stage not in REMINDED_OF or moment is None:
            continue
        if fact.stage is Stage.FILED and waiting[0].stage is not Stage.FILED:
            continue
        found.append(Reminder(meeting, fact, moment, waiting[0].stage, meeting.turn))
    return found


def _moment(deadline: date, today: date) -> Moment | None:
    if add_working_days(deadline, -1) <= today <= deadline:
        return Moment.BEFORE
    if deadline < today <= add_working_days(deadline, CATCH_UP):
        return Moment.AFTER
    return None


def reminder_mail(reminder: Reminder, base_url: str) -> tuple[str, str]:
    """Subject and body for whose turn it is."""
    meeting, deadline = reminder.meeting, reminder.fact.deadline
    what = f"The minutes of {meeting.panel_name}, held on {long_day(meeting.held_on)},"
    stands = REMINDED_OF[reminder.standard]
    returned = reminder.waits_in is Stage.APPROVED and meeting.returned_on is not None
    now_is = "to be changed and sent again" if returned else _lower(WAITS_FOR[reminder.waits_in])
    if reminder.moment is Moment.BEFORE:
        subject = f"Minutes due by {long_day(deadline)}: {meeting.panel_name}"
        body = f"{what} are to be {stands} by the end of {long_day(deadline)}."
    else:
        subject = f"Minutes late: {meeting.panel_name}, {long_day(meeting.held_on)}"
        body = f"{what} were to be {stands} by the end of {long_day(deadline)}."
    return (
        subject,
        f"{body} They are {now_is}, and that is your turn.\n\n"
        f"{base_url}/meetings/{meeting.meeting_id}/minutes\n",
    )


def summary_week(now: datetime) -> date | None:
    """The Monday of the week that may be summed up now: from its first working day on; None at other times."""
    today = london_date(now)
    return today - timedelta(days=today.weekday()) if is_time_to_write(now) else None


@dataclass(frozen=True)
class WeekSummed:
    """How minutes stand at the beginning of a week; `headline` is circulation over the last twelve months."""

    monday: date
    panels: Sequence[LatePanel]
    passing: int
    circulated_last_week: int
    headline: Promptness


def week_summed(monday: date, meetings: Sequence[Minuted], headline: Promptness) -> WeekSummed:
    """From the meetings of the last twelve months; `passing`: standards of unfinished minutes that end this week."""
    week = [monday + timedelta(days=n) for n in range(7)]
    last_week = [day - timedelta(days=7) for day in week]
    return WeekSummed(
        monday,
        late_panels(late_ones(meetings)),
        sum(_passes_in(meeting, week) for meeting in meetings),
        sum(meeting.stamps.circulated_on in last_week for meeting in meetings),
        headline,
    )


def _passes_in(meeting: Minuted, week: Sequence[date]) -> bool:
    return any(
        fact.deadline in week and fact.stage in REMINDED_OF and not fact.is_late
        for fact in waiting_stages(meeting.stages)
    )


WAITING_WORDS = {
    Stage.DRAFT_TO_CHAIR: "to write",
    Stage.APPROVED: "to approve",
    Stage.CIRCULATED: "to circulate",
    Stage.FILED: "to file",
}


def summary_mail(week: WeekSummed, base_url: str) -> tuple[str, str]:
    """Subject and body for safeguarding managers: counts and a link."""
    total = sum(panel.total for panel in week.panels)
    late = (
        f"{counted(total, 'set')} of minutes {'is' if total == 1 else 'are'} late"
        if total
        else "Nothing is late"
    )
    lines = [f"{late}."]
    for panel in week.panels:
        stages = ", ".join(
            f"{number} {WAITING_WORDS[stage]}" for stage, number in panel.counts.items() if number
        )
        lines.append(f"- {panel.panel_name}: {stages}; late since {long_day(panel.oldest.due_on)}")
    share = week.headline
    percent = f"{(200 * share.within + share.due) // (2 * share.due)} %" if share.due else "–"
    lines += [
        "",
        f"Minutes whose next standard passes this week: {week.passing}",
        f"Circulated last week: {week.circulated_last_week}",
        f"Circulated in time, last twelve months: {percent} ({share.within} of {share.due} due)",
        "",
        f"{base_url}/minutes/promptness",
        "",
    ]
    return f"Minutes promptness, week of {long_day(week.monday)}", "\n".join(lines)


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]
