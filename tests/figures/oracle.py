"""The figures' definitions read a second time, one record after the other in plain Python, to check the SQL against."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.figures.histories import OWN_NAMES, Child, Episode, History, Interview, Meeting

LONDON = ZoneInfo("Europe/London")
H24, H72 = timedelta(hours=24), timedelta(hours=72)
Said = dict[str, Any]
"""By key: a number, or a pair (numerator, denominator)."""


@dataclass(frozen=True)
class Ask:
    first: date
    after: date
    now: datetime
    as_at: date | None = None
    authority: str = "all"
    placed: str = "all"
    legal_status: str = "all"
    panel: int | None = None
    age_band: str = "all"
    group: tuple[str, str] | None = None
    """A split and one of its groups, as if it had been asked for alone."""

    @property
    def end(self) -> datetime:
        """When we look at clocks."""
        return self.now if self.as_at is None else start_of(self.as_at + timedelta(days=1))

    @property
    def today(self) -> date:
        return self.now.astimezone(LONDON).date() if self.as_at is None else self.as_at

    def happened(self, moment: datetime | None) -> bool:
        if moment is None:
            return False
        return moment <= self.now if self.as_at is None else moment < self.end

    def passed(self, deadline: date) -> bool:
        """The day of the deadline has ended."""
        return start_of(deadline + timedelta(days=1)) <= self.end

    def inside(self, moment: datetime) -> bool:
        return self.first <= day_of(moment) < self.after

    def months(self) -> list["Ask"]:
        """The same question for each calendar month of the window."""
        found, day = [], self.first
        while day < self.after:
            following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
            found.append(replace(self, first=day, after=min(following, self.after)))
            day = following
        return found


def start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC)


def day_of(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()


def ours(name: str) -> bool:
    return name.strip().lower() in ("", *(own.lower() for own in OWN_NAMES))


def side_of(child: Child, episode: Episode | None = None, on: date | None = None) -> dict[str, str]:
    """By split, the group of a child, or of an episode of it; ages are read at its start, else on a day."""
    authority, placed, legal = child.responsible_authority, child.placed_in, child.legal_status
    if episode is not None:
        on = day_of(episode.started_at)
        authority = authority if episode.responsible_authority is None else episode.responsible_authority
        placed = placed if episode.placed_in is None else episode.placed_in
        legal = legal if episode.legal_status is None else episode.legal_status
    return {
        "authority": "own" if ours(authority) else "ola",
        "placed": "here" if ours(placed) else "away",
        "legal_status": legal or "not-known",
        "age_band": age_band(child.born_on, on),
        "sex": child.sex or "not-known",
        "ethnicity": child.ethnicity or "not-known",
        "disability": child.disability or "not-known",
    }


def age_band(born_on: date | None, on: date | None) -> str:
    if born_on is None or on is None:
        return "not-known"
    years = age(born_on, on)
    bands = ((10, "under-10"), (13, "10-12"), (16, "13-15"), (18, "16-17"))
    return next((band for below, band in bands if years < below), "18-and-over")


def on_side(ask: Ask, side: dict[str, str]) -> bool:
    asked = {"authority": ask.authority, "placed": ask.placed, "age_band": ask.age_band}
    if any(choice not in ("all", side[name]) for name, choice in asked.items()):
        return False
    return ask.group is None or side[ask.group[0]] == ask.group[1]


def counted(history: History, ask: Ask) -> list[Episode]:
    """Missing, not a merged duplicate, of the legal status asked for."""
    found = []
    for episode in history.episodes:
        status = (
            history.child(episode.child).legal_status
            if episode.legal_status is None
            else episode.legal_status
        )
        if (
            episode.category == "missing"
            and episode.merged_into is None
            and ask.legal_status in ("all", status)
        ):
            found.append(episode)
    return found


def age(born_on: date, day: date) -> int:
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def missing(history: History, ask: Ask) -> Said:
    cohort = [e for e in counted(history, ask) if ask.inside(e.started_at) and ask.happened(e.started_at)]
    by_child: dict[int, list[Episode]] = {}
    for episode in cohort:
        by_child.setdefault(episode.child, []).append(episode)
    children = {}
    for number, episodes in by_child.items():
        latest = max(episodes, key=lambda e: e.started_at)
        if on_side(ask, side_of(history.child(number), latest)):
            children[number] = episodes
    mine = [e for e in cohort if on_side(ask, side_of(history.child(e.child), e))]
    answers = [_within_24h(e, ask) for e in mine]
    returned = [
        e
        for e in counted(history, ask)
        if e.returned_at
        and ask.inside(e.returned_at)
        and ask.happened(e.returned_at)
        and on_side(ask, side_of(history.child(e.child), e))
    ]
    young = [
        number
        for number, episodes in children.items()
        if (born := history.child(number).born_on)
        and any(age(born, day_of(e.started_at)) < 16 for e in episodes)
    ]
    months = len(ask.months())
    return {
        "episodes": len(mine),
        "children": len(children),
        "repeat_children": sum(len(episodes) >= 3 for episodes in children.values()),
        "returned_24h": (answers.count("yes"), answers.count("yes") + answers.count("no")),
        "still_missing": sum(_is_still_missing(e, ask) for e in mine),
        "children_under_16": len(young),
        "episodes_per_month": float(int(len(mine) * 10 / months + 0.5)) / 10,
        "sw_contact": (sum(ask.happened(e.sw_contact_at) for e in returned), len(returned)),
        "children_age_unknown": sum(history.child(number).born_on is None for number in children),
        "pending_24h": answers.count("pending"),
        "date_only_24h": answers.count("no time"),
        "clock_from_start": sum(
            answer in ("yes", "no") and not ask.happened(e.reported_at)
            for e, answer in zip(mine, answers, strict=True)
        ),
    }


def _is_still_missing(episode: Episode, ask: Ask) -> bool:
    if ask.happened(episode.returned_at):
        return False
    unknown_since = episode.end_unknown_after if episode.returned_at is None else None
    return unknown_since is None or ask.today <= unknown_since


def _within_24h(episode: Episode, ask: Ask) -> str:
    is_back = ask.happened(episode.returned_at)
    if not is_back and not _is_still_missing(episode, ask):
        return "no time"
    clock = "reported_at" if ask.happened(episode.reported_at) else "started_at"
    if clock in episode.date_only or (is_back and "returned_at" in episode.date_only):
        return "no time"
    since = getattr(episode, clock)
    if is_back:
        assert episode.returned_at is not None
        return "yes" if episode.returned_at - since <= H24 else "no"
    return "pending" if ask.end - since < H24 else "no"


def interviews(history: History, ask: Ask) -> Said:
    back = [
        e
        for e in counted(history, ask)
        if e.returned_at and ask.inside(e.returned_at) and ask.happened(e.returned_at)
    ]
    starts: dict[int, int] = {}
    for episode in counted(history, ask):
        if ask.inside(episode.started_at) and ask.happened(episode.started_at):
            starts[episode.child] = starts.get(episode.child, 0) + 1
    latest = {e.child: e for e in sorted(back, key=lambda e: e.started_at)}
    said: Said = {"not_required": 0, "not_yet_due": 0, "eligible": 0}
    groups: dict[str, list[Episode]] = {name: [] for name in OUTCOMES}
    hours: dict[str, list[bool | None]] = {"offered_72h": [], "completed_72h": [], "offered_72h_informed": []}
    offered, followed_up, decliners = 0, 0, set()
    repeats: list[bool] = []
    for episode in back:
        seen = [i for i in (_seen(i, ask) for i in history.interviews if episode.id in i.episodes) if i]
        outcome = _outcome(seen)
        is_due = _is_due(episode, ask)
        if is_due and outcome == "declined-child":
            decliners.add(episode.child)
        if not on_side(ask, side_of(history.child(episode.child), episode)):
            continue
        if outcome == "not-required":
            said["not_required"] += 1
            continue
        if not is_due:
            said["not_yet_due"] += 1
            continue
        said["eligible"] += 1
        groups[outcome].append(episode)
        offered += any(
            i.offered_at or i.outcome in ("completed", "declined-child", "declined-carer") for i in seen
        )
        followed_up += outcome == "declined-child" and any(i.followed_up_at for i in seen)
        if starts.get(episode.child, 0) >= 3:
            repeats.append(outcome == "completed")
        back_at = None if "returned_at" in episode.date_only else episode.returned_at
        hours["offered_72h"].append(
            _in_time([(i.offered_at, "offered_at" in i.date_only) for i in seen], back_at)
        )
        held = [(i.held_at, "held_at" in i.date_only) for i in seen if i.outcome == "completed"]
        hours["completed_72h"].append(_in_time(held, back_at))
        told_at = episode.la_notified_at if ask.happened(episode.la_notified_at) else None
        if "la_notified_at" in episode.date_only:
            told_at = None
        if told_at is not None and back_at is not None:
            told_at = max(told_at, back_at)
        elif told_at is not None and day_of(told_at) < day_of(episode.returned_at):
            told_at = start_of(day_of(episode.returned_at) + timedelta(days=1))
        offers = [(i.offered_at, "offered_at" in i.date_only) for i in seen]
        hours["offered_72h_informed"].append(_in_time(offers, told_at))
    completed = len(groups["completed"])
    decliners = {c for c in decliners if on_side(ask, side_of(history.child(c), latest[c]))}
    return said | {
        "offered": (offered, said["eligible"]),
        **{
            name: (found.count(True), found.count(True) + found.count(False)) for name, found in hours.items()
        },
        "completed_of_eligible": (completed, said["eligible"]),
        "completed_of_offered": (completed, offered),
        "completed_of_eligible_repeat": (sum(repeats), len(repeats)),
        "declined_episodes": len(groups["declined-child"]),
        "declined_children": len(decliners),
        "declined_repeat_children": sum(starts.get(child, 0) >= 3 for child in decliners),
        "declined_carer": len(groups["declined-carer"]),
        "followed_up_after_decline": (followed_up, len(groups["declined-child"])),
        "unable": len(groups["unable"]),
        "unaccounted": len(groups["pending"]),
        "without_time_72h": hours["offered_72h"].count(None),
    }


OUTCOMES = ("completed", "declined-child", "declined-carer", "unable", "pending")


def _seen(interview: Interview, ask: Ask) -> Interview | None:
    """The interview as it stood then; None where nothing of it had happened."""
    dates = [moment for moment in (interview.offered_at, interview.held_at) if moment]
    if dates and not any(ask.happened(moment) for moment in dates):
        return None
    outcome = interview.outcome
    if interview.held_at and not ask.happened(interview.held_at):
        outcome = "pending"
    return replace(
        interview,
        outcome=outcome,
        offered_at=interview.offered_at if ask.happened(interview.offered_at) else None,
        held_at=interview.held_at if ask.happened(interview.held_at) else None,
        followed_up_at=interview.followed_up_at if ask.happened(interview.followed_up_at) else None,
    )


def _outcome(seen: list[Interview]) -> str:
    if any(i.outcome == "completed" for i in seen):
        return "completed"
    long_ago = datetime(1900, 1, 1, tzinfo=UTC)
    in_order = sorted(seen, key=lambda i: (i.held_at or i.offered_at or long_ago, i.id))
    return in_order[-1].outcome if in_order else "pending"


def _is_due(episode: Episode, ask: Ask) -> bool:
    assert episode.returned_at is not None
    if "returned_at" in episode.date_only:
        return start_of(day_of(episode.returned_at) + timedelta(days=1)) + H72 <= ask.end
    return episode.returned_at + H72 <= ask.end


def _in_time(moments: list[tuple[datetime | None, bool]], since: datetime | None) -> bool | None:
    """Whether one came within 72 hours; None where the hours cannot be told."""
    if since is None:
        return None
    if any(moment and not no_time and moment - since <= H72 for moment, no_time in moments):
        return True
    return None if any(moment and no_time for moment, no_time in moments) else False


def actions(history: History, ask: Ask) -> Said:
    states: list[str] = []
    days: list[int] = []
    extended = within = 0
    for action in history.actions:
        if not ask.first <= action.original_due_on < ask.after or action.issued_on > ask.today:
            continue
        if ask.panel not in (None, action.panel):
            continue
        child = history.child(action.child) if action.child else None
        if not on_side(ask, side_of(child, on=action.issued_on) if child else ABOUT_NO_CHILD):
            continue
        if ask.legal_status not in ("all", child.legal_status if child else "no-child"):
            continue
        if action.finished_on and action.finished_on <= ask.today:
            state = action.status
            if state == "completed":
                days.append((action.finished_on - action.issued_on).days)
                state = "on time" if action.finished_on <= action.original_due_on else "late"
        else:
            state = "overdue" if ask.passed(action.original_due_on) else "open"
        states.append(state)
        extended += state != "open" and action.due_on > action.original_due_on
        within += state == "overdue" and not ask.passed(action.due_on)
    due = len(states) - states.count("open")
    return {
        "due": due,
        "completed_on_time": (states.count("on time"), due),
        "completed_late": (states.count("late"), due),
        "not_possible": (states.count("not-possible"), due),
        "not_done": (states.count("not-done"), due),
        "overdue": (states.count("overdue"), due),
        "median_days": middle(days),
        "extended": extended,
        "overdue_within_extension": within,
        "not_yet_due": states.count("open"),
    }


ABOUT_NO_CHILD = {
    **dict.fromkeys(("authority", "placed"), "none"),
    **dict.fromkeys(("legal_status", "age_band"), "no-child"),
    **dict.fromkeys(("sex", "ethnicity", "disability"), "not-known"),
}


def middle(numbers: list[int]) -> int | None:
    """By nearest rank: the lower of two in the middle."""
    return sorted(numbers)[(len(numbers) - 1) // 2] if numbers else None


HOLIDAYS = {
    *(
        date(2023, 1, 2),
        date(2023, 4, 7),
        date(2023, 4, 10),
        date(2023, 5, 1),
        date(2023, 5, 8),
        date(2023, 5, 29),
    ),
    *(date(2023, 8, 28), date(2023, 12, 25), date(2023, 12, 26)),
    *(
        date(2026, 1, 1),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 4),
        date(2026, 5, 25),
        date(2026, 8, 31),
    ),
    *(date(2026, 12, 25), date(2026, 12, 28)),
    *(date(2024, 1, 1), date(2024, 3, 29), date(2024, 4, 1), date(2024, 5, 6), date(2024, 5, 27)),
    *(date(2024, 8, 26), date(2024, 12, 25), date(2024, 12, 26), date(2025, 1, 1), date(2025, 4, 18)),
    *(
        date(2025, 4, 21),
        date(2025, 5, 5),
        date(2025, 5, 26),
        date(2025, 8, 25),
        date(2025, 12, 25),
        date(2025, 12, 26),
    ),
}
"""England's bank holidays of the years that histories touch, as the government printed them."""


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


