"""Random histories of a small authority, drawn from a seed, crowded around the edges that selection rules have."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app import database
from tests.builders import insert, panel_id

LONDON = ZoneInfo("Europe/London")

MEETING_DAYS = (
    date(2026, 3, 31),  # the clocks went forward two days before; a month's end
    date(2026, 10, 26),  # the day after they went back
    date(2026, 11, 1),
    date(2028, 3, 1),  # the day after a leap day
    date(2027, 1, 4),
    date(2026, 6, 30),
)

PLACES = ("Riverside Park", "riverside  park", "Market Square ", "12 Example Road", "Old Mill", "")


@dataclass(frozen=True)
class Episode:
    id: int
    child: int
    category: str
    started_at: datetime
    reported_at: datetime | None
    returned_at: datetime | None
    date_only: tuple[str, ...]
    end_unknown_after: date | None
    missing_from: str
    missing_from_kind: str
    found_at: str
    first_recorded_at: datetime
    merged_into: int | None


@dataclass(frozen=True)
class Interview:
    id: int
    child: int
    episodes: tuple[int, ...]
    offered_at: datetime | None
    held_at: datetime | None
    outcome: str


@dataclass(frozen=True)
class Risk:
    id: int
    child: int
    assessed_on: date
    level: str
    flags: tuple[str, ...]
    tool: str


@dataclass(frozen=True)
class Case:
    id: int
    panel: str
    child: int
    accepted_on: date
    recall_of: int | None
    first_meeting_on: date | None
    last_reviewed_on: date | None
    next_review_on: date | None
    closed_on: date | None


@dataclass(frozen=True)
class Meeting:
    id: int
    panel: str
    starts_at: datetime
    date_only: bool
    child: int | None
    status: str


@dataclass(frozen=True)
class Item:
    id: int
    meeting: int
    child: int
    status: str
    episode_ids: tuple[int, ...]


@dataclass
class History:
    on: date
    at: datetime
    born: dict[int, date | None] = field(default_factory=dict)
    refs: dict[int, str] = field(default_factory=dict)
    episodes: list[Episode] = field(default_factory=list)
    interviews: list[Interview] = field(default_factory=list)
    risks: list[Risk] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    overdue: dict[int, int] = field(default_factory=dict)


def local(day: date, hour: int = 0, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), LONDON).astimezone(UTC)


def draw(seed: int, panel: str) -> History:
    """A history whose meeting of interest is planned at 10:00, or where the seed says so, not planned at all."""
    rng = random.Random(seed)
    on = MEETING_DAYS[seed % len(MEETING_DAYS)]
    planned = rng.random() < 0.7
    history = History(on, local(on, 10) if planned else local(on + timedelta(days=1)))
    for number in range(1, rng.randint(6, 12)):
        years = rng.choice((11, 13, 14, 15, 17, 18))
        history.born[number] = rng.choice(
            (None, date(on.year - years, on.month, min(on.day, 28)), on - timedelta(days=14 * 365))
        )
        history.refs[number] = f"R{rng.randint(10, 99)}-{number:02}"
    _meetings(rng, history, panel, planned)
    for child in history.born:
        _episodes(rng, history, child)
        _risks(rng, history, child)
        _cases(rng, history, child, panel)
    _interviews(rng, history)
    _items(rng, history)
    return history


def _instant(rng: random.Random, history: History, back: int, crowd: date | None) -> datetime:
    """Any instant of the days before the meeting, often an edge: midnight, the meeting's own times, its second."""
    if crowd is not None and rng.random() < 0.6:
        day = crowd + timedelta(days=rng.randint(0, 31))
        return local(min(day, history.on), rng.choice((0, 0, 12, 23)), rng.choice((0, 59)))
    day = history.on - timedelta(
        days=rng.choice((rng.randint(0, back), rng.randint(0, 8), rng.choice((88, 89, 90, 91))))
    )
    edge = rng.random()
    if edge < 0.15:
        return local(day)
    if edge < 0.25:
        return local(day) - timedelta(seconds=1)
    if edge < 0.35:
        return local(day, 10)
    return local(day, rng.randint(0, 23), rng.randint(0, 59))


