"""Reading a delivery status notification (RFC 3464): which message of ours came back, from whom and why. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message

LARGEST = 1_000_000
"""Bytes; ours are small, and a notification repeats what it is about."""
LONGEST_WORDS = 500
NAMES_THE_MESSAGE = (
    "Original-Message-ID",
    "X-Original-Message-ID",
    "Message-ID",
    "In-Reply-To",
    "References",
)
"""In the headers that come back, in the notification's own fields, and last in its own headers."""


class UnreadableNotification(Exception):
    """This is no delivery status notification about a message; the sentence says what is missing."""


@dataclass(frozen=True)
class Notification:
    """What one says of one message. `is_final`: it will not arrive; else it is late, or did arrive."""

    message_ids: tuple[str, ...]
    recipient: str
    is_final: bool
    words: str


def read_notification(content: bytes) -> Notification:
    """Raises UnreadableNotification with one sentence."""
    try:
        return _read(content)
    except RecursionError:
        raise UnreadableNotification(
            "This message holds too many messages in each other to be a delivery status notification."
        ) from None


def _read(content: bytes) -> Notification:
    if len(content) > LARGEST:
        raise UnreadableNotification(
            "This is larger than any delivery status notification about our messages."
        )
    mail = message_from_bytes(content)
    blocks = _status_blocks(mail)
    if not blocks:
        raise UnreadableNotification(
            "This is not a delivery status notification: it has no delivery-status part."
        )
    of_recipient = [block for block in blocks if block["Final-Recipient"] or block["Original-Recipient"]]
    if not of_recipient:
        raise UnreadableNotification(
            "This notification names no Final-Recipient, so nobody knows who was not reached."
        )
    message_ids = tuple(dict.fromkeys(_message_ids(mail, blocks)))
    if not message_ids:
        raise UnreadableNotification(
            "This notification does not say which message it is about: no Message-ID."
        )
    # each of our messages has one recipient; where one stands for several, any that was not reached counts
    told = next((block for block in of_recipient if _action(block) == "failed"), of_recipient[0])
    return Notification(
        message_ids=message_ids,
        recipient=_one_line(_after_type(told["Final-Recipient"] or told["Original-Recipient"])).lower(),
        is_final=_action(told) == "failed",
        words=_words(told),
    )


def _status_blocks(mail: Message) -> list[Message]:
    """The groups of fields of its delivery-status part: the first about the message, then one per recipient."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            return [block for block in part.get_payload() if isinstance(block, Message)]
    return []


def _message_ids(mail: Message, blocks: list[Message]) -> Iterator[str]:
    for source in [*_returned(mail), *blocks]:
        yield from _ids_in(source)
    # a notification's own Message-ID is its own; what it answers is ours
    yield from _ids_in(mail, NAMES_THE_MESSAGE[:2] + NAMES_THE_MESSAGE[3:])


def _returned(mail: Message) -> Iterator[Message]:
    """The headers of the message that came back."""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822" and part.is_multipart():
            yield from (inner for inner in part.get_payload() if isinstance(inner, Message))
        elif kind in ("text/rfc822-headers", "message/rfc822-headers"):
            content = part.get_payload(decode=True)
            yield message_from_string(content.decode(errors="replace") if isinstance(content, bytes) else "")


def _ids_in(source: Message, names: tuple[str, ...] = NAMES_THE_MESSAGE) -> Iterator[str]:
    for name in names:
        for word in _one_line(str(source.get(name, ""))).split():
            if word.startswith("<") and word.endswith(">"):
                yield word


def _action(block: Message) -> str:
    return str(block["Action"] or "").strip().lower()


def _words(block: Message) -> str:
    """The status and what the other server said, in one line."""
    status = _one_line(str(block["Status"] or ""))
    said = _one_line(_after_type(str(block["Diagnostic-Code"] or "")))
    return " ".join(part for part in (status if status not in said else "", said) if part)[:LONGEST_WORDS]


def _after_type(field: str) -> str:
    """`rfc822; name@example.org` without its type."""
    before, semicolon, after = str(field).partition(";")
    return (after if semicolon else before).strip()


def _one_line(text: str) -> str:
    """Others' words, made safe to show: no ends of line, nothing that cannot be printed."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
