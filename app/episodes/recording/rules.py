"""From the fields of a form to what is stored, with a sentence for whatever cannot be. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from app.episodes.imports.kinds import Row
from app.episodes.imports.possible import is_possible_episode, is_possible_interview
from app.episodes.imports.rules import Unreadable, When, moment
from app.london import LONDON, london_date

Errors = dict[str, str]
Moments = dict[str, When | None]

EPISODE_MOMENTS = ("started_at", "reported_at", "returned_at", "la_notified_at")
RETURN_MOMENTS = ("returned_at", "la_notified_at", "sw_contact_at")
STEP_MOMENTS = ("strategy_discussion_at", "high_risk_notified_at", "sw_contact_at")
INTERVIEW_MOMENTS = ("offered_at", "held_at", "followed_up_at")


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
    return {}
