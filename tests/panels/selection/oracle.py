"""The selection rules once more, in plain loops over a whole history, written from their definitions and not from SQL.

Each function answers with the children in the order of the agenda as (reference, episode ids), and what else is fixed.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from tests.panels.selection.histories import LONDON, SCALE_CHANGES, Episode, History, Meeting, Risk, local

Listed = list[tuple[str, frozenset[int]]]


def day_of(instant: datetime) -> date:
    return instant.astimezone(LONDON).date()


def counted(history: History, child: int | None = None) -> list[Episode]:
    """Missing, not merged into another, begun before the meeting; in the order of their starts."""
    return sorted(
        (
            e
            for e in history.episodes
            if e.category == "missing"
            and e.merged_into is None
            and e.started_at < history.at
            and child in (None, e.child)
        ),
        key=lambda e: (e.started_at, e.id),
    )


def this_meeting(history: History) -> Meeting | None:
    """The meeting whose agenda is proposed: the first of that day for the whole panel."""
    of_day = [
        m
        for m in history.meetings
        if m.child is None and m.status != "cancelled" and day_of(m.starts_at) == history.on
    ]
    return min(of_day, key=lambda m: m.starts_at, default=None)


def last_held(history: History) -> Meeting | None:
    mine = this_meeting(history)
    held = [
        m
        for m in history.meetings
        if m.status == "held" and m.child is None and m.starts_at < history.at and m is not mine
    ]
    return max(held, key=lambda m: m.starts_at, default=None)


def days_before(history: History, days: int) -> datetime:
    wall = history.at.astimezone(LONDON)
    return local(wall.date() - timedelta(days=days), wall.hour, wall.minute)


def multiple_missing(history: History) -> tuple[Listed, set[str]]:
    """Children missing five times in one of the months, and those with four."""
    months = looked_at(history)
    items, near = [], set()
    for child, ref in history.refs.items():
        by_month = {
            month: [e for e in counted(history, child) if day_of(e.started_at).replace(day=1) == month]
            for month in months
        }
        often = {month: found for month, found in by_month.items() if len(found) >= 5}
        if often:
            shown = [e for found in often.values() for e in found]
            most = max(len(found) for found in often.values())
            items.append(
                (
                    (-most, -max(e.started_at for e in shown).timestamp(), ref),
                    ref,
                    frozenset(e.id for e in shown),
                )
            )
        elif any(len(found) == 4 for found in by_month.values()):
            near.add(ref)
    return [(ref, ids) for _, ref, ids in sorted(items)], near


def looked_at(history: History) -> set[date]:
    this_month = history.on.replace(day=1)
    months = {(this_month - timedelta(days=1)).replace(day=1)}
    held = last_held(history)
    month = day_of(held.starts_at).replace(day=1) if held else this_month
    while month < this_month:
        months.add(month)
        month = (month + timedelta(days=31)).replace(day=1)
    return months


def places(
    history: History, records: Mapping[str, tuple[str, bool]] | None = None
) -> set[tuple[str, int, int]]:
    """Recurring places as (folded name, episodes, children).

    `records`: by folded name as written, what its record is called and whether that is a home.
    """
    months = looked_at(history)
    episodes: dict[str, set[int]] = defaultdict(set)
    children: dict[str, set[int]] = defaultdict(set)
    homes = set()
    for e in counted(history):
        if day_of(e.started_at).replace(day=1) in months:
            for said, at_home in ((e.missing_from, e.missing_from_kind == "home"), (e.found_at, False)):
                written = " ".join(said.split()).casefold()
                name, is_home = (records or {}).get(written, (written, at_home))
                if name:
                    episodes[name].add(e.id)
                    children[name].add(e.child)
                if is_home:
                    homes.add(name)
    return {
        (name, len(ids), len(children[name]))
        for name, ids in episodes.items()
        if len(children[name]) >= 2 or (len(ids) >= 3 and name not in homes)
    }


def missing_children(history: History) -> dict[str, frozenset[int]]:
    held = last_held(history)
    start = held.starts_at if held else days_before(history, 7)
    listed_before = {
        id_
        for item in history.items
        for meeting in history.meetings
        if meeting.id == item.meeting
        and meeting.status == "held"
        and meeting is not this_meeting(history)
        and meeting.starts_at < history.at
        and item.status != "deferred"
        for id_ in item.episode_ids
    }
    found: dict[str, set[int]] = defaultdict(set)
    for e in counted(history):
        late = held is not None and start <= e.first_recorded_at < history.at and e.id not in listed_before
        if overlaps(e, start, history.at) or late:
            found[history.refs[e.child]].add(e.id)
    return {ref: frozenset(ids) for ref, ids in found.items()}


def overlaps(e: Episode, start: datetime, end: datetime) -> bool:
    if e.started_at >= end:
        return False
    if e.started_at >= start:
        return True
    if e.returned_at is None:
        return e.end_unknown_after is None
    if "returned_at" in e.date_only:
        return local(day_of(e.returned_at) + timedelta(days=1)) > start
    return e.returned_at > start


def latest_risk(history: History, child: int) -> Risk | None:
    known = [r for r in history.risks if r.child == child and r.assessed_on <= history.on]
    return max(known, key=lambda r: (r.assessed_on, r.id), default=None)


def rank(risk: Risk | None) -> int:
    """0 for the lowest level; -1 without an assessment. The second level of the scale of its date is the panel's."""
    if risk is None:
        return -1
    if risk.assessed_on >= SCALE_CHANGES:
        return ("emerging", "moderate", "significant", "severe").index(risk.level)
    return ("low", "medium", "high").index(risk.level)


