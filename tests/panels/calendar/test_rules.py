"""Our calendar texts, read by three others: the same instants all year, nothing that breaks out of its line."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.london import LONDON
from app.panels.calendar.rules import (
    CANCEL,
    REQUEST,
    Entry,
    Party,
    calendar_text,
    fold,
    place_words,
    uid_of,
)
from tests.panels.calendar.readers import READERS

NINE = datetime(2026, 1, 6, 9, 0, tzinfo=UTC)
ENTRY = Entry(
    uid="meeting-7@homeward.example.org",
    sequence=3,
    stamped_at=NINE,
    starts_at=NINE,
    length_minutes=120,
    summary="MACE meeting",
    place="Civic Centre",
    url="https://homeward.example.org/meetings/7",
    description="Reference: meeting 7",
)


def a_year_of_tuesdays() -> list[Entry]:
    """Every Tuesday at 10am in London from January to December: both changes of the clocks lie within."""
    first = date(2026, 1, 6)
    days = [first + timedelta(days=7 * week) for week in range(52)]
    return [
        replace(
            ENTRY,
            uid=uid_of("meeting", number, "https://homeward.example.org"),
            starts_at=datetime(day.year, day.month, day.day, 10, tzinfo=LONDON).astimezone(UTC),
        )
        for number, day in enumerate(days)
    ]


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_sees_each_meeting_of_a_year_at_the_same_wall_time(reader: str) -> None:
    entries = a_year_of_tuesdays()
    read = READERS[reader](calendar_text(entries, name="Homeward"))
    assert [one.starts_at for one in read] == [entry.starts_at for entry in entries]
    assert {one.ends_at - one.starts_at for one in read} == {timedelta(hours=2)}
    assert {one.starts_at.astimezone(LONDON).hour for one in read} == {10}
    assert {one.starts_at.hour for one in read} == {9, 10}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "starts_at",
    [
        datetime(2026, 3, 29, 0, 30, tzinfo=UTC),  # 00:30, and an hour later the clocks go forward
        datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 0, tzinfo=UTC),  # 01:00 for the first time
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 0, tzinfo=UTC),  # 01:00 for the second time
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    ],
)
def test_the_nights_of_the_clock_changes_are_read_as_meant(reader: str, starts_at: datetime) -> None:
    [read] = READERS[reader](calendar_text([replace(ENTRY, starts_at=starts_at, length_minutes=90)]))
    assert (read.starts_at, read.ends_at) == (starts_at, starts_at + timedelta(minutes=90))


NASTY = 'Room 5; "East, wing" \\n\r\nATTENDEE:mailto:evil@example.org\r\nÄußere Straße – 会議室 ' + "x" * 200


@pytest.mark.parametrize("reader", READERS)
def test_no_text_breaks_out_of_its_line(reader: str) -> None:
    entry = replace(ENTRY, place=NASTY, summary="Panel; A, B \\ C meeting")
    [read] = READERS[reader](calendar_text([entry]))
    assert read.summary == "Panel; A, B \\ C meeting"
    assert read.location == NASTY.replace("\r\n", "\n")


def test_an_invitation_names_who_invites_and_who_is_invited_and_nobody_else() -> None:
    text = calendar_text(
        [ENTRY],
        method=REQUEST,
        organizer=Party("Homeward", "homeward@example.org"),
        attendee=Party('Polly "Pol" Constable', "polly@example.org", "accepted"),
    )
    calendar = icalendar.Calendar.from_ical(text)
    [event] = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("REQUEST", "CONFIRMED", 3)
    assert event["ORGANIZER"] == "mailto:homeward@example.org"
    assert event["ATTENDEE"] == "mailto:polly@example.org"
    assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"
    assert not event.walk("VALARM")


def test_what_is_called_off_keeps_its_uid() -> None:
    text = calendar_text([ENTRY.called_off()], method=CANCEL)
    [event] = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert (event["UID"], event["STATUS"]) == (ENTRY.uid, "CANCELLED")
    assert event["SUMMARY"] == "Cancelled: MACE meeting"
    assert ENTRY.called_off().called_off() == ENTRY.called_off()


def test_a_feed_has_no_method_and_a_zone_without_a_list_of_days() -> None:
    text = calendar_text([ENTRY], name="Homeward")
    assert "METHOD" not in text
    assert "RDATE" not in text
    assert text.count("BEGIN:VTIMEZONE") == 1


def test_a_day_without_a_time_is_a_whole_day() -> None:
    midnight = datetime(2026, 6, 30, 23, 0, tzinfo=UTC)  # 1 July in London
    text = calendar_text([replace(ENTRY, starts_at=midnight, date_only=True)])
    assert "DTSTART;VALUE=DATE:20260701\r\nDTEND;VALUE=DATE:20260702\r\n" in text


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
def test_folding_keeps_lines_short_and_comes_undone(line: str) -> None:
    folded = fold(line)
    assert all(len(piece.encode()) <= 75 for piece in folded.split("\r\n"))
    assert re.sub("\r\n ", "", folded) == line


@settings(max_examples=60, deadline=None)
@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(  # noqa: DTZ001
        lambda naive: naive.replace(second=0, microsecond=0, tzinfo=UTC)
    ),
    st.integers(15, 720),
)
def test_whatever_the_instant_two_readers_see_it(starts_at: datetime, minutes: int) -> None:
    text = calendar_text([replace(ENTRY, starts_at=starts_at, length_minutes=minutes)])
    wanted = (starts_at, starts_at + timedelta(minutes=minutes))
    for reader in ("icalendar", "vobject"):
        [read] = READERS[reader](text)
        assert (read.starts_at, read.ends_at) == wanted, reader


def test_where_is_told_without_the_address_of_the_video_meeting() -> None:
    assert place_words("Civic Centre", True) == "Civic Centre, or by video"
    assert place_words("", True) == "By video"
    assert place_words("", False) == ""


def test_uids_are_of_this_service() -> None:
    assert uid_of("meeting", 7, "https://homeward.example.org:8443/x") == "meeting-7@homeward.example.org"
