"""Sets and ends a panel's rhythm, and keeps its meetings a year ahead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app import database
from app.access import Identity, Permission, permits
from app.history.changes import record, refuse_second
from app.lifecycle import Forbidden, Refused, Stale
from app.london import london_date
from app.panels.calendar.changes import announce_rhythm, announce_rhythm_ended, call_off_vanished
from app.panels.meetings.changes import Plan, cancel_meeting, change_meeting
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import MeetingFacts
from app.panels.rhythm.making import make_meetings, take_out_untouched
from app.panels.rhythm.queries import (
    facts_of,
    last_to_change_rhythm,
    meetings_given_up,
    series_facts,
    series_of,
    series_to_continue,
    times_that_stay,
)
from app.panels.rhythm.rules.coming import RhythmMeeting, new_places
from app.panels.rhythm.rules.recurrences import (
    Recurrence,
    ToHold,
    recurrence_problems,
    to_hold,
    year_ahead,
)
from app.panels.rhythm.rules.series import SeriesFacts, ending_problem, live, mark_of, starting_problem
from app.panels.standing.queries import seats_on
from app.panels.standing.rules import scope_of
from app.panels.terms.rules import StandingPanel
from app.panels.words import long_day

KEEP = "keep"
MOVE = "move"
CANCEL = "cancel"


@dataclass(frozen=True)
class RhythmPlan:
    recurrence: Recurrence
    length: int
    place: str = ""
    video_link: str = ""
    chair_id: int | None = None
    minute_taker_id: int | None = None


@dataclass(frozen=True)
class RhythmChange:
    """Who sets or ends a rhythm and how. `seen`: the mark of the rhythms they saw; `with_work`: what becomes of
    meetings that somebody has worked on: kept, moved into the new rhythm, or cancelled when it ends.
    """

    who: Identity
    panel: StandingPanel
    seen: str
    with_work: str
    address: str
    now: datetime
    submission_key: str | None = None

    @property
    def today(self) -> date:
        return london_date(self.now)


async def set_rhythm(asked: RhythmChange, plan: RhythmPlan) -> int:
    """Ends the panel's rhythm the day before and starts this one, with its meetings a year ahead. Returns its id.

    Meetings of the rhythm before that nobody has touched make way; those with work on them stay where they are or
    move into the new rhythm. Raises Forbidden, Refused by field, or Stale when somebody changed the rhythm meanwhile.
    """
    _require_planner(asked)
    async with database.transaction():
        before = await _take_rhythms(asked)
        problems = await problems_of(asked.panel, plan, before, asked.today)
        if problems:
            raise Refused("Check the rhythm", problems)
        starts_on = plan.recurrence.starts_on
        removed, worked_on = await _give_up(asked, before, starts_on, "The rhythm changed")
        series = await _store(asked.panel.id, plan)
        if asked.with_work == MOVE:
            await _move_into(asked, series, worked_on)
        made = await make_meetings(series, asked.now, asked.who.person_id)
        await _note(
            asked,
            "rhythm set",
            {"series": series.id, "from": starts_on, "made": made, "removed": len(removed)},
        )
        # where the panel still meets at that time, only its place or its people changed
        still = {starts_at for starts_at, _ in await times_that_stay(asked.panel.id, [], asked.now)}
        gone = [meeting for meeting in removed if meeting.starts_at not in still]
        await call_off_vanished(asked.panel.id, gone, address=asked.address, now=asked.now)
        await announce_rhythm(
            asked.panel.id,
            asked.panel.name,
            f"{series.words} from {long_day(starts_on)}",
            address=asked.address,
            now=asked.now,
        )
    return series.id


async def end_rhythm(asked: RhythmChange, last_day: date) -> int:
    """Ends the panel's rhythm after this day; returns how many untouched meetings made way.

    Raises Forbidden, Refused for a day that can't be the last, or Stale when somebody changed the rhythm meanwhile.
    """
    _require_planner(asked)
    async with database.transaction():
        before = await _take_rhythms(asked)
        problem = ending_problem(last_day, before, asked.today)
        if problem:
            raise Refused(problem, {"ends_on": problem})
        removed, worked_on = await _give_up(asked, before, last_day + timedelta(days=1), "The rhythm ended")
        if asked.with_work == CANCEL:
            for one in worked_on:
                meeting = await meeting_for(asked.who, one.id)
                await cancel_meeting(
                    asked.who,
                    meeting,
                    reason="The panel’s rhythm ended",
                    seen=meeting.version,
                    address=asked.address,
                    now=asked.now,
                )
        await _note(asked, "rhythm ended", {"last_day": last_day, "removed": len(removed)})
        panel, day = asked.panel, long_day(last_day)
        await announce_rhythm_ended(
            panel.id, panel.name, day, len(removed), address=asked.address, now=asked.now
        )
        await call_off_vanished(asked.panel.id, removed, address=asked.address, now=asked.now)
    return len(removed)


async def continue_rhythms(now: datetime) -> int:
    """Makes the meetings that have come within a year since; returns how many. Several processes may do so at once."""
    today = london_date(now)
    made = 0
    for due in await series_to_continue(today, year_ahead(today)):
        async with database.transaction():
            await _take_panel(due.panel_id)
            series = await series_facts(due.id)
            # another process may have been here, or somebody ended the rhythm
            if series is not None and series.generated_until == due.generated_until:
                made += await make_meetings(series, now, None)
    return made


async def problems_of(
    panel: StandingPanel, plan: RhythmPlan, before: Sequence[SeriesFacts], today: date
) -> dict[str, str]:
    """Why this rhythm can't be set, as sentences by field."""
    problems = recurrence_problems(plan.recurrence, today)
    taking_over = starting_problem(plan.recurrence.starts_on, before, today)
    if taking_over:
        problems.setdefault("starts_on", taking_over)
    seated = {seat.person_id for seat in await seats_on(panel.id)}
    if plan.chair_id is not None and plan.chair_id not in seated:
        problems["chair_id"] = "Choose the chair from the people with a seat on this panel"
    if plan.minute_taker_id is not None and plan.minute_taker_id not in seated:
        problems["minute_taker_id"] = "Choose the minute taker from the people with a seat on this panel"
    return problems


