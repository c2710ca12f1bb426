"""What is happening just now: children still missing, clocks that run, a month that was too much. Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random

from app.example.children import ExampleChild
from app.example.episodes import ExampleEpisode, found_at
from app.example.interviews import ExampleInterview
from app.example.rules import Present, chance, london
from app.london import month_start

STORY_DAYS = 6
"""How far back a story of now reaches; nothing else is told of its child in these days."""

Told = tuple[list[ExampleEpisode], list[ExampleInterview]]


def stories_of_now(children: Sequence[ExampleChild], present: Present) -> Told:
    """The episodes of the last days and of two children's worst month, and the interviews about them."""
    luck = chance("stories of now")
    cast = _Cast(children)
    episodes: list[ExampleEpisode] = []
    interviews: list[ExampleInterview] = []

    def tell(child: ExampleChild, started: datetime, returned: datetime | None) -> ExampleEpisode:
        number = len(episodes) + 1
        made = _episode(luck, child, f"EXN-{number:04}", started, returned)
        episodes.append(made)
        return made

    two_days, yesterday = present.days_ago(2), present.days_ago(1)
    # for four days, in care: everything that is due has been done, and it was confirmed last evening
    tell(
        cast.worried_about(lambda c: c.legal_status == "cla" and c.lives_in == "residential"),
        london(present.days_ago(4), 22, 10),
        None,
    )
    # more than 24 hours, in care: strategy discussion and High-Risk Notification are due
    tell(
        cast.worried_about(lambda c: c.legal_status == "cla" and not c.placed_in),
        london(two_days, 19, 10),
        None,
    )
    tell(cast.next(lambda c: c.legal_status == "cp"), london(yesterday, 15, 20), None)
    just_now = present.now - timedelta(minutes=95)
    tell(
        cast.worried_about(lambda c: c.legal_status == "cin"), just_now.replace(second=0, microsecond=0), None
    )
    # back, and the 72 hours of the interview run
    tell(
        cast.worried_about(lambda c: c.legal_status != "cla"),
        london(present.days_ago(3), 20, 30),
        london(two_days, 23, 50),
    )
    told = tell(
        cast.worried_about(lambda c: c.placed_in != ""), london(two_days, 18, 5), london(yesterday, 1, 40)
    )
    interviews.append(ExampleInterview((told,), london(yesterday, 11, 15), "pending", None, "", "", None))
    # back for more than 72 hours, and nobody has been to see the child
    tell(
        cast.next(lambda c: c.legal_status == "cla"),
        london(present.days_ago(5), 21),
        london(present.days_ago(4), 2),
    )
    tell(
        cast.next(lambda c: c.strain > 0.1),
        london(present.days_ago(4), 16, 45),
        london(present.days_ago(4), 22, 30),
    )
    _busy_month(cast, present, tell)
    return episodes, interviews


def _busy_month(
    cast: "_Cast", present: Present, tell: Callable[[ExampleChild, datetime, datetime | None], ExampleEpisode]
) -> None:
    """Two children missing six times in the last complete month."""
    month = month_start(month_start(present.day) - timedelta(days=1))
    for days, hour in (((2, 5, 11, 12, 19, 24), 18), ((0, 6, 8, 9, 15, 16, 22), 20)):
        child = cast.next(lambda c: c.episodes == 0)
        for day in days:
            start = london(month + timedelta(days=day), hour, 40)
            tell(child, start, start + timedelta(hours=5 + day))


class _Cast:
    """Gives each story a child of its own, in the order of the register."""

    def __init__(self, children: Sequence[ExampleChild]) -> None:
        self._left = list(children)

    def worried_about(self, suits: Callable[[ExampleChild], bool]) -> ExampleChild:
        """The most strained of those who suit."""
        found = max((child for child in self._left if suits(child)), key=lambda child: child.strain)
        self._left.remove(found)
        return found

    def next(self, suits: Callable[[ExampleChild], bool]) -> ExampleChild:
        found = next((child for child in self._left if suits(child)), self._left[0])
        self._left.remove(found)
        return found


def _episode(
    luck: Random, child: ExampleChild, ref: str, started_at: datetime, returned_at: datetime | None
) -> ExampleEpisode:
    return ExampleEpisode(
        ref=ref,
        child=child,
        category="missing",
        started_at=started_at,
        reported_at=started_at + timedelta(minutes=50),
        returned_at=returned_at,
        told_at=returned_at + timedelta(hours=2) if returned_at else None,
        missing_from=child.lives_at,
        missing_from_kind=child.lives_in,
        found_at=found_at(luck, child) if returned_at else "",
        police_risk="high" if returned_at is None else "medium",
        contact_at=None,
    )
