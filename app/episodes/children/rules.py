"""A child's chronology: episodes, interviews, risk assessments and later rooms' moments in one order. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.episodes.clocks.rules import Clock, open_clocks
from app.episodes.handed_in import ChronologyMoment
from app.episodes.rules import (
    CATEGORIES,
    INTERVIEW_MODES,
    INTERVIEW_OUTCOMES,
    EpisodeFacts,
    InterviewFacts,
    RiskFacts,
    final_interview,
    is_open,
    told_or_childs,
)
from app.episodes.withdrawals.rules import Withdrawn
from app.london import day_start


@dataclass(frozen=True)
class TimelineEntry:
    """One entry, newest first on the page. `date_only`: the time of day is not known.

    `withdrawn`: it was recorded by mistake, and counts nowhere.
    """

    at: datetime
    kind: str
    title: str
    words: str = ""
    url: str = ""
    date_only: bool = False
    episode: EpisodeFacts | None = None
    interview: InterviewFacts | None = None
    risk: RiskFacts | None = None
    withdrawn: Withdrawn | None = None


# the look of the timeline's marks
_KINDS = {"panel": "meeting", "minutes": "meeting", "action": "action", "referral": "quiet", "case": "quiet"}


def chronology(
    episodes: Sequence[EpisodeFacts],
    interviews: Sequence[InterviewFacts],
    risks: Sequence[RiskFacts],
    moments: Iterable[ChronologyMoment],
    withdrawn: Sequence[Withdrawn] = (),
) -> list[TimelineEntry]:
    """Everything known of a child, the latest first; what was recorded by mistake in its place among it."""
    started = {episode.id: episode.started_at for episode in episodes}
    started |= {one.episode.id: one.episode.started_at for one in withdrawn if one.episode}
    entries = [
        *(_of_episode(episode) for episode in episodes),
        *(_of_interview(interview, started) for interview in interviews),
        *(_of_risk(risk) for risk in risks),
        *(entry for one in withdrawn for entry in _of_withdrawn(one, started)),
        *(
            TimelineEntry(m.at, _KINDS.get(m.kind, m.kind), m.title, m.words, m.url, m.date_only)
            for m in moments
        ),
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _of_episode(episode: EpisodeFacts) -> TimelineEntry:
    title = CATEGORIES[episode.category]
    if episode.missing_from:
        title += f" from {episode.missing_from}"
    kind = "missing" if episode.category == "missing" else "quiet"
    return TimelineEntry(
        episode.started_at, kind, title, date_only="started_at" in episode.date_only, episode=episode
    )


def _of_interview(interview: InterviewFacts, started: dict[int, datetime]) -> TimelineEntry:
    """At the time it was held or offered; where neither is known, at the start of its last episode."""
    name = "held_at" if interview.held_at else "offered_at"
    at = interview.held_at or interview.offered_at
    if at is None:
        at = max(started[episode] for episode in interview.episode_ids if episode in started)
    words = [INTERVIEW_MODES.get(interview.mode, ""), interview.interviewer]
    return TimelineEntry(
        at,
        "interview",
        f"Return home interview: {INTERVIEW_OUTCOMES[interview.outcome].lower()}",
        ", ".join(word for word in words if word),
        date_only=name in interview.date_only or not (interview.held_at or interview.offered_at),
        interview=interview,
    )


def _of_risk(risk: RiskFacts) -> TimelineEntry:
    words = [risk.tool, ", ".join(flag_words(flag) for flag in risk.flags)]
    return TimelineEntry(
        day_start(risk.assessed_on),
        "risk",
        f"Risk assessed: {risk.level}",
        "; ".join(word for word in words if word),
        date_only=True,
        risk=risk,
    )


def _of_withdrawn(withdrawn: Withdrawn, started: dict[int, datetime]) -> list[TimelineEntry]:
    """The record that was withdrawn, and the interviews that went with an episode."""
    # an interview is told by its episodes where it has no day of its own; those may stand on no page any more
    known = started | {
        episode: withdrawn.withdrawn_at
        for one in withdrawn.interviews
        for episode in one.episode_ids
        if episode not in started
    }
    entries = [_of_episode(withdrawn.episode)] if withdrawn.episode else []
    entries += [_of_interview(interview, known) for interview in withdrawn.interviews]
    entries += [_of_risk(withdrawn.risk)] if withdrawn.risk else []
    url = f"/withdrawals/{withdrawn.id}"
    return [replace(entry, kind="quiet", words="", url=url, withdrawn=withdrawn) for entry in entries]


def flag_words(flag: str) -> str:
    """A flag as people write it: `county-lines` is county lines, `cse` is CSE."""
    return flag.upper() if flag in ("cse", "cce") else flag.replace("-", " ")


def clocks_of(
    episodes: Sequence[EpisodeFacts], interviews: Sequence[InterviewFacts], legal_status: str, now: datetime
) -> list[tuple[EpisodeFacts, list[Clock]]]:
    """Each episode on which something runs, the open ones first."""
    found = []
    for episode in episodes:
        of_episode = [one for one in interviews if episode.id in one.episode_ids]
        final = final_interview(of_episode)
        offers = [one.offered_at for one in of_episode if one.offered_at]
        clocks = open_clocks(
            episode,
            final.outcome if final else None,
            min(offers, default=None),
            told_or_childs(episode.legal_status, legal_status) == "cla",
            now,
        )
        if clocks:
            found.append((episode, clocks))
    return sorted(found, key=lambda pair: not is_open(pair[0]))