def is_top(risk: Risk | None) -> bool:
    return risk is not None and risk.level in ("high", "severe")


def tracked(history: History) -> set[str]:
    return {ref for child, ref in history.refs.items() if rank(latest_risk(history, child)) >= 1}


def high_risk(history: History) -> dict[str, frozenset[int]]:
    start = days_before(history, 7)
    listed = {}
    for child, ref in history.refs.items():
        reported = frozenset(
            e.id for e in counted(history, child) if start <= (e.reported_at or e.started_at) < history.at
        )
        risk = latest_risk(history, child)
        flagged = risk is not None and {"cse", "county-lines", "gang"} & set(risk.flags)
        if reported and (rank(risk) >= 1 or flagged):
            listed[ref] = reported
    return listed


def operational_group(history: History, now: datetime) -> list[tuple[str, int]]:
    """All cases of concern as (reference, score), the worst first."""
    first_day = history.on - timedelta(days=89)
    scores = []
    for child, ref in history.refs.items():
        episodes = [e for e in counted(history, child) if day_of(e.started_at) >= first_day]
        risk = latest_risk(history, child)
        score = 3 * len(episodes) + sum(full_days(e, min(history.at, now)) for e in episodes)
        score += 10 * (rank(risk) >= 1) + 10 * is_top(risk)
        score += 4 * declined_in_a_row(history, child) + 3 * history.overdue.get(child, 0)
        score += 8 * any(
            (c.closed_on is not None and first_day <= c.closed_on <= history.on)
            or (c.recall_of is not None and first_day <= c.accepted_on <= history.on)
            for c in history.cases
            if c.child == child
        )
        if score:
            young = age(history.born[child], history.on) < 14
            started = [e.started_at.timestamp() for e in counted(history, child)]
            scores.append((-(score + 5 * young), -max(started, default=float("-inf")), ref))
    return [(ref, -score) for score, _, ref in sorted(scores)]


