"""When a person's digest goes, what stands in it, and its words. Pure.

Mails hold numbers of actions, days and links: never a child, never a word of an action.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.actions.reminding.rules import ESCALATED, Notice, Rung, Watched, overdue_from, soon_from
from app.actions.rules import due_words
from app.london import LONDON, is_working_day
from app.panels.words import long_day

FIRST_HOUR, LAST_HOUR = 6, 20
"""Hours in London at which a digest may be asked for."""
HOURS = {
    hour: f"{(hour - 1) % 12 + 1}{'am' if hour < 12 else 'pm'}" for hour in range(FIRST_HOUR, LAST_HOUR + 1)
}
"""As they read."""
MOST_LINES = 25
"""Of each part of a digest; of the others it says how many there are, and the page lists them."""


@dataclass(frozen=True)
class Preference:
    """How a person wants to be reminded; `wanted` is about their own actions, what is escalated always goes."""

    wanted: bool = True
    hour: int = 8

    def wants(self, rung: Rung) -> bool:
        return self.wanted or rung in ESCALATED


USUAL = Preference()


def slot_of(now: datetime) -> tuple[date, int] | None:
    """The working day and the hour in London whose digests may be written now; None where it is to be quiet."""
    local = now.astimezone(LONDON)
    if not is_working_day(local.date()) or not FIRST_HOUR <= local.hour <= LAST_HOUR:
        return None
    return local.date(), local.hour


def is_turn(preference: Preference, since: int | None, hour: int) -> bool:
    """Whether a person's hour has come since the day's run before, at the hour `since`; None: this is the first."""
    return (since is None or since < preference.hour) and preference.hour <= hour


@dataclass(frozen=True)
class Recommended:
    """An unfinished recommendation that is due soon or overdue, and the people it is with."""

    id: int
    due_on: date
    with_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class RecommendationNotice:
    recommendation_id: int
    person_id: int
    due_on: date
    rung: Rung


def recommendations_to_tell(
    recommendations: Sequence[Recommended],
    told: Mapping[int, set[tuple[int, str]]],
    today: date,
) -> list[RecommendationNotice]:
    """Before and after their due date, as actions; there is no panel, and so no ladder."""
    found = []
    for one in recommendations:
        if soon_from(one.due_on) <= today <= one.due_on:
            rung = Rung.DUE_SOON
        elif overdue_from(one.due_on) <= today:
            rung = Rung.OWNER
        else:
            continue
        found += [
            RecommendationNotice(one.id, person, one.due_on, rung)
            for person in one.with_ids
            if (person, rung) not in told.get(one.id, ())
        ]
    return found


@dataclass
class Digest:
    """What one person is told on a day: actions by the rung on which they are told, and recommendations."""

    actions: dict[Rung, list[Watched]] = field(default_factory=dict)
    recommendations: dict[Rung, list[Recommended]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """An action told on two rungs at once counts once."""
        return len({one.id for those in self.actions.values() for one in those})

    @property
    def recommended(self) -> int:
        return sum(len(those) for those in self.recommendations.values())


REASONS = {
    Rung.LINE_LEAD: "You are told as line lead of whoever has them.",
    Rung.AGENCY_LEAD: "You are told as lead of the agency that owes them.",
    Rung.CHAIR: "You are told as chair or vice-chair of the panel that agreed them.",
}


def digests_of(
    actions: Iterable[Watched],
    notices: Iterable[Notice],
    recommendations: Iterable[Recommended],
    recommended: Iterable[RecommendationNotice],
) -> dict[int, Digest]:
    """By person, everything that is to be said now in one message; the actions in the order given."""
    by_id = {action.id: action for action in actions}
    advice = {one.id: one for one in recommendations}
    found: dict[int, Digest] = {}
    for notice in notices:
        digest = found.setdefault(notice.person_id, Digest())
        digest.actions.setdefault(notice.rung, []).append(by_id[notice.action_id])
    for told in recommended:
        digest = found.setdefault(told.person_id, Digest())
        digest.recommendations.setdefault(told.rung, []).append(advice[told.recommendation_id])
    return found


def digest_mail(digest: Digest, today: date, base_url: str) -> tuple[str, str]:
    """Subject and body."""
    lines: list[str] = []
    for rung, heading in (
        (Rung.DUE_SOON, "Due within two working days"),
        (Rung.OWNER, "Overdue"),
    ):
        lines += _part(heading, "", digest.actions.get(rung, []), today, base_url)
    for rung, reason in REASONS.items():
        lines += _part("Overdue and escalated to you", reason, digest.actions.get(rung, []), today, base_url)
    for rung, heading in (
        (Rung.DUE_SOON, "Recommendations due within two working days"),
        (Rung.OWNER, "Overdue recommendations"),
    ):
        lines += _recommended(heading, digest.recommendations.get(rung, []), today, base_url)
    if any(rung in digest.actions for rung in ESCALATED):
        lines += ["Everything that was escalated to you:", f"{base_url}/actions?whose=escalated", ""]
    lines += [
        "Your own actions:",
        f"{base_url}/actions",
        "",
        "You get one message a day at most, on working days. When it comes, and whether, you choose here:",
        f"{base_url}/account/reminders",
        "",
    ]
    return _subject(digest), "\n".join(lines)


def _subject(digest: Digest) -> str:
    parts = [
        f"{number} {word}{'' if number == 1 else 's'}"
        for number, word in ((digest.count, "action"), (digest.recommended, "recommendation"))
        if number
    ]
    needs = "needs" if digest.count + digest.recommended == 1 else "need"
    return f"{' and '.join(parts)} {needs} you"


def _part(heading: str, reason: str, actions: Sequence[Watched], today: date, base_url: str) -> list[str]:
    lines = [
        f"- Action {one.id}{', urgent' if one.priority == 'urgent' else ''}: {_due(one.due_on, today)}\n"
        f"  {base_url}/actions/{one.id}"
        for one in actions[:MOST_LINES]
    ]
    if len(actions) > MOST_LINES:
        lines.append(f"- and {len(actions) - MOST_LINES} more")
    return [heading, *([reason] if reason else []), *lines, ""] if lines else []


def _recommended(heading: str, those: Sequence[Recommended], today: date, base_url: str) -> list[str]:
    lines = [
        f"- Recommendation {one.id}: {_due(one.due_on, today)}\n  {base_url}/recommendations/{one.id}"
        for one in those[:MOST_LINES]
    ]
    if len(those) > MOST_LINES:
        lines.append(f"- and {len(those) - MOST_LINES} more")
    return [heading, *lines, ""] if lines else []


def _due(due_on: date, today: date) -> str:
    words = due_words(due_on, today)
    return f"{words}, it was due on {long_day(due_on)}" if due_on < today else f"{words}, {long_day(due_on)}"
