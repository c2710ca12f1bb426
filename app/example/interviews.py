"""Return home interviews of the example: offered when, held how, declined by whom. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from app.example.episodes import ExampleEpisode
from app.example.files import moment
from app.example.names import INTERVIEWERS
from app.example.rules import Present, chance, choose
from app.london import london_date


@dataclass(frozen=True)
class ExampleInterview:
    """One interview; it covers more than one episode where they followed each other closely."""

    episodes: tuple[ExampleEpisode, ...]
    offered_at: datetime | None
    outcome: str
    held_at: datetime | None
    mode: str
    interviewer: str
    followed_up_at: datetime | None
    date_only: bool = False

    @property
    def settled_at(self) -> datetime | None:
        """When the outcome was known."""
        if self.outcome == "pending":
            return None
        return self.held_at or (self.offered_at + timedelta(hours=20) if self.offered_at else None)

    def changes_at(self) -> Iterable[datetime]:
        times = (self.offered_at or self.episodes[-1].returned_at, self.settled_at, self.followed_up_at)
        return (at for at in times if at is not None)

    def as_row(self, known_at: datetime) -> dict[str, str]:
        """As a file of that instant tells it: pending until the outcome was known."""
        settled = self.settled_at is None or self.settled_at <= known_at
        held = self.held_at if settled else None
        followed = self.followed_up_at if self.followed_up_at and self.followed_up_at <= known_at else None
        return {
            "episode_refs": ";".join(episode.ref for episode in self.episodes),
            "offered_at": moment(self.offered_at),
            "offer_method": "direct contact" if self.offered_at else "",
            "outcome": self.outcome if settled else "pending",
            "held_at": london_date(held).isoformat() if held and self.date_only else moment(held),
            "mode": self.mode if held else "",
            "interviewer": self.interviewer if held else "",
            "independent": "yes" if held else "",
            "followed_up_at": moment(followed),
        }


def interviews_of(episodes: Sequence[ExampleEpisode], present: Present) -> list[ExampleInterview]:
    """At most one interview for each missing episode that ended; some were never recorded at all."""
    found: list[ExampleInterview] = []
    by_child: dict[str, list[ExampleEpisode]] = {}
    for episode in episodes:
        if episode.category == "missing" and episode.returned_at:
            by_child.setdefault(episode.child.ref, []).append(episode)
    for ref, returned in by_child.items():
        luck = chance(f"interviews of {ref}")
        waiting: list[ExampleEpisode] = []
        for number, episode in enumerate(returned):
            waiting.append(episode)
            following = returned[number + 1] if number + 1 < len(returned) else None
            closely = following and following.started_at - episode.started_at < timedelta(hours=40)
            if closely and len(waiting) < 3:
                continue
            made = _interview(luck, tuple(waiting), present)
            found += [made] if made else []
            waiting = []
    return found


def _interview(
    luck: Random, episodes: tuple[ExampleEpisode, ...], present: Present
) -> ExampleInterview | None:
    child, returned_at = episodes[-1].child, episodes[-1].returned_at
    assert returned_at is not None
    decline = 17 + 22 * child.strain
    outcome = choose(
        luck,
        (
            ("completed", 62),
            ("declined-child", decline),
            ("declined-carer", 4),
            ("unable", 5),
            ("not-required", 3),
            ("none", 4),
        ),
    )
    offered_at = returned_at + timedelta(hours=min(160.0, 3 + luck.lognormvariate(3.2, 0.75)))
    offered_at = offered_at.replace(second=0, microsecond=0)
    held_at = offered_at + timedelta(hours=luck.choice((1, 2, 5, 20, 24, 30, 46)))
    if outcome == "none" or max(offered_at + timedelta(hours=20), held_at) > present.now:
        return None
    completed = outcome == "completed"
    followed_at = offered_at + timedelta(hours=luck.randrange(24, 130))
    followed = outcome.startswith("declined") and luck.random() < 0.48 and followed_at < present.now
    return ExampleInterview(
        episodes=episodes,
        offered_at=None if outcome == "not-required" else offered_at,
        outcome=outcome,
        held_at=held_at if completed else None,
        mode=choose(luck, (("face-to-face", 72), ("virtual", 10), ("phone", 18))) if completed else "",
        interviewer=luck.choice(INTERVIEWERS) if completed else "",
        followed_up_at=followed_at if followed else None,
        date_only=completed and luck.random() < 0.04,
    )
