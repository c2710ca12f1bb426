"""Issued agendas: what a version holds, what changed from one to the next, what attendees are told. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.panels.agenda.rules import ItemFacts
from app.panels.meetings.rules import MeetingFacts
from app.panels.words import clock_time, counted, listed, long_day

Snapshot = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class VersionFacts:
    """An agenda as it was issued; `items` in order, as references and reasons, without names."""

    number: int
    issued_at: datetime
    issued_by_id: int | None
    issued_by: str
    items: list[dict[str, Any]]


@dataclass(frozen=True)
class Differences:
    """What differs between two agendas, by item id."""

    added: tuple[int, ...] = ()
    taken_off: tuple[int, ...] = ()
    moved: bool = False
    retimed: tuple[int, ...] = ()

    @property
    def count(self) -> int:
        return len(self.added) + len(self.taken_off) + len(self.retimed) + self.moved

    @property
    def words(self) -> str:
        """2 items added and 1 item taken off; empty when nothing differs."""
        parts = []
        if self.added:
            parts.append(f"{counted(len(self.added), 'item')} added")
        if self.taken_off:
            parts.append(f"{counted(len(self.taken_off), 'item')} taken off")
        if self.moved:
            parts.append("order changed")
        if self.retimed:
            parts.append(f"minutes changed for {counted(len(self.retimed), 'item')}")
        return listed(parts)


def snapshot(items: Sequence[ItemFacts]) -> list[dict[str, Any]]:
    """What is kept of an agenda when it is issued: everything but names."""
    return [
        {
            "item": item.id,
            "kind": item.kind,
            "child": item.child_id,
            "title": item.title,
            "standing": item.standing_key,
            "minutes": item.minutes,
            "reason": item.reason,
            "rule_version": item.rule_version,
            "episode_ids": item.episode_ids,
            "added_by": item.added_by,
            "brought_forward": item.brought_forward,
        }
        for item in items
        if item.is_on_agenda
    ]


def differences(before: Snapshot, after: Snapshot) -> Differences:
    old = {row["item"]: row for row in before}
    new = {row["item"]: row for row in after}
    stayed_before = [item for item in old if item in new]
    stayed_after = [item for item in new if item in old]
    return Differences(
        added=tuple(item for item in new if item not in old),
        taken_off=tuple(item for item in old if item not in new),
        moved=stayed_before != stayed_after,
        retimed=tuple(item for item in stayed_after if old[item]["minutes"] != new[item]["minutes"]),
    )


def issued_message(
    meeting: MeetingFacts, number: int, items: int, changed: str, address: str
) -> tuple[str, str]:
    """Subject and text of the mail to everybody with a seat: a reference and a link, never who is discussed."""
    when = f"{long_day(meeting.starts_at)} at {clock_time(meeting.starts_at)}"
    if number == 1:
        subject = f"Agenda for {meeting.panel_name}, {long_day(meeting.starts_at)}"
        opening = (
            f"The agenda for {meeting.panel_name} on {when} has been issued. It has {counted(items, 'item')}."
        )
    else:
        subject = f"Agenda changed for {meeting.panel_name}, {long_day(meeting.starts_at)} (version {number})"
        opening = (
            f"The agenda for {meeting.panel_name} on {when} has changed: {changed}. This is version {number}."
        )
    body = (
        f"{opening}\n\nRead it here (you will be asked to sign in):\n{address}/meetings/{meeting.id}/agenda\n\n"
        f"Reference: meeting {meeting.id}\n"
    )
    return subject, body
