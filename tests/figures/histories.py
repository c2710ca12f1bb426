"""Random histories of an invented authority, drawn from a seed: they crowd around the edges that definitions have."""

import random
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from app import database
from tests.figures.histories_meetings import (
    Attended,
    Item,
    Seat,
    draw_around_meetings,
    store_around_meetings,
    store_people,
)

LONDON = ZoneInfo("Europe/London")
OWN_NAMES = ("Exampleshire", "Exampleshire County Council")
AUTHORITIES = ["", "", "", " exampleshire ", "EXAMPLESHIRE County Council", "Faraway", "Otherborough"]
DAYS = [
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2024, 3, 30),
    date(2024, 3, 31),  # the clocks go forward
    date(2024, 4, 1),
    date(2024, 10, 26),
    date(2024, 10, 27),  # the clocks go back
    date(2024, 10, 28),
    date(2024, 10, 31),
    date(2024, 12, 31),
    date(2025, 2, 28),
    date(2025, 3, 1),
    date(2025, 3, 30),
]
FIRST, LAST = date(2024, 2, 1), date(2025, 6, 30)


@dataclass(frozen=True)
class Child:
    id: int
    born_on: date | None
    responsible_authority: str
    placed_in: str
    legal_status: str
    sex: str = ""
    ethnicity: str = ""
    disability: str = ""


@dataclass(frozen=True)
class Episode:
    id: int
    child: int
    category: str
    started_at: datetime
    reported_at: datetime | None
    returned_at: datetime | None
    la_notified_at: datetime | None
    date_only: list[str]
    end_unknown_after: date | None
    legal_status: str | None
    responsible_authority: str | None
    placed_in: str | None
    sw_contact_at: datetime | None
    merged_into: int | None


@dataclass(frozen=True)
class Interview:
    id: int
    child: int
    offered_at: datetime | None
    outcome: str
    held_at: datetime | None
    date_only: list[str]
    followed_up_at: datetime | None
    episodes: list[int]


@dataclass(frozen=True)
class Meeting:
    id: int
    panel: int
    starts_at: datetime
    status: str
    ended_at: datetime | None
    date_only: bool
    stamps: dict[str, datetime]
    agenda_issued_at: datetime | None = None


@dataclass(frozen=True)
class Action:
    id: int
    panel: int
    agency: int
    child: int | None
    issued_on: date
    due_on: date
    original_due_on: date
    status: str
    finished_on: date | None
    meeting: int | None
    issued_at: datetime | None


@dataclass(frozen=True)
class Referral:
    id: int
    panel: int
    child: int
    referred_on: date
    threshold: str


@dataclass(frozen=True)
class Case:
    id: int
    panel: int
    child: int
    referral: int
    accepted_on: date
    first_meeting_on: date | None
    closed_on: date | None
    closure_reason: str
    last_reviewed_on: date | None = None
    next_review_on: date | None = None


@dataclass
class History:
    children: list[Child] = field(default_factory=list)
    episodes: list[Episode] = field(default_factory=list)
    interviews: list[Interview] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)
    attended: list[Attended] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    def child(self, number: int) -> Child:
        return self.children[number - 1]


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC)


