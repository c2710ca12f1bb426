"""What an extract holds, how far a meeting's extracts are delivered, and what delivering one needs. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.panels.words import counted

WAYS = {
    "document": "Uploaded as a document",
    "pasted": "Pasted into the record",
    "sent": "Sent to the record’s keeper by secure e-mail",
    "other": "Another way",
}
LONGEST_NOTE = 500
SHORTEST_NAME = 3
NOT_YET = "Extracts are made of circulated minutes. Circulate these first."
NOT_FOR_ALL = (
    "Some items of this meeting are restricted. Whoever may see all of them, such as the chair, says when its "
    "minutes are filed."
)


@dataclass(frozen=True)
class Delivery:
    """That a child's extract was put on the child's own record; `withdrawn_at` is set when that was taken back."""

    id: int
    child_id: int
    way: str
    note: str
    delivered_at: datetime
    delivered_by: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""
    withdrawn_reason: str = ""

    @property
    def way_words(self) -> str:
        return WAYS[self.way]


@dataclass(frozen=True)
class ExtractLine:
    """A child who was discussed, under which items, and where the extract is. `past`: deliveries taken back."""

    child_id: int
    child_ref: str
    child_name: str
    item_ids: tuple[int, ...]
    delivery: Delivery | None = None
    past: tuple[Delivery, ...] = ()

    @property
    def name(self) -> str:
        return self.child_name or self.child_ref


@dataclass(frozen=True)
class Progress:
    """How many of the extracts that somebody may see are delivered. `of` 0: no child was discussed."""

    delivered: int
    of: int

    @property
    def is_complete(self) -> bool:
        return self.delivered == self.of

    @property
    def words(self) -> str:
        return f"{self.delivered} of {counted(self.of, 'extract')} delivered"


def progress_of(lines: Sequence[ExtractLine]) -> Progress:
    return Progress(sum(1 for line in lines if line.delivery), len(lines))


def outstanding_words(count: int) -> str:
    """Why minutes cannot be said to be filed yet."""
    one = count == 1
    return (
        f"{counted(count, 'extract')} {'is' if one else 'are'} not delivered yet. Once every child’s extract is on the "
        "child’s own record, the minutes count as filed."
    )


def delivery_problems(chosen: Collection[int], way: str, note: str) -> dict[str, str]:
    """Sentences by field for what was filled in."""
    problems = {}
    if not chosen:
        problems["children"] = "Choose at least one child whose extract is on the child’s record"
    if way not in WAYS:
        problems["way"] = "Choose how the extract got there"
    elif way == "other" and not note:
        problems["note"] = "Say which way it was"
    if len(note) > LONGEST_NOTE:
        problems["note"] = f"Use {LONGEST_NOTE} characters or fewer"
    return problems


def of_child(
    content: Mapping[str, Any], item_ids: Collection[int], not_there: Collection[tuple[str, str]] = ()
) -> dict[str, Any]:
    """The minutes' content with these items alone. `not_there`: names and agencies of who came to other items only."""
    return {
        # what was said of earlier actions under no item is about others
        **{key: value for key, value in content.items() if key != "reviews"},
        "items": [item for item in content["items"] if item["id"] in item_ids],
        "actions": [],
        "attendance": [
            one for one in content["attendance"] if (one["name"], one["agency"]) not in set(not_there)
        ],
    }


def others_named(
    content: Mapping[str, Any], child: ExtractLine, others: Sequence[ExtractLine]
) -> list[tuple[str, str]]:
    """Where an extract's text seems to name another child of the agenda: heading and name. For a person to check."""
    own = _words(child.child_name)
    texts = [(where, text.casefold()) for item in content["items"] for where, text in _texts(item)]
    found: dict[tuple[str, str], None] = {}  # in their order, each once
    for other in others:
        names = {word for word in _words(other.child_name) - own if len(word) >= SHORTEST_NAME}
        for where, text in texts:
            if other.child_ref.casefold() in text or names & _words(text):
                found[where, other.name] = None
    return list(found)


def _texts(item: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Everything that was typed about an item, under what it is headed."""
    texts = [(section["heading"], section["text"]) for section in item["sections"]]
    texts += [
        ("Risk", item["risk_rationale"]),
        ("Decision", item["decision"]),
        ("Rationale", item["rationale"]),
    ]
    texts += [("Why listed", item["reason"]), ("Decision", item.get("closed_despite") or "")]
    for action in item["actions"]:
        texts += [("Actions", words) for words in (action["text"], action.get("why", "")) if words]
    earlier = item.get("reviews", ())
    return texts + [("Earlier actions", text) for one in earlier for text in (one["text"], one["note"])]


def _words(text: str) -> set[str]:
    return set(re.findall(r"[\w-]+", text.casefold()))
