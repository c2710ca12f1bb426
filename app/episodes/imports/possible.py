"""What one row, or one form, can tell of an episode or an interview to be impossible. Pure."""

from datetime import datetime

from app.episodes.imports.kinds import Row
from app.london import london_date

EPISODE_MOMENTS = {
    "started_at": "start",
    "reported_at": "report",
    "returned_at": "return",
    "la_notified_at": "notice to the council",
    "sw_contact_at": "contact",
    "strategy_discussion_at": "discussion",
    "high_risk_notified_at": "notification",
    "media_consent_at": "consent",
}
INTERVIEW_MOMENTS = {"offered_at": "offer", "held_at": "interview", "followed_up_at": "contact afterwards"}


def is_possible_episode(row: Row, now: datetime) -> tuple[str, str] | None:
    """What is impossible about an episode, as the field and a sentence."""
    for name, what in EPISODE_MOMENTS.items():
        at = row.at(name)
        if at is not None and at > now:
            return name, f"This {what} lies in the future."
    started, returned = row["started_at"], row["returned_at"]
    if returned is not None and returned.at < started.at:
        day_counts = started.date_only or returned.date_only
        if not day_counts or london_date(returned.at) < london_date(started.at):
            return "returned_at", "The return is before the start."
    if row["dob"] and row["dob"] > london_date(started.at):
        return "dob", "The episode starts before this date of birth."
    return None


def is_possible_interview(row: Row, now: datetime) -> tuple[str, str] | None:
    if not row["episode_refs"] and not (row["child_ref"] and row["episode_started_at"]):
        return (
            "episode_refs",
            "Name the episodes by their references, or give child_ref and episode_started_at.",
        )
    for name, what in INTERVIEW_MOMENTS.items():
        at = row.at(name)
        if at is not None and at > now:
            return name, f"This {what} lies in the future."
    return None
