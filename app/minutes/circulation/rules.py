"""Who is proposed as a recipient, what each may see, when one is reminded, and what the mails say. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.access import SeatRole
from app.london import add_working_days, london_date
from app.panels.attendance.rules import STATUS_NAMES
from app.panels.restricting.rules import HIDDEN_KIND

REMIND_AFTER = 3
"""Working days after which somebody who has not opened the minutes is reminded, once and by itself."""

SEAT_NAMES = {
    SeatRole.CHAIR.value: "chair",
    SeatRole.VICE_CHAIR.value: "vice-chair",
    SeatRole.MINUTE_TAKER.value: "minute taker",
    SeatRole.MEMBER.value: "member",
    SeatRole.OBSERVER.value: "observer",
}


@dataclass(frozen=True)
class Recipient:
    """Somebody whom minutes concern. `seat`, `attended`: empty where there is none; `status`: empty while nothing
    was decided by hand and nothing sent. `may_open`: whether they could open circulated minutes now.
    """

    person_id: int
    name: str
    email: str
    agency_name: str
    is_disabled: bool
    seat: str
    attended: str
    is_guest: bool
    status: str
    reason: str
    told_at: datetime | None
    reminded_at: datetime | None
    opened_at: datetime | None
    may_open: bool = False

    @property
    def is_proposed(self) -> bool:
        """Attendance and seats propose whoever can open the minutes; a guest came for one item only."""
        return bool(self.seat or self.attended) and self.may_open and not self.is_guest

    @property
    def is_told(self) -> bool:
        """Whether a circulation now would tell them."""
        if self.status == "left-out" or not self.may_open:
            return False
        return self.is_proposed or self.status == "added"

    @property
    def waits(self) -> bool:
        """Was told, could open the minutes and has not."""
        return self.told_at is not None and self.opened_at is None and self.may_open

    @property
    def why(self) -> str:
        """Member; present."""
        words = [SEAT_NAMES.get(self.seat, self.seat), STATUS_NAMES.get(self.attended, "").lower()]
        told = "; ".join(word for word in words if word) or "added by hand"
        return told[0].upper() + told[1:]

    @property
    def why_not(self) -> str:
        """Why nothing reaches them; empty where something does."""
        if self.is_disabled:
            return "Can no longer sign in"
        if self.is_guest:
            return "A guest came for one item and does not get the whole minutes"
        return "" if self.may_open else "Has no seat on this panel, so can’t open them"


def fingerprint_of(recipients: Sequence[Recipient]) -> str:
    """Names who would be told, so that a list that changed since it was read is noticed."""
    ids = sorted(one.person_id for one in recipients if one.is_told)
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()[:16]


def is_due_a_reminder(told_at: datetime, today: date) -> bool:
    return add_working_days(london_date(told_at), REMIND_AFTER) <= today


@dataclass(frozen=True)
class NotSeen:
    """What of the minutes one may see and another not: whole items, and parts of items."""

    items: int = 0
    parts: int = 0

    @property
    def words(self) -> str:
        counts = []
        if self.items:
            counts.append(f"{self.items} item{'s' if self.items > 1 else ''}")
        if self.parts:
            counts.append(f"{self.parts} part{'s' if self.parts > 1 else ''} of items")
        return f"Not shown: {' and '.join(counts)}" if counts else "Everything you see"


def not_seen(theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> NotSeen:
    """What of the content that I see is absent from theirs; what I do not see myself is not counted."""
    seen = {item["id"]: item for item in theirs["items"]}
    items = parts = 0
    for item in mine["items"]:
        other = seen.get(item["id"])
        if item["kind"] == HIDDEN_KIND:
            continue
        if other is None or other["kind"] == HIDDEN_KIND:
            items += 1
        else:
            parts += sum(section not in other["sections"] for section in item["sections"])
            parts += sum(
                isinstance(own, str) and bool(own) and not other.get(key) for key, own in item.items()
            )
    return NotSeen(items, parts)


def seen_by_both(theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> dict[str, Any]:
    """Their content without whatever is closed to me: a preview opens nothing to whoever looks at it."""
    own = {item["id"]: item for item in mine["items"]}
    reviews = [one for one in theirs.get("reviews", ()) if one in mine.get("reviews", ())]
    return {
        **{key: value for key, value in theirs.items() if key != "reviews"},
        **({"reviews": reviews} if reviews else {}),
        "items": [_common(item, own[item["id"]]) for item in theirs["items"] if item["id"] in own],
        "actions": [action for action in theirs["actions"] if action in mine["actions"]],
    }


def _common(theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> Mapping[str, Any]:
    if HIDDEN_KIND in (theirs["kind"], mine["kind"]):
        return theirs if theirs["kind"] == HIDDEN_KIND else mine
    common: dict[str, Any] = {}
    for key, value in theirs.items():
        own = mine.get(key)
        if value == own:
            common[key] = value
        elif isinstance(value, list) and isinstance(own, list):
            common[key] = [one for one in value if one in own]
        else:
            common[key] = own if value else value
    return common


# Mails: which minutes, and a link. Never a name, never a word of the text.


def reminder_mail(title: str, meeting_id: int, base_url: str) -> tuple[str, str]:
    """Subject and body for a recipient who has not opened the minutes."""
    return (
        f"Still to read: minutes of {title}",
        f"You have not opened the minutes of {title} yet:\n{base_url}/meetings/{meeting_id}/minutes\n\n"
        "This message holds no details on purpose. Sign in to read them.\n",
    )
