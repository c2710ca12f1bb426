"""To whom an action may be handed over, and the mails that tell. Pure."""

from dataclasses import dataclass
from datetime import date

from app.panels.words import long_day


@dataclass(frozen=True)
class Colleague:
    """Somebody an action may be handed over to; `covers` is the action's post where they cover or hold it."""

    id: int
    name: str
    email: str
    agency_name: str
    covers: str


NOT_A_COLLEAGUE = (
    "Choose somebody from the list: a colleague of the agency, or who covers its post. To give this to another "
    "agency, ask the panel’s chair."
)


def handed_over_mail(action_id: int, due_on: date, base_url: str) -> tuple[str, str]:
    """Subject and body of the mail to the new owner: a reference and a link, never a name."""
    subject = f"Action {action_id} is handed over to you, due {long_day(due_on)}"
    return subject, (
        f"Action {action_id} is handed over to you. It is due on {long_day(due_on)}.\n\n"
        f"Read it, and say that you have seen it:\n{base_url}/actions/{action_id}\n\n"
        "This message names nobody on purpose. Sign in to read what was agreed.\n"
    )


def taken_off_mail(action_id: int, base_url: str) -> tuple[str, str]:
    """The mail to an owner whose action somebody else handed over."""
    return f"Action {action_id} is no longer yours", (
        f"Action {action_id}, which you had, was handed over to somebody else.\n\n"
        f"Read to whom, and why:\n{base_url}/actions/{action_id}\n\n"
        "This message names nobody on purpose.\n"
    )