class Draw:
    """Draws one history; small numbers of children and panels make coincidences likely."""

    def __init__(self, seed: int, children: int = 14) -> None:
        self.random = random.Random(seed)
        self.history = History()
        self._children(children)
        self._episodes(children * 9)
        self._interviews()
        self._meetings(40)
        self._actions(60)
        self._cases()
        draw_around_meetings(self.history, seed)

    def day(self, first: date = FIRST, last: date = LAST) -> date:
        if self.random.random() < 0.4:
            found = self.random.choice(DAYS) + timedelta(days=self.random.choice([0, 0, 1, -1]))
            if first <= found <= last:
                return found
        return first + timedelta(days=self.random.randrange((last - first).days + 1))

    def instant(self) -> datetime:
        start = midnight(self.day())
        return start + self.random.choice(
            [
                timedelta(),
                timedelta(microseconds=-1),
                timedelta(seconds=1),
                timedelta(minutes=self.random.randrange(1440)),
                timedelta(minutes=self.random.randrange(1440)),
            ]
        )

    def near(self, hours: int) -> timedelta:
        """About so many hours, often to the microsecond."""
        exact = timedelta(hours=hours)
        return exact + self.random.choice(
            [
                timedelta(),
                timedelta(microseconds=1),
                timedelta(microseconds=-1),
                timedelta(hours=-1),
                timedelta(hours=1),
                timedelta(hours=self.random.randrange(-hours + 1, 2 * hours)),
            ]
        )

    def maybe(self, chance: float) -> bool:
        return self.random.random() < chance

    def _children(self, count: int) -> None:
        births = [
            None,
            date(2008, 2, 29),
            date(2008, 3, 1),
            date(2008, 10, 27),
            date(2006, 10, 27),
            date(2007, 3, 1),
        ]
        for number in range(1, count + 1):
            born_on = self.random.choice([*births, self.day(date(2006, 1, 1), date(2013, 1, 1))])
            self.history.children.append(
                Child(
                    number,
                    born_on,
                    self.random.choice(AUTHORITIES),
                    self.random.choice(AUTHORITIES),
                    self.random.choice(["", "cla", "cp", "cin", "none"]),
                    ("", "female", "male")[number % 3],
                    ("", "White British", "Black African", "Mixed")[number % 4],
                    ("", "yes")[number % 5 == 0],
                )
            )

    def _a_child(self) -> int:
        """Some have many more episodes than others."""
        most = len(self.history.children) + 1
        return min(self.random.randrange(1, most), self.random.randrange(1, most))

    def _episodes(self, count: int) -> None:
        taken = set()
        for number in range(1, count + 1):
            child = self._a_child()
            category = self.random.choice(["missing"] * 8 + ["away", "absent", "curfew"])
            started_at = self.instant()
            if (child, started_at, category) in taken:
                started_at += timedelta(minutes=number)
            taken.add((child, started_at, category))
            reported_at = (
                started_at + timedelta(minutes=self.random.randrange(300)) if self.maybe(0.7) else None
            )
            returned_at = (reported_at or started_at) + self.near(24) if self.maybe(0.85) else None
            told = returned_at + timedelta(hours=self.random.randrange(-5, 40)) if returned_at else None
            date_only: list[str] = []
            for name, value in (
                ("started_at", started_at),
                ("reported_at", reported_at),
                ("returned_at", returned_at),
            ):
                if value is not None and self.maybe(0.1):
                    date_only.append(name)
            if "returned_at" in date_only and returned_at is not None:
                returned_at = midnight(returned_at.astimezone(LONDON).date())
            if told and self.maybe(0.1):
                date_only.append("la_notified_at")
            self.history.episodes.append(
                Episode(
                    id=number,
                    child=child,
                    category=category,
                    started_at=started_at,
                    reported_at=reported_at,
                    returned_at=returned_at,
                    la_notified_at=told if self.maybe(0.8) else None,
                    date_only=date_only,
                    end_unknown_after=self.day() if returned_at is None and self.maybe(0.4) else None,
                    legal_status=self.random.choice([None, None, "cla", "cin"]),
                    responsible_authority=self.random.choice([None, None, *AUTHORITIES]),
                    placed_in=self.random.choice([None, None, *AUTHORITIES]),
                    sw_contact_at=started_at + timedelta(hours=50) if self.maybe(0.4) else None,
                    merged_into=self._merged_into(number),
                )
            )

    def _merged_into(self, number: int) -> int | None:
        """An episode counts, is a report of an earlier one, or is one of itself: recorded by mistake."""
        into = self.random.randrange(1, number) if number > 1 and self.maybe(0.08) else None
        return number if into and into % 3 == 1 else into

    def _interviews(self) -> None:
        outcomes = ["completed", "declined-child", "declined-carer", "unable", "not-required", "pending"]
        number = 0
        by_child: dict[int, list[int]] = {}
        for episode in self.history.episodes:
            by_child.setdefault(episode.child, []).append(episode.id)
        for episode in self.history.episodes:
            if episode.returned_at is None:
                continue
            for _ in range(self.random.choice([0, 1, 1, 1, 2, 3])):
                number += 1
                offered_at = episode.returned_at + self.near(72) if self.maybe(0.75) else None
                held_at = (offered_at or episode.returned_at) + self.near(30) if self.maybe(0.6) else None
                others = [other for other in by_child[episode.child] if self.maybe(0.05)]
                self.history.interviews.append(
                    Interview(
                        id=number,
                        child=episode.child,
                        offered_at=offered_at,
                        outcome=self.random.choice(outcomes),
                        held_at=held_at,
                        date_only=[n for n in ("offered_at", "held_at") if self.maybe(0.1)],
                        followed_up_at=episode.returned_at + timedelta(days=9) if self.maybe(0.4) else None,
                        episodes=sorted({episode.id, *others}),
                    )
                )

    def _meetings(self, count: int) -> None:
        names = ("actions_issued_at", "sent_to_chair_at", "approved_at", "circulated_at", "filed_at")
        for number in range(1, count + 1):
            starts_at = self.instant() + timedelta(seconds=number)
            stamps: dict[str, datetime] = {}
            for name in names:
                if self.maybe(0.2):
                    break
                last = max([starts_at, *stamps.values()])
                stamps[name] = last + timedelta(hours=self.random.randrange(0, 24 * 7))
            self.history.meetings.append(
                Meeting(
                    number,
                    self.random.randrange(1, 4),
                    starts_at,
                    self.random.choice(["held"] * 6 + ["cancelled", "planned"]),
                    starts_at + timedelta(hours=2) if self.maybe(0.6) else None,
                    self.maybe(0.3),
                    stamps if self.maybe(0.9) else {},
                )
            )

    def _actions(self, count: int) -> None:
        for number in range(1, count + 1):
            issued_on = self.day()
            original = issued_on + timedelta(days=self.random.randrange(0, 40))
            status = self.random.choice(
                [
                    "issued",
                    "acknowledged",
                    "in-progress",
                    "completed",
                    "completed",
                    "completed",
                    "not-possible",
                    "not-done",
                ]
            )
            finished = status in ("completed", "not-possible", "not-done")
            near_due = original + timedelta(days=self.random.choice([-1, 0, 0, 1, 9]))
            self.history.actions.append(
                Action(
                    id=number,
                    panel=self.random.randrange(1, 4),
                    agency=self.random.randrange(1, 3),
                    child=self.random.randrange(1, 15) if self.maybe(0.8) else None,
                    issued_on=issued_on,
                    due_on=original + timedelta(days=self.random.choice([0, 0, 0, 10])),
                    original_due_on=original,
                    status=status,
                    finished_on=max(issued_on, near_due) if finished else None,
                    meeting=self.random.randrange(1, 41) if self.maybe(0.3) else None,
                    issued_at=self.instant() if self.maybe(0.5) else None,
                )
            )

    def _cases(self) -> None:
        reasons = ["reduced-risk"] * 6 + ["moved", "turned-18", "transferred", "died", "other"]
        for child in list(self.history.children):
            for panel in (1, 2, 3):
                day = self.day(date(2023, 1, 1), date(2024, 3, 1))
                for _ in range(self.random.choice([0, 1, 1, 2, 3, 4])):
                    referral = self._referral(panel, child.id, day, "met")
                    accepted_on = day + timedelta(days=self.random.choice([0, 0, 3]))
                    first = (
                        accepted_on + timedelta(days=self.random.randrange(0, 30))
                        if self.maybe(0.85)
                        else None
                    )
                    closed_on = (
                        accepted_on + timedelta(days=self.random.randrange(5, 90))
                        if self.maybe(0.9)
                        else None
                    )
                    self.history.cases.append(
                        Case(
                            len(self.history.cases) + 1,
                            panel,
                            child.id,
                            referral,
                            accepted_on,
                            first,
                            closed_on,
                            self.random.choice(reasons) if closed_on else "",
                        )
                    )
                    if self.maybe(0.3):
                        self._referral(
                            panel,
                            child.id,
                            day + timedelta(days=2),
                            self.random.choice(["met", "not-met", ""]),
                        )
                    if closed_on is None:
                        break
                    a_year_on = date(closed_on.year + 1, closed_on.month, min(closed_on.day, 28))
                    self._come_of_age(child, closed_on, a_year_on)
                    day = self.random.choice(
                        [
                            closed_on,
                            closed_on + timedelta(days=1),
                            closed_on + timedelta(days=self.random.randrange(1, 500)),
                            a_year_on,
                            a_year_on + timedelta(days=1),
                            a_year_on + timedelta(days=2),
                        ]
                    )

    def _come_of_age(self, child: Child, closed_on: date, a_year_on: date) -> None:
        """Now and then a child turns 18 on an awkward day of the year after a closure."""
        if self.maybe(0.3):
            birthday = self.random.choice([closed_on, a_year_on]) + timedelta(
                days=self.random.choice([-1, 0, 1])
            )
            born_on = birthday.replace(year=birthday.year - 18, day=min(birthday.day, 28))
            self.history.children[child.id - 1] = replace(child, born_on=born_on)

    def _referral(self, panel: int, child: int, day: date, threshold: str) -> int:
        known = {(r.panel, r.child, r.referred_on) for r in self.history.referrals}
        while (panel, child, day) in known:
            day += timedelta(days=1)
        number = len(self.history.referrals) + 1
        self.history.referrals.append(Referral(number, panel, child, day, threshold))
        return number


