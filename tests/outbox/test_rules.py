"""When a message is tried again, and how the mail server is addressed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.outbox.rules import (
    PATIENCE,
    UnusableServer,
    is_for_good,
    mail_server,
    next_try,
    waited_in_all,
)

NOW = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 60), (8, 60), (40, 60)]
)
def test_waits_double_up_to_an_hour(attempts: int, minutes: int) -> None:
    assert next_try(attempts, NOW, NOW) == NOW + timedelta(minutes=minutes)


def test_a_message_is_tried_for_three_days_and_then_given_up() -> None:
    written, now, attempts = NOW, NOW, 0
    while True:
        attempts += 1
        later = next_try(attempts, written, now)
        if later is None:
            break
        now = later
    assert PATIENCE <= now - written <= PATIENCE + timedelta(hours=1)
    assert 70 < attempts < 90


@given(st.integers(1, 60))
def test_a_sender_killed_many_times_in_an_hour_gives_nothing_up(attempts: int) -> None:
    assert next_try(attempts + 40, NOW, NOW + timedelta(hours=1)) is not None


def test_a_message_that_waited_long_for_a_mail_server_keeps_its_patience() -> None:
    assert next_try(1, NOW - timedelta(days=30), NOW) is not None
    assert waited_in_all(80) > PATIENCE
    assert next_try(80, NOW - timedelta(days=30), NOW) is None


@pytest.mark.parametrize(
    ("code", "for_good"), [(421, False), (450, False), (550, True), (599, True), (250, False)]
)
def test_five_hundreds_are_for_good(code: int, for_good: bool) -> None:
    assert is_for_good(code) == for_good


def test_the_address_of_the_mail_server_says_everything() -> None:
    server = mail_server("smtp://me%40x:p%2Fw@mail.example.org:2525/?from=panels@council.example", "http://x")
    assert (server.host, server.port, server.username, server.password) == (
        "mail.example.org",
        2525,
        "me@x",
        "p/w",
    )
    assert (server.sender, server.start_tls, server.tls_from_start) == (
        "panels@council.example",
        "required",
        False,
    )


@pytest.mark.parametrize(
    ("url", "port", "from_start", "start_tls"),
    [
        ("smtp://mail.example.org", 25, False, "auto"),
        ("smtp://me:pw@mail.example.org", 587, False, "required"),
        ("smtp://me:pw@mail.example.org?tls=none", 587, False, "required"),
        ("smtp://me:pw@127.0.0.1:1025?tls=none", 1025, False, "none"),
        ("smtp://relay?tls=none", 25, False, "none"),
        ("smtps://me:pw@mail.example.org", 465, True, "auto"),
    ],
)
def test_a_password_never_leaves_this_machine_in_the_clear(
    url: str, port: int, from_start: bool, start_tls: str
) -> None:
    server = mail_server(url, "https://homeward.council.example")
    assert (server.port, server.tls_from_start, server.start_tls) == (port, from_start, start_tls)
    assert server.sender == "homeward@homeward.council.example"


@pytest.mark.parametrize("url", ["smtp://", "http://mail", "smtp://mail:port", "smtp://mail?tls=maybe"])
def test_an_unusable_address_is_named(url: str) -> None:
    with pytest.raises(UnusableServer, match="HOMEWARD_SMTP_URL"):
        mail_server(url, "http://localhost")
