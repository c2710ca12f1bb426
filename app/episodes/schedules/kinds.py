"""What can go out by schedule, as values: the lists of missing children, and what later rooms hand in."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.access import Role
from app.episodes.lists.rules import LIST_NAMES, MOST_DAYS, ListKind, last_week
from app.episodes.schedules.rules import Schedule, sent_when
from app.london import london_date
from app.windows import Window


@dataclass(frozen=True)
class Occasion:
    """One day on which something goes out. `last_for`: the day for which it went out before."""

    schedule: Schedule
    due_on: date
    last_for: date | None
    now: datetime
    base_url: str


@dataclass(frozen=True)
class Mail:
    """What people are told: a link, never a name or a number."""

    subject: str
    body: str


@dataclass(frozen=True)
class Scheduled:
    """One thing that can go out. Its slug is stored: it never changes.

    `prepare` makes what the link leads to, in the transaction that sends it. `seats_read`: whoever holds a seat on a
    panel can open it, not those alone whose role it is.
    """

    name: str
    about: str
    default: Schedule
    prepare: Callable[[Occasion], Awaitable[Mail]]
    seats_read: bool = False

    @property
    def slug(self) -> str:
        return self.default.kind


def of_slug(kinds: Sequence[Scheduled], slug: str) -> Scheduled | None:
    return next((kind for kind in kinds if kind.slug == slug), None)


def days_listed(today: date, last_for: date | None) -> Window:
    """The days of the weekly list: a week, or back to the list before, so that nobody falls between the two."""
    week = last_week(today)
    first = min(week.first, last_for) if last_for else week.first
    return Window(max(first, week.last - timedelta(days=MOST_DAYS)), week.last)


async def _missing_now(occasion: Occasion) -> Mail:
    what = "The list of children who are missing from home or care is ready."
    return _list_mail(occasion, ListKind.MISSING_NOW, what)


async def _missing_this_week(occasion: Occasion) -> Mail:
    window = days_listed(london_date(occasion.now), occasion.last_for)
    what = f"The list of every child who is or was missing from home or care from {window.words} is ready."
    query = f"?from={window.first}&to={window.last}"
    return _list_mail(occasion, ListKind.MISSING_THIS_WEEK, what, query)


def _list_mail(occasion: Occasion, kind: ListKind, what: str, query: str = "") -> Mail:
    today = london_date(occasion.now)
    return Mail(
        f"{LIST_NAMES[kind]}: the list of {today:%A} {today.day} {today:%B %Y}",
        f"{what} Sign in to read it; it shows how things stand when you open it.\n\n"
        f"{occasion.base_url}/{kind.value}{query}\n\n"
        f"{sent_when(occasion.schedule)} An administrator chooses who gets it.\n",
    )


def off_until_chosen(slug: str, weekdays: tuple[int, ...]) -> Schedule:
    """The default of every kind: nobody is written to unasked."""
    return Schedule(slug, False, weekdays, 9, (Role.SAFEGUARDING_MANAGER.value,))


LISTS: tuple[Scheduled, ...] = (
    Scheduled(
        LIST_NAMES[ListKind.MISSING_NOW],
        "Children who are missing from home or care when the list is opened.",
        off_until_chosen(ListKind.MISSING_NOW.value, (1, 4)),  # the twice-weekly list
        _missing_now,
        seats_read=True,
    ),
    Scheduled(
        LIST_NAMES[ListKind.MISSING_THIS_WEEK],
        "Children who are or were missing in the seven days up to the one it is sent on.",
        off_until_chosen(ListKind.MISSING_THIS_WEEK.value, (5,)),  # the weekly e-mail
        _missing_this_week,
        seats_read=True,
    ),
)
