"""Reads the form of a discussion into values. Pure: no request, no database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.london import day_in
from app.minutes.discussion.rules import (
    CASE_DECISIONS,
    EVERY_SECTION,
    FIELD_HEADINGS,
    MARKABLE,
    OUTCOMES,
    Said,
    clean_text,
    too_long,
)
from app.minutes.marking.rules import Mark, mark_from_form
from app.panels.cases.rules import CLOSURE_REASONS
from app.panels.meetings.rules import YEARS

CHOICE_OF = {"outcome": OUTCOMES, "case_decision": CASE_DECISIONS, "closure_reason": CLOSURE_REASONS}
LARGEST_VERSION = 2**31 - 1
NOT_NAMEABLE = "Choose people and agencies with a seat on this panel"


@dataclass(frozen=True)
class FilledDiscussion:
    """A form as it came. `version` is None when it does not say which text it was based on.

    `marks` are those that the form showed, by section; one that can't be read is None.
    """

    texts: dict[str, str]
    version: int | None
    editing: str
    edits: int | None
    marks: Mapping[str, Mark | None] = field(default_factory=dict)

    def leaving_out(self, keys: Collection[str]) -> "FilledDiscussion":
        """The same without what came for sections that are for others."""
        return replace(
            self,
            texts={key: text for key, text in self.texts.items() if key not in keys},
            marks={key: mark for key, mark in self.marks.items() if key not in keys},
        )

    def typed_in(self, keys: Collection[str], base: Said) -> dict[str, str]:
        """What was typed into these sections since the text that the form was based on."""
        was = base.flat()
        return {key: text for key in keys if (text := self.texts.get(key, "")) and text != was.get(key, "")}


def fill(form: Mapping[str, str], lists: Mapping[str, Sequence[str]] | None = None) -> FilledDiscussion:
    """Sections and fields by their key, cleaned; everything unknown is left aside.

    `lists`: the fields with several values. The field `marks` names the sections whose marks the form showed, since
    a box that nobody ticked does not come along.
    """
    texts = {
        key: clean_text(form[key])
        for key in (*EVERY_SECTION, *FIELD_HEADINGS)
        if isinstance(form.get(key), str)
    }
    return FilledDiscussion(
        texts=texts,
        version=_number(form.get("version")),
        editing=clean_text(str(form.get("editing") or ""))[:64],
        edits=_number(form.get("edits")),
        marks={
            key: mark_from_form(form.get(f"source.{key}", ""), (lists or {}).get(f"readers.{key}", ()))
            for key in form.get("marks", "").split()
            if key in MARKABLE
        },
    )


def _number(text: object) -> int | None:
    plain = str(text or "").strip()
    is_number = plain.isascii() and plain.isdecimal() and len(plain) <= len(str(LARGEST_VERSION))
    if not is_number or int(plain) > LARGEST_VERSION:
        return None
    return int(plain)


def read_said(filled: FilledDiscussion, base: Said, levels: Sequence[str]) -> tuple[Said, dict[str, str]]:
    """What the form says on top of a text it was based on, and a sentence for each field that cannot be read.

    A field that cannot be read keeps the base's value in what is returned; the page shows the input again.
    """
    texts = dict(filled.texts)
    errors = too_long(texts)
    for key, words in CHOICE_OF.items():
        if texts.get(key) and texts[key] not in words:
            errors[key] = f"Choose the {FIELD_HEADINGS[key].lower()} from the list"
    for key in ("risk_before", "risk_after"):
        if texts.get(key) and texts[key] not in (*levels, base.risk_before, base.risk_after):
            errors[key] = "Choose a level of the risk scale"
    if texts.get("next_review_on"):
        day = day_in(texts["next_review_on"])
        if day is None or day.year not in YEARS:
            errors["next_review_on"] = "Enter the date of the next review, such as 3/12/2026"
        else:
            texts["next_review_on"] = day.isoformat()
    errors |= {f"readers.{key}": NOT_NAMEABLE for key, mark in filled.marks.items() if mark is None}
    marks = {key: mark for key, mark in filled.marks.items() if mark is not None}
    return base.with_texts({key: text for key, text in texts.items() if key not in errors}).with_marks(
        marks
    ), errors