def age(born: date | None, on: date) -> int:
    if born is None:
        return 99
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def full_days(e: Episode, known_at: datetime) -> int:
    """Full 24 hours certainly missing."""
    if e.returned_at is None and e.end_unknown_after is not None:
        return 0
    start = local(day_of(e.started_at) + timedelta(days=1)) if "started_at" in e.date_only else e.started_at
    end = min(e.returned_at or known_at, known_at)
    return max(0, (end - start) // timedelta(days=1))


def declined_in_a_row(history: History, child: int) -> int:
    started = {e.id: e.started_at for e in history.episodes}
    told = []
    for i in history.interviews:
        happened = i.held_at or i.offered_at or max(started[id_] for id_ in i.episodes)
        if i.child == child and i.outcome not in ("pending", "not-required") and happened < history.at:
            told.append((happened, i.id, i.outcome))
    row = 0
    for _, _, outcome in sorted(told, reverse=True):
        if outcome not in ("declined-child", "declined-carer"):
            break
        row += 1
    return row


def mace(history: History) -> list[tuple[str, str]]:
    """(reference, stage) in order: recalled, initial, review."""
    before = day_of(history.at)
    coming = [
        m
        for m in history.meetings
        if m.child is None
        and m.status != "cancelled"
        and m.starts_at >= history.at
        and m is not this_meeting(history)
    ]
    next_on = day_of(min(m.starts_at for m in coming)) if coming else history.on + timedelta(weeks=2)
    found = []
    for c in history.cases:
        if c.panel != "mace" or c.accepted_on > history.on or (c.closed_on and c.closed_on <= history.on):
            continue
        ref = history.refs[c.child]
        if c.first_meeting_on is None or c.first_meeting_on >= before:
            found.append((0 if c.recall_of else 1, c.accepted_on, c.accepted_on, c.id, ref))
            continue
        reviewed = c.last_reviewed_on if c.last_reviewed_on and c.last_reviewed_on < before else None
        weeks = 6 if is_top(latest_risk(history, c.child)) else 12
        due = (reviewed or c.first_meeting_on) + timedelta(weeks=weeks)
        if c.next_review_on and (c.last_reviewed_on or c.first_meeting_on) < before:
            due = c.next_review_on
        if due < next_on:
            found.append((2, due, c.accepted_on, c.id, ref))
    return [(ref, ("recalled", "initial", "review")[stage]) for stage, _, _, _, ref in sorted(found)]


def repeat_missing(history: History) -> tuple[list[tuple[str, date]], set[str]]:
    """(reference, date of the trigger) in order, and the references of those with a missed trigger."""
    proposed, missed = [], set()
    for child, ref in history.refs.items():
        answered = answered_until(history, child)
        open_triggers = []
        starts = counted(history, child)
        for number, e in enumerate(starts):
            day = day_of(e.started_at)
            in_window = [s for s in starts[: number + 1] if day - timedelta(days=89) <= day_of(s.started_at)]
            if len(in_window) >= 3 and (answered is None or e.started_at > answered):
                open_triggers.append((e.started_at, day))
        current = [t for t in open_triggers if t[1] >= history.on - timedelta(days=89)]
        if current:
            proposed.append((min(current)[0], ref, min(current)[1]))
        if any(
            history.on - timedelta(days=179) <= day < history.on - timedelta(days=89)
            for _, day in open_triggers
        ):
            missed.add(ref)
    return [(ref, day) for _, ref, day in sorted(proposed)], missed


def answered_until(history: History, child: int) -> datetime | None:
    started = {e.id: e.started_at for e in history.episodes}
    answers = []
    for m in history.meetings:
        if m is this_meeting(history):
            continue
        items = [i for i in history.items if i.meeting == m.id and i.child == child]
        met = m.child == child or any(i.status == "on-agenda" for i in items)
        if m.status == "held" and met and m.starts_at < history.at:
            answers.append(local(day_of(m.starts_at) + timedelta(days=1)) if m.date_only else m.starts_at)
        if m.status != "cancelled":
            for i in items:
                if i.status == "left-off" and i.episode_ids:
                    answers.append(max(started[id_] for id_ in i.episode_ids))
                elif i.status == "left-off":
                    answers.append(min(m.starts_at, history.at - timedelta(minutes=1)))
    return max(answers, default=None)