def working_days(first: date, last: date) -> int:
    return sum(works(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


def deadline(first: date, allowed: int) -> date:
    day = first
    while allowed:
        day += timedelta(days=1)
        allowed -= works(day)
    return day


def minutes(history: History, ask: Ask, standards: dict[int, dict[str, int]]) -> Said:
    """`standards` by panel: working days for actions, draft, circulated and filed."""
    held = [
        m
        for m in history.meetings
        if m.status == "held"
        and ask.inside(m.starts_at)
        and ask.happened(m.starts_at)
        and ask.panel in (None, m.panel)
    ]
    said: Said = {"held": len(held)}
    for key, stamp in STAGES.items():
        due = within = 0
        ages: list[int] = []
        waiting: list[int] = []
        for m in held:
            allowed = standards[m.panel]
            ended = day_of(m.ended_at or m.starts_at)
            stamps = {"actions_issued_at": _actions_issued(history, m, ask), **m.stamps}
            done = {name: day_of(at) for name, at in stamps.items() if at and ask.happened(at)}
            if key == "filed":
                sent = done.get("circulated_at")
                last = deadline(sent or deadline(ended, allowed["circulated"]), allowed["filed"])
                since = sent or ask.today
            else:
                last = deadline(ended, allowed["circulated" if key == "approved" else key])
                since = ended
            reached = done.get(stamp)
            days = max(0, working_days(since, reached or ask.today))
            if ask.passed(last):
                due += 1
                within += reached is not None and reached <= last
            if reached is None:
                waiting.append(days)
            if key != "filed" or "circulated_at" in done:
                ages.append(days)
        found = {
            "due": due,
            "within_standard": (within, due),
            "median_days": middle(ages),
            "p90_days": sorted(ages)[-(-9 * len(ages) // 10) - 1] if ages else None,
            "outstanding": len(waiting),
            "oldest_outstanding_days": max(waiting, default=None),
        }
        said |= {f"{key}_{name}": value for name, value in found.items()}
        if key == "circulated":
            said |= found
    return said


def _actions_issued(history: History, meeting: Meeting, ask: Ask) -> datetime | None:
    """Where no file says when: with the last action issued in the room; with none, when the meeting ended."""
    issued = [
        a.issued_at
        for a in history.actions
        if a.meeting == meeting.id and a.issued_at and ask.happened(a.issued_at)
    ]
    return max(issued, default=None if meeting.date_only else meeting.ended_at)


STAGES = {
    "actions": "actions_issued_at",
    "draft": "sent_to_chair_at",
    "approved": "approved_at",
    "circulated": "circulated_at",
    "filed": "filed_at",
}
