"""From the fields of a form to what is stored, with a sentence for whatever cannot be. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from app.episodes.imports.kinds import Row
from app.episodes.imports.possible import is_possible_episode, is_possible_interview
from app.episodes.imports.rules import Unreadable, When, moment
from app.london import LONDON, london_date

Errors = dict[str, str]


class RiskTold(Protocol):
    assessed_on: date
    level: str
    next_review_on: date | None


Moments = dict[str, When | None]

EPISODE_MOMENTS = ("started_at", "reported_at", "returned_at", "la_notified_at")
RETURN_MOMENTS = ("returned_at", "la_notified_at", "sw_contact_at")
STEP_MOMENTS = ("strategy_discussion_at", "high_risk_notified_at", "media_consent_at", "sw_contact_at")
STEP_NAMES = ("strategy_discussion_by", "high_risk_notified_by", "media_consent_by")
INTERVIEW_MOMENTS = ("offered_at", "held_at", "followed_up_at")
INTERVIEW_TEXTS = (
    "offered_by",
    "offer_method",
    "mode",
    "interviewer",
    "push_factors",
    "pull_factors",
    "child_said",
    "follow_up_mode",
)


def read_moments(given: Mapping[str, Any], names: Iterable[str]) -> tuple[Moments, Errors]:
    """The instants of a form, each from `<name>_date` and `<name>_time`; the time may be left empty."""
    moments: Moments = {}
    errors: Errors = {}
    for name in names:
        on, at = str(given.get(f"{name}_date") or "").strip(), str(given.get(f"{name}_time") or "").strip()
        moments[name] = None
        if at and not on:
            errors[f"{name}_date"] = "Enter the date as well as the time"
        elif on:
            try:
                moments[name] = moment(f"{on} {at}".strip())
            except Unreadable as problem:
                errors[f"{name}_date"] = str(problem)
    return moments, errors


def moment_fields(name: str, at: datetime | None, date_only: Sequence[str]) -> dict[str, str]:
    """The other way round: what the two fields of a form hold for a stored instant."""
    if at is None:
        return {}
    local = at.astimezone(LONDON)
    fields = {f"{name}_date": local.date().isoformat()}
    if name not in date_only:
        fields[f"{name}_time"] = local.strftime("%H:%M")
    return fields


def date_only_of(moments: Moments, stored: Sequence[str] = ()) -> list[str]:
    """The names of the instants without a time: those of the form anew, the others as they were."""
    told = [name for name, when in moments.items() if when is not None and when.date_only]
    return sorted({*told, *(name for name in stored if name not in moments)})


def episode_errors(moments: Moments, born_on: date | None, now: datetime) -> Errors:
    """What is impossible about an episode, by the same rule as an import's; `started_at` must be there."""
    if moments.get("started_at") is None:
        return {"started_at_date": "Enter the date on which the child went missing"}
    values: dict[str, Any] = {**moments, "dob": born_on}
    found = is_possible_episode(Row(0, values), now)
    if found is None:
        return {}
    name, sentence = found
    return {"started_at_date" if name == "dob" else f"{name}_date": sentence}


DONE_BY = {
    "strategy_discussion": "Enter who held the strategy discussion",
    "high_risk_notified": "Enter who sent the High-Risk Notification",
    "media_consent": "Enter who gave consent: the Executive Director, or who acted for them",
}
DONE_WHEN = {
    "strategy_discussion": "Enter when the strategy discussion was held",
    "high_risk_notified": "Enter when the High-Risk Notification was sent",
    "media_consent": "Enter when consent was given",
}


def steps_errors(moments: Moments, by: Mapping[str, str]) -> Errors:
    """A step is recorded with its time and with whom: one without the other is not enough."""
    errors: Errors = {}
    for step, sentence in DONE_BY.items():
        at, whom = moments.get(f"{step}_at"), by.get(f"{step}_by", "")
        if at is not None and not whom:
            errors[f"{step}_by"] = sentence
        elif whom and at is None:
            errors[f"{step}_at_date"] = DONE_WHEN[step]
    return errors


def interview_errors(moments: Moments, outcome: str, starts: Sequence[datetime], now: datetime) -> Errors:
    """What is impossible or missing about an interview of episodes that started then."""
    found = is_possible_interview(Row(0, {**moments, "episode_refs": ["named"]}), now)
    if found is not None:
        return {f"{found[0]}_date": found[1]}
    held = moments["held_at"]
    if held is not None and any(london_date(held.at) < london_date(start) for start in starts):
        return {"held_at_date": "The interview is before the episode began"}
    if outcome == "completed" and held is None:
        return {"held_at_date": "Enter when the interview was held"}
    offered = moments["offered_at"]
    if held is not None and offered is not None and is_before(held, offered):
        return {"held_at_date": "The interview is before its offer"}
    followed = moments["followed_up_at"]
    if followed is not None and any(london_date(followed.at) < london_date(start) for start in starts):
        return {"followed_up_at_date": "The follow-up is before the episode began"}
    return {}


def birth_errors(born_on: date | None, today: date, starts: Iterable[datetime]) -> Errors:
    """A date of birth lies neither in the future nor behind an episode of the child."""
    if born_on is None:
        return {}
    if born_on > today:
        return {"born_on": "The date of birth lies in the future"}
    if any(london_date(start) < born_on for start in starts):
        return {"born_on": "An episode of this child began before this date of birth"}
    return {}


def references(told: str) -> list[str]:
    """Other references, as written with semicolons or on lines of their own; each once."""
    return list(dict.fromkeys(one.strip() for one in told.replace("\n", ";").split(";") if one.strip()))


def risk_errors(form: RiskTold, levels: Sequence[str], born_on: date | None, today: date) -> Errors:
    """What is impossible about a risk assessment; `levels` are those of the scale that held on its day."""
    if form.assessed_on > today:
        return {"assessed_on": "The assessment lies in the future"}
    if born_on and form.assessed_on < born_on:
        return {"assessed_on": "The assessment is before the child was born"}
    if form.level not in levels:
        return {"level": f"Choose one of: {', '.join(levels)}"}
    if form.next_review_on and form.next_review_on < form.assessed_on:
        return {"next_review_on": "The next review is before the assessment"}
    return {}


def is_before(one: When, other: When) -> bool:
    """Earlier for certain: where either came without a time, by whole London days."""
    if one.date_only or other.date_only:
        return london_date(one.at) < london_date(other.at)
    return one.at < other.at
