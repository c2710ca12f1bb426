"""When the children of the example were missing, from where, found where, and what became of it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from app.example.calming import Span, days_changed, spans_of
from app.example.cases import ExampleCase
from app.example.children import ExampleChild
from app.example.files import moment
from app.example.names import FOUND_PLACES, OTHER_SPELLINGS
from app.example.rules import DAYS_BACK, Present, chance, choose, london
from app.london import london_date

QUIET_DAYS = 2
"""The last days belong to the stories of `now`, so that open clocks are the same on every day."""

BETWEEN = timedelta(hours=4)
"""From one return to the next episode of the child at least; closer ones might be two reports of one."""


@dataclass(frozen=True)
class ExampleEpisode:
    ref: str
    child: ExampleChild
    category: str
    started_at: datetime
    reported_at: datetime | None
    returned_at: datetime | None
    told_at: datetime | None
    missing_from: str
    missing_from_kind: str
    found_at: str
    police_risk: str
    contact_at: datetime | None
    dates_only: bool = False

    def changes_at(self) -> Iterable[datetime]:
        """The instants at which there was something new to tell."""
        times = (self.started_at, self.reported_at, self.returned_at, self.told_at, self.contact_at)
        return (at for at in times if at is not None)

    def as_row(self, known_at: datetime) -> dict[str, str]:
        """As a file of that instant tells it."""
        returned = _known(self.returned_at, known_at)
        return {
            "episode_ref": self.ref,
            "child_ref": self.child.ref,
            "category": self.category,
            "started_at": self._told(self.started_at),
            "reported_at": "" if self.dates_only else moment(_known(self.reported_at, known_at)),
            "returned_at": self._told(returned),
            "la_notified_at": "" if self.dates_only else moment(_known(self.told_at, known_at)),
            "missing_from": self.missing_from,
            "missing_from_kind": self.missing_from_kind,
            "found_at": self.found_at if returned else "",
            "legal_status": self.child.legal_status,
            "responsible_authority": self.child.responsible_authority,
            "placed_in": self.child.placed_in,
            "police_risk": self.police_risk,
            "sw_contact_at": moment(_known(self.contact_at, known_at)),
        }

    def _told(self, at: datetime | None) -> str:
        return london_date(at).isoformat() if at and self.dates_only else moment(at)


def _known(at: datetime | None, known_at: datetime) -> datetime | None:
    return at if at is not None and at <= known_at else None


def episodes_of(
    children: Sequence[ExampleChild], cases: Sequence[ExampleCase], present: Present
) -> list[ExampleEpisode]:
    """Every episode in order of its start, each with a reference of its own."""
    found: list[ExampleEpisode] = []
    spans = spans_of(cases)
    for child in children:
        found += _of_child(child, spans.get(child.ref, ()), present)
    ordered = sorted(found, key=lambda one: (one.started_at, one.child.ref))
    return [replace(one, ref=f"EXM-{number:06}") for number, one in enumerate(ordered, 1)]


def _of_child(child: ExampleChild, spans: Sequence[Span], present: Present) -> list[ExampleEpisode]:
    luck = chance(f"episodes of {child.ref}")
    first_day = present.days_ago(DAYS_BACK)
    latest = london(present.days_ago(QUIET_DAYS), 23)
    starts = [_evening(luck, first_day + timedelta(days=day)) for day in _days(luck, child.episodes)]
    if spans:
        days = [london_date(at) for at in starts]
        changed = days_changed(
            chance(f"after the panel, {child.ref}"), days, spans, first_day, present.days_ago(3)
        )
        starts = [_evening(luck, day) for day in changed]
    counted = set(starts)
    # what is not counted as missing: away, absent, and curfew for those whom youth justice knows
    others = {london_date(at) for at in starts}
    for _ in range(choose(luck, ((0, 70), (1, 18), (2, 8), (3, 4)))):
        day = first_day + timedelta(days=luck.randrange(0, DAYS_BACK - QUIET_DAYS))
        if day not in others:
            starts.append(_evening(luck, day))
            others.add(day)
    starts.sort()
    found: list[ExampleEpisode] = []
    for number, at in enumerate(starts):
        ends_by = starts[number + 1] if number + 1 < len(starts) else latest + timedelta(hours=6)
        still_away = found and found[-1].returned_at and found[-1].returned_at >= at
        if still_away or ends_by - at < 2 * BETWEEN:
            continue
        category = "missing" if at in counted else choose(luck, (("away", 4), ("absent", 3), ("curfew", 2)))
        found.append(_episode(luck, child, category, at, ends_by - BETWEEN))
    return found


def _days(luck: Random, count: int) -> list[float]:
    """Days from the beginning, in bursts; half of the first repeats come within four weeks."""
    if count == 0:
        return []
    reach = DAYS_BACK - QUIET_DAYS - 1
    first = luck.uniform(1, 27) if luck.random() < 0.68 else luck.uniform(29, 140)
    gaps = [first] if count > 1 else []
    bursts = 0.6 if count > 11 else 0.12
    for _ in range(count - 2):
        pause = luck.expovariate(1 / 30) + (8 if count > 11 else 45)
        gaps.append(max(0.8, luck.expovariate(1 / 4) if luck.random() < bursts else pause))
    room = reach - 5
    if sum(gaps) > room:
        squeeze = (room - first) / (sum(gaps) - first)
        gaps = [first, *(max(0.3, gap * squeeze) for gap in gaps[1:])]
    # round the end to the beginning, so that every month is as full as the others
    day = luck.uniform(0, reach)
    days = [day]
    for gap in gaps:
        day += gap
        days.append(day % reach)
    return sorted(days)


def _evening(luck: Random, day: date) -> datetime:
    hour = choose(
        luck, ((17, 2), (18, 3), (19, 4), (20, 5), (21, 5), (22, 4), (23, 2), (15, 3), (12, 2), (8, 1))
    )
    return london(day, hour, luck.randrange(0, 60, 5))


def _episode(
    luck: Random, child: ExampleChild, category: str, started_at: datetime, ends_by: datetime
) -> ExampleEpisode:
    returned_at = min(started_at + _how_long(luck), ends_by)
    reported = started_at + timedelta(minutes=luck.randrange(15, 260, 5))
    told = returned_at + timedelta(minutes=luck.randrange(10, 1200, 5))
    contact = returned_at + timedelta(hours=luck.randrange(6, 110))
    return ExampleEpisode(
        ref="",
        child=child,
        category=category,
        started_at=started_at,
        reported_at=reported if reported < returned_at and luck.random() < 0.95 else None,
        returned_at=returned_at,
        told_at=told if luck.random() < 0.85 else None,
        missing_from=child.lives_at,
        missing_from_kind=child.lives_in,
        found_at=found_at(luck, child),
        police_risk=choose(
            luck, (("medium", 68), ("high", 8 + 14 * child.strain), ("low", 15), ("no-apparent", 3))
        ),
        contact_at=contact if luck.random() < 0.38 else None,
        dates_only=luck.random() < 0.01,
    )


def _how_long(luck: Random) -> timedelta:
    low, high = choose(
        luck,
        (((70, 360), 38), ((360, 1440), 32), ((1440, 4320), 20), ((4320, 10080), 7), ((10080, 26000), 3)),
    )
    return timedelta(minutes=luck.randrange(low, high, 5))


def found_at(luck: Random, child: ExampleChild) -> str:
    """Blank where the child came back alone; otherwise one of two or three places this child is drawn to."""
    if luck.random() < 0.6:
        return ""
    usual = chance(f"places of {child.ref}")
    # some places draw many children, most only a few
    places = [
        choose(usual, tuple((place, 1 / (n + 1)) for n, place in enumerate(FOUND_PLACES))) for _ in range(3)
    ]
    place = choose(luck, ((places[0], 6), (places[1], 3), (places[2], 1)))
    others = OTHER_SPELLINGS.get(place, ())
    return luck.choice(others) if others and luck.random() < 0.2 else place