def _require_planner(asked: RhythmChange) -> None:
    if not permits(asked.who, Permission.PLAN_MEETING, scope_of(asked.panel.id)):
        raise Forbidden(Permission.PLAN_MEETING)


async def _take_panel(panel_id: int) -> None:
    await database.execute("SELECT FROM panel WHERE id = $1 FOR UPDATE", panel_id)


async def _take_rhythms(asked: RhythmChange) -> list[SeriesFacts]:
    """The panel's rhythms, held until the end of the transaction. Raises Stale when they are not the ones seen."""
    await _take_panel(asked.panel.id)
    await refuse_second(asked.submission_key)
    series = await series_of(asked.panel.id)
    if mark_of(series, asked.today) != asked.seen:
        raise Stale({}, await last_to_change_rhythm(asked.panel.id), 0)
    return series


async def _give_up(
    asked: RhythmChange, before: Sequence[SeriesFacts], first_day: date, reason: str
) -> tuple[list[MeetingFacts], list[RhythmMeeting]]:
    """Ends what holds the day before and removes its untouched meetings. Returns those, and those with work on them."""
    for series in live(before, asked.today):
        if series.ends_on is None or series.ends_on >= first_day:
            await database.execute(
                "UPDATE series SET ends_on = greatest($2::date, starts_on) - 1, version = version + 1 WHERE id = $1",
                series.id,
                first_day,
            )
    open_ones = await meetings_given_up(asked.panel.id, first_day, asked.now)
    as_they_were = await facts_of([meeting.id for meeting in open_ones if meeting.is_untouched])
    ids = await take_out_untouched([meeting.id for meeting in as_they_were])
    if ids:
        await record(
            asked.who.person_id,
            "meetings taken out",
            "meeting",
            ids,
            now=asked.now,
            details={"reason": reason, "days": [one.series_day for one in open_ones if one.id in ids]},
        )
    removed = [meeting for meeting in as_they_were if meeting.id in ids]
    return removed, [meeting for meeting in open_ones if meeting.id not in ids]


async def _store(panel_id: int, plan: RhythmPlan) -> SeriesFacts:
    series_id = await database.fetch_value(
        "INSERT INTO series (panel, frequency, weekday, nth, clock, length_minutes, place, video_link, chair, "
        "minute_taker, holiday_rule, starts_on, ends_on) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id",
        panel_id,
        plan.recurrence.frequency,
        plan.recurrence.weekday,
        plan.recurrence.nth,
        plan.recurrence.clock,
        plan.length,
        plan.place,
        plan.video_link,
        plan.chair_id,
        plan.minute_taker_id,
        plan.recurrence.holiday_rule,
        plan.recurrence.starts_on,
        plan.recurrence.ends_on,
    )
    stored = await series_facts(series_id)
    assert stored is not None
    return stored


async def _move_into(asked: RhythmChange, series: SeriesFacts, worked_on: Sequence[RhythmMeeting]) -> None:
    """Gives meetings with work on them a day of the new rhythm; one for which there is none stays where it is."""
    offered = to_hold(series.recurrence, series.starts_on, year_ahead(asked.today), asked.now)
    stays = await times_that_stay(asked.panel.id, [meeting.id for meeting in worked_on], asked.now)
    places = new_places(worked_on, offered, stays, series.length_minutes)
    # the latest first: no meeting then moves onto one that has yet to leave
    for meeting in sorted(worked_on, key=lambda one: one.starts_at, reverse=True):
        if meeting.id in places:
            await _move(asked, meeting.id, series, places[meeting.id])


async def _move(asked: RhythmChange, meeting_id: int, series: SeriesFacts, place: ToHold) -> None:
    meeting = await meeting_for(asked.who, meeting_id)
    seated = {seat.person_id for seat in await seats_on(asked.panel.id)}
    chair, minute_taker = (
        own if own in seated else others
        for own, others in (
            (meeting.chair_id, series.chair_id),
            (meeting.minute_taker_id, series.minute_taker_id),
        )
    )
    await change_meeting(
        asked.who,
        meeting,
        Plan(
            day=london_date(place.starts_at),
            clock=series.clock,
            length=series.length_minutes,
            place=series.place,
            video_link=series.video_link,
            chair_id=chair,
            minute_taker_id=minute_taker,
        ),
        seen=meeting.version,
        address=asked.address,
        now=asked.now,
    )
    await database.execute(
        "UPDATE meeting SET series = $2, series_day = $3 WHERE id = $1",
        meeting.id,
        series.id,
        place.series_day,
    )


async def _note(asked: RhythmChange, kind: str, details: dict[str, object]) -> None:
    await record(
        asked.who.person_id,
        kind,
        "panel",
        [asked.panel.id],
        now=asked.now,
        details=details,
        submission_key=asked.submission_key,
    )