async def store(history: History) -> None:
    """Puts a history into an empty, migrated database; panels 1 and up are there already."""
    for number in (1, 2):
        await database.execute(
            "INSERT INTO agency (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING", number, f"Agency {number}"
        )
    await store_people(_copy)
    await _copy("child", [{**asdict(c), "child_ref": f"C{c.id}"} for c in history.children])
    await _copy("episode", [asdict(e) for e in history.episodes])
    interviews = [asdict(i) for i in history.interviews]
    links = [
        {"interview": row["id"], "episode": episode} for row in interviews for episode in row.pop("episodes")
    ]
    await _copy("interview", [{**row, "interview_key": f"K{row['id']}"} for row in interviews])
    await _copy("interview_episode", links)
    meetings = [asdict(m) for m in history.meetings]
    minutes = [
        {"meeting": row["id"], **dict.fromkeys(STAMPS), **stamps}
        for row in meetings
        if (stamps := row.pop("stamps"))
    ]
    await _copy("meeting", meetings)
    await _copy("minutes", minutes)
    await _copy("action", [{**asdict(a), "text": "Visit"} for a in history.actions])
    await _copy("referral", [asdict(r) for r in history.referrals])
    await _copy("panel_case", [asdict(k) for k in history.cases])
    await store_around_meetings(history, _copy)


STAMPS = ("actions_issued_at", "sent_to_chair_at", "approved_at", "circulated_at", "filed_at")


async def _copy(table: str, rows: Iterable[dict[str, object]]) -> None:
    found = list(rows)
    if found:
        await database.copy_rows(table, list(found[0]), [tuple(row.values()) for row in found])