def _episodes(rng: random.Random, history: History, child: int) -> None:
    taken = set()
    month = history.on.replace(day=1)
    crowd = rng.choice((None, *(month - timedelta(days=rng.choice((28, 31, 59, 61, 92))) for _ in range(2))))
    held = [m.starts_at for m in history.meetings if m.status == "held" and m.child is None]
    for _ in range(rng.choice((0, 1, 2, 4, 7, 12, 18))):
        started = _instant(rng, history, 260, crowd and crowd.replace(day=1))
        category = rng.choice(("missing",) * 7 + ("away", "absent", "curfew"))
        if (started, category) in taken:
            continue
        taken.add((started, category))
        date_only: list[str] = []
        if rng.random() < 0.15:
            started = local(started.astimezone(LONDON).date())
            if (started, category) in taken:
                continue
            taken.add((started, category))
            date_only.append("started_at")
        lasted = timedelta(hours=rng.choice((0, 3, 10, 23, 24, 25, 49, 24 * 13, 24 * 15, 24 * 40)))
        returned: datetime | None = started + lasted
        unknown = None
        ending = rng.random()
        if ending < 0.12:
            returned = None
        elif ending < 0.2:
            returned, unknown = None, started.astimezone(LONDON).date() + timedelta(days=20)
        elif ending < 0.35 and (fitting := [at for at in held if at >= started]):
            returned = rng.choice(fitting)
        elif ending < 0.5 and returned is not None:
            back_on = returned.astimezone(LONDON).date()
            if local(back_on) >= started:
                returned = local(back_on)
                date_only.append("returned_at")
        number = len(history.episodes) + 1
        history.episodes.append(
            Episode(
                id=number,
                child=child,
                category=category,
                started_at=started,
                reported_at=rng.choice((None, started, started + timedelta(hours=rng.randint(1, 30)))),
                returned_at=returned,
                date_only=tuple(date_only),
                end_unknown_after=unknown,
                missing_from=rng.choice((*PLACES, f"{child} Own  Street", f"{child} own street")),
                missing_from_kind=rng.choice(("home", "residential", "school", "")),
                found_at=rng.choice((*PLACES, f"{child} Own Street")),
                first_recorded_at=started + timedelta(days=rng.choice((0, 0, 0, 1, 9, 30, 60))),
                # a report of the first one, or of itself: recorded by mistake
                merged_into=rng.choice((*(None,) * 9, 1, number)),
            )
        )


def _risks(rng: random.Random, history: History, child: int) -> None:
    taken = set()
    for _ in range(rng.choice((0, 1, 2, 4))):
        day = history.on + timedelta(days=rng.choice((1, 0, 0, -1, -5, -89, -90, -200, -400)))
        tool = rng.choice(("", "tool"))
        if (day, tool) in taken:
            continue
        taken.add((day, tool))
        levels = (
            ("emerging", "moderate", "significant", "severe")
            if day >= SCALE_CHANGES
            else ("low", "medium", "high")
        )
        flags = tuple(rng.sample(("cse", "county-lines", "gang", "neet"), rng.randint(0, 2)))
        history.risks.append(
            Risk(len(history.risks) + 1, child, day, rng.choice((*levels, levels[0])), flags, tool)
        )


SCALE_CHANGES = date(2026, 10, 1)


def _cases(rng: random.Random, history: History, child: int, panel: str) -> None:
    before: Case | None = None
    for ago in sorted(
        rng.sample((400, 300, 200, 120, 91, 90, 89, 60, 30, 10, 1, 0, -3), rng.randint(0, 3)), reverse=True
    ):
        accepted = history.on - timedelta(days=ago)
        if before is not None:
            closed = before.closed_on
            if closed is None or closed > accepted:
                continue
        first = rng.choice((None, accepted + timedelta(days=rng.choice((0, 5, 14)))))
        reviewed = rng.choice((None, first + timedelta(days=rng.choice((20, 42, 84))))) if first else None
        closed_on = rng.choice((None, accepted + timedelta(days=rng.choice((0, 10, 60, 89, 90)))))
        if ago < 0:
            closed_on = None
        anchor = reviewed or first
        case = Case(
            id=len(history.cases) + 1,
            panel=panel if panel == "mace" or rng.random() < 0.5 else "mace",
            child=child,
            accepted_on=accepted,
            recall_of=before.id if before else None,
            first_meeting_on=first,
            last_reviewed_on=reviewed,
            next_review_on=rng.choice(
                (None, None, history.on + timedelta(days=rng.choice((-3, 0, 13, 14, 27, 28))))
            )
            if anchor
            else None,
            closed_on=closed_on,
        )
        if any(c.panel == case.panel and c.child == child and c.closed_on is None for c in history.cases):
            continue
        history.cases.append(case)
        before = case


