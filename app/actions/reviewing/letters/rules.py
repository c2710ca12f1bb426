"""What owners are told when a panel looks at their action again: a reference and a link, never a name. Pure."""

from datetime import date

from app.panels.words import long_day


def chased_mail(action_id: int, base_url: str) -> tuple[str, str]:
    return _mail(action_id, "The panel asks after", "Say how it stands", base_url, "The panel asks after")


def re_set_mail(action_id: int, due_on: date, base_url: str) -> tuple[str, str]:
    what = f"The panel set a new date or a new owner: it is due on {long_day(due_on)}."
    return _mail(action_id, "Changed:", "Read what changed", base_url, what)


def dropped_mail(action_id: int, base_url: str) -> tuple[str, str]:
    return _mail(action_id, "Dropped:", "Read why", base_url, "The panel dropped")


def _mail(action_id: int, before: str, link: str, base_url: str, what: str) -> tuple[str, str]:
    sentence = what if what.endswith(".") else f"{what} action {action_id}."
    return (
        f"{before} action {action_id}",
        f"{sentence}\n\n{link}:\n{base_url}/actions/{action_id}\n\n"
        "This message names nobody on purpose. Sign in to read what was agreed.\n",
    )
