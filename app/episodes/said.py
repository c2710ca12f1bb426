"""How each field of a record is said in words: beside another record, and as it stood before a correction."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.episodes.rules import (
    CATEGORIES,
    FOLLOW_UP_MODES,
    INTERVIEW_MODES,
    INTERVIEW_OUTCOMES,
    LEGAL_STATUSES,
    PLACE_KINDS,
    POLICE_RISKS,
)
from app.web.templating import clock, short_day

EPISODE = {
    "episode_ref": "Reference",
    "category": "Kind of episode",
    "started_at": "Began",
    "missing_from": "Missing from",
    "missing_from_kind": "Kind of place",
    "reported_at": "Reported to the police",
    "police_risk": "Police risk",
    "returned_at": "Returned",
    "end_unknown_after": "End not known after",
    "found_at": "Found at",
    "la_notified_at": "Council told",
    "legal_status": "Legal status at the time",
    "responsible_authority": "Responsible authority at the time",
    "placed_in": "Placed in at the time",
    "immediate_concern": "Immediate concern",
    "strategy_discussion_at": "Strategy discussion held",
    "strategy_discussion_by": "Strategy discussion held by",
    "high_risk_notified_at": "High-Risk Notification sent",
    "high_risk_notified_by": "High-Risk Notification sent by",
    "media_consent_at": "Consent to a media alert",
    "media_consent_by": "Consent given by",
    "sw_contact_at": "Social worker’s contact",
    "confirmed_missing_at": "Confirmed still missing",
}
INTERVIEW = {
    "offered_at": "Offered",
    "offered_by": "Offered by",
    "offer_method": "How offered",
    "outcome": "Outcome",
    "held_at": "Held",
    "mode": "How held",
    "interviewer": "Interviewer",
    "independent": "Independent person",
    "push_factors": "Push factors",
    "pull_factors": "Pull factors",
    "child_said": "What the child said",
    "followed_up_at": "Followed up",
    "follow_up_mode": "How followed up",
}
RISK = {
    "assessed_on": "Date of the assessment",
    "level": "Level",
    "tool": "Tool",
    "flags": "Flags",
    "next_review_on": "Next review",
}
CHILD = {
    "child_ref": "Council’s reference",
    "name": "Name",
    "born_on": "Date of birth",
    "sex": "Sex",
    "ethnicity": "Ethnicity",
    "disability": "Disability",
    "other_refs": "Other references",
    "legal_status": "Legal status",
    "responsible_authority": "Responsible authority",
    "placed_in": "Placed in",
    "placement": "Placement",
    "provider": "Provider",
    "social_worker": "Social worker",
    "social_worker_email": "Social worker’s e-mail",
    "team": "Team",
    "school": "School",
}
_WORDS: dict[str, Mapping[str, str]] = {
    "category": CATEGORIES,
    "missing_from_kind": PLACE_KINDS,
    "police_risk": POLICE_RISKS,
    "legal_status": LEGAL_STATUSES,
    "outcome": INTERVIEW_OUTCOMES,
    "mode": INTERVIEW_MODES,
    "follow_up_mode": FOLLOW_UP_MODES,
}


@dataclass(frozen=True)
class FieldBeside:
    """One field of two records in words; blank where a record says nothing."""

    name: str
    label: str
    one: str
    other: str

    @property
    def differs(self) -> bool:
        """Both say something, and not the same."""
        return bool(self.one and self.other) and self.one != self.other


def said(name: str, value: Any, date_only: Collection[str] = ()) -> str:
    """A field's value in words; instants in London, without the hour where only a day is known."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, str):
        value = _WORDS.get(name, {}).get(value, value)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, datetime):
        return short_day(value) if name in date_only else f"{short_day(value)}, {clock(value)}"
    return short_day(value) if isinstance(value, date) else str(value)


def beside(labels: Mapping[str, str], one: Any, other: Any) -> list[FieldBeside]:
    """The fields that at least one of two records says something about, in the order of the labels."""
    days = (getattr(one, "date_only", ()), getattr(other, "date_only", ()))
    rows = [
        FieldBeside(
            name, label, said(name, getattr(one, name), days[0]), said(name, getattr(other, name), days[1])
        )
        for name, label in labels.items()
        if hasattr(one, name)
    ]
    return [row for row in rows if row.one or row.other]
