"""The form of an action, for issuing one and for mending one: what was typed, read into what was agreed. No policy."""

from datetime import date
from typing import ClassVar

from pydantic import field_validator

from app.actions.due.rules import read_due
from app.actions.issuing.rules import CHOOSE_OWNER, Agreed
from app.actions.rules import ROUTINE
from app.web.forms import Form

STRAND_CHOICES = [
    ["prepare", "Prepare"],
    ["prevent", "Prevent"],
    ["protect", "Protect"],
    ["pursue", "Pursue"],
]


class ActionForm(Form):
    """`owner` is `person-12`, `post-4` or `agency-3`; `due_on` a date or words."""

    text: str
    why: str = ""
    owner: str
    due_on: str
    priority: str = ROUTINE
    strand: str = ""
    child: int | None = None

    blank: ClassVar[dict[str, str]] = {
        "text": "Say what is to be done",
        "owner": CHOOSE_OWNER,
        "due_on": "Enter the date by which it is to be done",
    }
    wrong: ClassVar[dict[str, str]] = {"child": "Choose a child of this agenda, or none"}

    @field_validator("owner")
    @classmethod
    def names_somebody(cls, value: str) -> str:
        kind, _, number = value.partition("-")
        if kind not in ("person", "post", "agency") or not number.isdecimal() or len(number) > 9:
            raise ValueError("Choose somebody from the list")
        return value

    def agreed(self, today: date, next_meeting_on: date | None) -> Agreed:
        kind, _, number = self.owner.partition("-")
        named = {kind: int(number)}
        return Agreed(
            self.text,
            named.get("person"),
            named.get("agency"),
            read_due(self.due_on, today, next_meeting_on),
            self.strand,
            self.why,
            self.priority,
            named.get("post"),
            self.child,
        )


class TypedForm(Form):
    """The same while it is being typed: anything may be missing."""

    text: str = ""
    why: str = ""
    owner: str = ""
    due_on: str = ""
