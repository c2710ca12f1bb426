"""The mail server of the outbox's tests, for invitations."""

from tests.outbox.conftest import postbox, sender

__all__ = ["postbox", "sender"]
