"""When a message is tried again, how the mail server is addressed, whether jobs run. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import parse_qs, unquote, urlsplit

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
PATIENCE = timedelta(hours=72)
"""After the first try, how long a message is tried again before a person has to look at it."""

AUTOMATIC = "auto"
REQUIRED = "required"
NONE = "none"
TLS_WORDS = {AUTOMATIC: "TLS where offered", REQUIRED: "TLS required", NONE: "without TLS"}


QUIET_FOR = timedelta(minutes=5)
"""Rounds of jobs begin at least every minute; after this long without one something is wrong, or very long at work."""


class UnusableServer(Exception):
    """The address of the mail server cannot be used; the message is one line that says what to do."""


@dataclass(frozen=True)
class MailServer:
    """Where messages are handed over. `tls_from_start` is smtps; else `start_tls` says whether to ask for it.

    `start_tls` is "auto" (when offered), "required" or "none".
    """

    host: str
    port: int
    sender: str
    username: str | None = None
    password: str | None = None
    tls_from_start: bool = False
    start_tls: str = AUTOMATIC


def mail_server(smtp_url: str, base_url: str) -> MailServer:
    """Reads `smtp://name:password@host:587/?from=homeward@council.example&tls=required`.

    A password is never sent in the clear, except to this machine. Without `from` the sender is homeward@ the
    host of the service. Raises UnusableServer.
    """
    try:
        parts = urlsplit(smtp_url)
        port = parts.port
    except ValueError:
        raise UnusableServer("HOMEWARD_SMTP_URL has a port that is not a number") from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise UnusableServer("HOMEWARD_SMTP_URL must be an address such as smtp://mail.example.org:587")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    start_tls = options.get("tls", AUTOMATIC)
    if start_tls not in (AUTOMATIC, REQUIRED, NONE):
        raise UnusableServer("HOMEWARD_SMTP_URL may say tls=auto, tls=required or tls=none")
    from_start = parts.scheme == "smtps"
    username = unquote(parts.username) if parts.username else None
    if username and not from_start and not _is_this_machine(parts.hostname):
        start_tls = REQUIRED
    service_host = urlsplit(base_url).hostname or "localhost"
    return MailServer(
        host=parts.hostname,
        port=port or (465 if from_start else 587 if username else 25),
        sender=options.get("from") or f"homeward@{service_host}",
        username=username,
        password=unquote(parts.password) if parts.password else None,
        tls_from_start=from_start,
        start_tls=start_tls,
    )


def sender_of(smtp_url: str | None, base_url: str) -> str:
    """The address that e-mails come from, also while there is no mail server yet."""
    try:
        return mail_server(smtp_url or "smtp://localhost", base_url).sender
    except UnusableServer:
        return mail_server("smtp://localhost", base_url).sender


def server_in_words(smtp_url: str | None, base_url: str) -> str:
    """Where messages are handed over, without name and password. Raises UnusableServer where nowhere."""
    if not smtp_url:
        raise UnusableServer("HOMEWARD_SMTP_URL is not set")
    server = mail_server(smtp_url, base_url)
    tls = "TLS from the start" if server.tls_from_start else TLS_WORDS[server.start_tls]
    return f"{server.host}, port {server.port}, {tls}"


def needs_an_address(recipient: str) -> str | None:
    """The sentence for a recipient to whom nothing can be sent: one address, on one line, and no second one."""
    one_word = recipient.isprintable() and not any(mark.isspace() or mark in ",;<>" for mark in recipient)
    return None if one_word and "@" in recipient else "A message needs one e-mail address, on one line."


def is_quiet(last_round_at: datetime | None, now: datetime) -> bool:
    """Whether no round of jobs has begun for so long that somebody should look."""
    return last_round_at is None or now - last_round_at > QUIET_FOR


def next_try(attempts: int, written_at: datetime, now: datetime) -> datetime | None:
    """When to try again after this many failed attempts; None when patience is over.

    Waits double from a minute up to an hour. A message that waited long for its first try keeps the patience
    of its retries: it is never given up before it was tried for as long as any other.
    """
    doublings = min(attempts - 1, 10)
    wait = min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)
    if now - written_at >= PATIENCE and waited_in_all(attempts) >= PATIENCE:
        return None
    return now + wait


def waited_in_all(attempts: int) -> timedelta:
    """How long this many failed attempts lie apart from the first, by the waits between them."""
    waits = (min(FIRST_WAIT * 2 ** min(tried, 10), LONGEST_WAIT) for tried in range(attempts))
    return sum(waits, timedelta())


def is_for_good(code: int) -> bool:
    """Whether the server's answer means that trying again cannot help (5xx)."""
    return 500 <= code < 600


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