def _meetings(rng: random.Random, history: History, panel: str, planned: bool) -> None:
    def add(starts_at: datetime, status: str, child: int | None = None, date_only: bool = False) -> None:
        key = (starts_at, child)
        if key not in {(m.starts_at, m.child) for m in history.meetings}:
            history.meetings.append(
                Meeting(len(history.meetings) + 1, panel, starts_at, date_only, child, status)
            )

    if planned:
        add(history.at, rng.choice(("planned", "agenda-issued", "held")))
    elif rng.random() < 0.5:
        add(local(history.on, 12), "cancelled")
    for _ in range(rng.randint(0, 4)):
        day = history.on - timedelta(days=rng.choice((7, 7, 14, 21, 28, 45, 70, 95)))
        date_only = rng.random() < 0.3
        add(
            local(day, 0 if date_only else 10), rng.choice(("held", "held", "cancelled")), date_only=date_only
        )
    for _ in range(rng.randint(0, 5)):
        day = history.on - timedelta(days=rng.choice((0, 1, 5, 30, 60, 89, 90, 120)))
        child = rng.choice(list(history.born))
        date_only = rng.random() < 0.3
        add(
            local(day, 0 if date_only else 9),
            rng.choice(("held", "held", "cancelled", "planned")),
            child,
            date_only,
        )
    if rng.random() < 0.6:
        add(
            local(history.on + timedelta(days=rng.choice((7, 14, 20))), 10),
            rng.choice(("planned", "cancelled")),
        )


def _items(rng: random.Random, history: History) -> None:
    for meeting in history.meetings:
        if meeting.starts_at == history.at and meeting.child is None:
            continue
        for child in history.born:
            if meeting.child not in (None, child) or rng.random() < 0.6:
                continue
            known = [e.id for e in history.episodes if e.child == child and e.started_at < meeting.starts_at]
            listed = tuple(sorted(rng.sample(known, min(len(known), rng.randint(0, 4)))))
            status = rng.choice(("on-agenda", "on-agenda", "left-off", "deferred"))
            history.items.append(Item(len(history.items) + 1, meeting.id, child, status, listed))


def _interviews(rng: random.Random, history: History) -> None:
    outcomes = (
        "completed",
        "declined-child",
        "declined-child",
        "declined-carer",
        "unable",
        "not-required",
        "pending",
    )
    for episode in history.episodes:
        if rng.random() < 0.5:
            offered = rng.choice((None, (episode.returned_at or episode.started_at) + timedelta(hours=20)))
            outcome = rng.choice(outcomes)
            held = rng.choice((None, (offered or episode.started_at) + timedelta(hours=rng.randint(1, 900))))
            history.interviews.append(
                Interview(len(history.interviews) + 1, episode.child, (episode.id,), offered, held, outcome)
            )
    history.overdue = {child: rng.randint(1, 3) for child in history.born if rng.random() < 0.2}


async def store(history: History) -> None:
    """Writes the history as it stands, under its own ids."""
    await insert(
        "risk_scale", levels=["emerging", "moderate", "significant", "severe"], holds_from=SCALE_CHANGES
    )
    panels = {
        slug: await panel_id(slug)
        for slug in {m.panel for m in history.meetings} | {c.panel for c in history.cases}
    }
    for id_, born in history.born.items():
        await insert("child", id=id_, child_ref=history.refs[id_], born_on=born)
    for episode in history.episodes:
        await insert("episode", **{**vars(episode), "date_only": list(episode.date_only)})
    for interview in history.interviews:
        await insert(
            "interview",
            id=interview.id,
            child=interview.child,
            interview_key=str(interview.id),
            offered_at=interview.offered_at,
            held_at=interview.held_at,
            outcome=interview.outcome,
        )
        for episode_id in interview.episodes:
            await insert("interview_episode", interview=interview.id, episode=episode_id)
    for risk in history.risks:
        await insert("risk_assessment", **{**vars(risk), "flags": list(risk.flags)})
    for case in history.cases:
        referral = await insert(
            "referral",
            panel=panels[case.panel],
            child=case.child,
            referred_on=case.accepted_on,
            threshold="met",
        )
        await insert(
            "panel_case",
            **{**vars(case), "panel": panels[case.panel], "referral": referral},
            closure_reason="reduced-risk" if case.closed_on else "",
        )
    for meeting in history.meetings:
        await insert("meeting", **{**vars(meeting), "panel": panels[meeting.panel]})
    for item in history.items:
        await insert(
            "agenda_item",
            **{**vars(item), "episode_ids": list(item.episode_ids)},
            left_off_reason="not now" if item.status == "left-off" else "",
            recorded_at=history.at - timedelta(minutes=1),
        )
    await database.execute("SELECT 1")
