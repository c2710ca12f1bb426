"""When two records may be of one episode or of one child, and what the kept one takes over. Pure."""

import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from app.episodes.rules import ChildFacts, EpisodeFacts, is_open
from app.london import london_date

MOST_APART = timedelta(minutes=60)
"""How long after the end of one report another may begin and still be of the same episode."""

OVERLAPS = "This episode overlaps another one, or lies within an hour of it. If both are one, compare and merge them."
FAR_APART = timedelta(days=2)
"""Beyond this from an end nothing can be one with it, however little is known of the hours."""

# Where the first of a group is blank on the kept record, the whole group is taken over from the other.
EPISODE_GROUPS = (
    ("reported_at",),
    ("returned_at",),
    ("la_notified_at",),
    ("sw_contact_at",),
    ("strategy_discussion_at", "strategy_discussion_by"),
    ("high_risk_notified_at", "high_risk_notified_by"),
    ("media_consent_at", "media_consent_by"),
    ("missing_from", "missing_from_kind"),
    ("found_at",),
    ("police_risk",),
    ("legal_status",),
    ("responsible_authority",),
    ("placed_in",),
)
CHILD_FIELDS = (
    "name",
    "born_on",
    "sex",
    "ethnicity",
    "disability",
    "social_worker",
    "social_worker_email",
    "team",
    "school",
    "placement",
    "provider",
    "placed_in",
    "legal_status",
    "responsible_authority",
)


def may_be_one(one: EpisodeFacts, other: EpisodeFacts) -> bool:
    """Whether two episodes of the same child may be two reports of one: they overlap, or lie at most an hour apart.

    Where a time of day is missing whole London days are compared: both start on the same day, or one starts before
    the day on which the other ended. Curfew runs beside the other categories and is compared with itself alone.
    """
    if (one.category == "curfew") != (other.category == "curfew"):
        return False
    first, second = sorted((one, other), key=lambda episode: (episode.started_at, episode.id))
    started_on = london_date(second.started_at)
    no_time_of_start = "started_at" in (*first.date_only, *second.date_only)
    if no_time_of_start and london_date(first.started_at) == started_on:
        return True
    if first.returned_at is None:
        return is_open(first)
    if "returned_at" in first.date_only or "started_at" in second.date_only:
        return started_on < london_date(first.returned_at)
    return second.started_at - first.returned_at <= MOST_APART


def pairs_among(episodes: Iterable[EpisodeFacts]) -> list[tuple[EpisodeFacts, EpisodeFacts]]:
    """The pairs of one child's episodes that may be one, the earlier start first in each."""
    in_order = sorted(episodes, key=lambda episode: (episode.started_at, episode.id))
    pairs = []
    for number, one in enumerate(in_order):
        for other in in_order[number + 1 :]:
            if one.returned_at is not None and other.started_at > one.returned_at + FAR_APART:
                break
            if may_be_one(one, other):
                pairs.append((one, other))
    return pairs


def taken_over(kept: EpisodeFacts, other: EpisodeFacts) -> dict[str, Any]:
    """The columns of the kept episode that change: what it does not say and the other does.

    A return before the kept one's start is left out: it cannot be its return.
    """
    values: dict[str, Any] = {}
    for group in EPISODE_GROUPS:
        first = group[0]
        told = getattr(other, first)
        if getattr(kept, first) not in (None, "") or told in (None, ""):
            continue
        if first == "returned_at" and told < kept.started_at:
            continue
        values |= {name: getattr(other, name) for name in group}
    if "returned_at" in values and kept.end_unknown_after is not None:
        values["end_unknown_after"] = None
    if other.immediate_concern and not kept.immediate_concern:
        values["immediate_concern"] = True
    no_time = {name for name in values if name in other.date_only}
    if no_time:
        values["date_only"] = sorted({*kept.date_only, *no_time})
    return values


def told_otherwise(was: EpisodeFacts, report: EpisodeFacts, kept: EpisodeFacts) -> list[str]:
    """The columns that a merged report tells anew since `was`, and that the kept record tells otherwise.

    That the child is still missing is told by a blank return.
    """
    found = []
    for name, *_ in EPISODE_GROUPS:
        told, stands = getattr(report, name), getattr(kept, name)
        says_something = told not in (None, "") or (name == "returned_at" and stands is not None)
        if told != getattr(was, name) and says_something and told != stands:
            found.append(name)
    return found


def taken_over_of_child(kept: ChildFacts, other: ChildFacts) -> dict[str, Any]:
    """The same for a child: blank details, and the other's further references."""
    values = {
        name: getattr(other, name)
        for name in CHILD_FIELDS
        if getattr(kept, name) in (None, "") and getattr(other, name) not in (None, "")
    }
    more = [one for one in other.other_refs if one not in kept.other_refs]
    if more:
        values["other_refs"] = [*kept.other_refs, *more]
    return values


def name_parts(name: str) -> list[str]:
    """The words of a name without case, accents and punctuation; an apostrophe joins."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(mark for mark in plain if not unicodedata.combining(mark) and mark not in "'’")
    return "".join(mark if mark.isalnum() else " " for mark in plain).split()


def names_alike(one: str, other: str) -> bool:
    """The same words in any order; a word may be missing in one (a middle name), or stand as its initial.

    At least two words must agree, one of them in full unless a name is all initials.
    """
    shorter, longer = sorted((name_parts(one), name_parts(other)), key=len)
    if len(shorter) < 2:
        return False
    left = list(longer)
    rest = []
    for word in shorter:
        if word in left:
            left.remove(word)
        else:
            rest.append(word)
    in_full = sum(len(word) > 1 for word in shorter) - sum(len(word) > 1 for word in rest)
    for word in rest:
        match = next((one for one in left if 1 in (len(one), len(word)) and one[0] == word[0]), None)
        if match is None:
            return False
        left.remove(match)
    all_initials = any(all(len(word) == 1 for word in words) for words in (shorter, longer))
    return in_full > 0 or all_initials


def reasons_alike(
    one_born: date | None, other_born: date | None, one_name: str, other_name: str, shared_refs: Iterable[str]
) -> list[str]:
    """Why two records may be of one child, in words; empty where nothing speaks for it. No reference is named."""
    reasons = []
    if list(shared_refs):
        reasons.append("both bear the same reference")
    if one_born is not None and one_born == other_born:
        if names_alike(one_name, other_name):
            reasons.append("the same date of birth and a similar name")
        elif reasons:
            reasons.append("the same date of birth")
    return reasons
