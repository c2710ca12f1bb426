"""Three calendar readers by others: what each makes of one of our texts, in the same shape."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import icalendar
import pytest
import vobject

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = Path(__file__).with_name("read_calendar.mjs")


@dataclass(frozen=True)
class Read:
    uid: str
    sequence: int
    summary: str
    location: str
    starts_at: datetime
    ends_at: datetime


def by_icalendar(text: str) -> list[Read]:
    calendar = icalendar.Calendar.from_ical(text)
    assert not calendar.errors
    return [
        Read(
            str(event["UID"]),
            int(event["SEQUENCE"]),
            str(event["SUMMARY"]),
            str(event.get("LOCATION", "")),
            event["DTSTART"].dt.astimezone(UTC),
            event["DTEND"].dt.astimezone(UTC),
        )
        for event in calendar.walk("VEVENT")
    ]


def by_vobject(text: str) -> list[Read]:
    calendar = vobject.readOne(text)
    return [
        Read(
            event.uid.value,
            int(event.sequence.value),
            event.summary.value,
            event.location.value if hasattr(event, "location") else "",
            event.dtstart.value.astimezone(UTC),
            event.dtend.value.astimezone(UTC),
        )
        for event in calendar.contents.get("vevent", [])
    ]


def by_ical_js(text: str) -> list[Read]:
    """Mozilla's reader, in Node.js; skipped where there is none, unless HOMEWARD_CI is set."""
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules/ical.js").exists():
        if os.environ.get("HOMEWARD_CI"):
            pytest.fail("Node.js or ical.js is missing")
        pytest.skip("no Node.js with ical.js here")
    done = subprocess.run(
        [node, str(SCRIPT)], input=text, capture_output=True, text=True, check=True, cwd=ROOT
    )
    return [
        Read(
            event["uid"],
            event["sequence"],
            event["summary"],
            event["location"] or "",
            datetime.fromisoformat(event["start"]),
            datetime.fromisoformat(event["end"]),
        )
        for event in json.loads(done.stdout)["events"]
    ]


READERS = {"icalendar": by_icalendar, "vobject": by_vobject, "ical.js": by_ical_js}
