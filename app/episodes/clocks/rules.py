"""When something falls due: strategy discussion, High-Risk Notification, interview. The one definition. Pure.

The children's pages, the panels' pages, the home page and the figures all count by it; `clocks.queries` says the
interview's clock in SQL.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.episodes.rules import EpisodeFacts, ended_by
from app.london import day_end, london_date

STRATEGY_DISCUSSION_HOURS = 12
HIGH_RISK_NOTIFICATION_HOURS = 24
INTERVIEW_HOURS = 72
CONFIRM_AFTER_HOURS = 24
"""How long a child is away before somebody is asked whether the child is still missing."""
INTERVIEW_CLOCK_DAYS = 90
"""How long an interview that nobody recorded stays among a child's clocks; figures count it for ever."""

CLOCK_NAMES = {
    "strategy-discussion": "Strategy discussion",
    "high-risk-notification": "High-Risk Notification",
    "interview": "Return home interview",
    "interview-told": "Return home interview, from when the council was told",
}


@dataclass(frozen=True)
class Clock:
    """Something that falls due. `kind` is a slug of CLOCK_NAMES; `said_at` is the instant on record.

    `counts_from` differs from `said_at` where only a day is on record (`from_date`): a return counts from the end of
    its London day, a start from its beginning.
    """

    kind: str
    words: str
    said_at: datetime
    counts_from: datetime
    due_at: datetime
    episode_id: int
    from_date: bool = False
    done_at: datetime | None = None
    done_by: str = ""

    def is_overdue(self, now: datetime) -> bool:
        return self.done_at is None and now > self.due_at

    @property
    def counts_from_end(self) -> bool:
        return self.counts_from > self.said_at


def open_clocks(
    episode: EpisodeFacts, outcome: str | None, offered_at: datetime | None, in_care: bool, now: datetime
) -> list[Clock]:
    """What runs for an episode now: while the child is away, and from the return until an interview is settled.

    `outcome` and `offered_at` are the final outcome of its interviews and the first offer. Only missing episodes
    have clocks: away, absent and curfew never.
    """
    if episode.category != "missing" or episode.end_unknown_after is not None:
        return []
    if episode.returned_at is None:
        return _clocks_while_away(episode, in_care)
    settled = outcome not in (None, "pending")
    if settled or episode.returned_at < now - timedelta(days=INTERVIEW_CLOCK_DAYS):
        return []
    return _clocks_after_return(episode, episode.returned_at, offered_at)


def next_due(clocks: list[Clock]) -> datetime | None:
    """The first deadline that nothing has answered yet; the clock from the council being told is only shown."""
    waiting = [one.due_at for one in clocks if one.done_at is None and one.kind != "interview-told"]
    return min(waiting, default=None)


def interview_due_at(returned_at: datetime, date_only: bool) -> datetime:
    """72 elapsed hours from the return; where only its day is on record, from the end of that London day."""
    return _counts_from(returned_at, date_only) + timedelta(hours=INTERVIEW_HOURS)


def told_at(episode: EpisodeFacts) -> datetime | None:
    """From when the other clock counts: the council being told, or the return where that came later."""
    if episode.la_notified_at is None or episode.returned_at is None:
        return None
    told = _counts_from(episode.la_notified_at, "la_notified_at" in episode.date_only)
    if "returned_at" not in episode.date_only:
        return max(told, episode.returned_at)
    if london_date(episode.la_notified_at) >= london_date(episode.returned_at):
        # who is told of a return on its day is not told before it
        return told
    return ended_by(episode)


def media_alert_sentence(episode: EpisodeFacts) -> str | None:
    """Why a media alert may not go out yet; None once the Executive Director's consent is on record."""
    if episode.media_consent_at is not None and episode.media_consent_by:
        return None
    return "No media alert: the Executive Director’s consent is not recorded."


def _counts_from(at: datetime, date_only: bool) -> datetime:
    return day_end(london_date(at)) if date_only else at


def _clocks_while_away(episode: EpisodeFacts, in_care: bool) -> list[Clock]:
    hours = 0 if episode.immediate_concern else STRATEGY_DISCUSSION_HOURS
    words = (
        "Strategy discussion, at once" if episode.immediate_concern else "Strategy discussion within 12 hours"
    )
    start, from_date = episode.started_at, "started_at" in episode.date_only
    clocks = [
        Clock(
            kind="strategy-discussion",
            words=words,
            said_at=start,
            counts_from=start,
            due_at=start + timedelta(hours=hours),
            episode_id=episode.id,
            from_date=from_date,
            done_at=episode.strategy_discussion_at,
            done_by=episode.strategy_discussion_by,
        )
    ]
    if in_care:
        clocks.append(
            Clock(
                kind="high-risk-notification",
                words="High-Risk Notification within 24 hours",
                said_at=start,
                counts_from=start,
                due_at=start + timedelta(hours=HIGH_RISK_NOTIFICATION_HOURS),
                episode_id=episode.id,
                from_date=from_date,
                done_at=episode.high_risk_notified_at,
                done_by=episode.high_risk_notified_by,
            )
        )
    return clocks


def _clocks_after_return(
    episode: EpisodeFacts, returned_at: datetime, offered_at: datetime | None
) -> list[Clock]:
    no_time = "returned_at" in episode.date_only
    clocks = [
        Clock(
            kind="interview",
            words="Return home interview within 72 hours of the return",
            said_at=returned_at,
            counts_from=_counts_from(returned_at, no_time),
            due_at=interview_due_at(returned_at, no_time),
            episode_id=episode.id,
            from_date=no_time,
            done_at=offered_at,
        )
    ]
    told = told_at(episode)
    if told is not None and episode.la_notified_at is not None:
        clocks.append(
            Clock(
                kind="interview-told",
                words="The same, from when the council was told",
                said_at=min(told, episode.la_notified_at),
                counts_from=told,
                due_at=told + timedelta(hours=INTERVIEW_HOURS),
                episode_id=episode.id,
                from_date=bool({"la_notified_at", "returned_at"} & set(episode.date_only)),
                done_at=offered_at,
            )
        )
    return clocks
