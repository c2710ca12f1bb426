"""What a discussion holds: the sections of the template, its other fields, and their limits. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from app.london import LONDON
from app.minutes.marking.rules import NO_MARK, Mark, marks_as_text, marks_from_text
from app.panels.cases.rules import CLOSURE_REASONS
from app.panels.kinds import KINDS
from app.panels.sections import PLACE_SECTIONS, STANDING_SECTIONS, Section
from app.panels.words import clock_time, counted, day_and_month, length_in_words

LONGEST_SECTION = 200_000
OUTCOMES = {"discussed": "Discussed", "not-reached": "Not reached"}
CASE_DECISIONS = {"keep-open": "Keep the case open", "close": "Close the case"}
CASE_DECIDED = {"keep-open": "The case is kept open", "close": "The case is closed"}
"""The same decisions as the minutes report them."""
EVERY_SECTION: dict[str, Section] = {
    section.key: section
    for section in (
        *STANDING_SECTIONS,
        *PLACE_SECTIONS,
        *(section for kind in KINDS.values() for section in (*kind.place_sections, *kind.sections)),
    )
}


def sections_for(panel_kind: str, item_kind: str) -> tuple[Section, ...]:
    """The template of a child, place or standing item of a panel of this kind."""
    kind = KINDS.get(panel_kind, KINDS["general"])
    if item_kind == "place":
        return kind.place_sections or PLACE_SECTIONS
    return STANDING_SECTIONS if item_kind == "standing" else kind.sections


def section_of_contributions(sections: Sequence[Section]) -> str:
    """The key of the section that takes what agencies contributed; empty for a standing item."""
    keys = {section.key for section in sections}
    return next((key for key in ("contributions", "disruption") if key in keys), "")


MARKED_FIELDS = ("risk_rationale", "decision", "rationale", "closed_despite")
"""The fields beside the sections that hold sentences: they can be marked as sections are."""
MARKABLE = (*EVERY_SECTION, *MARKED_FIELDS)
NO_TEXT = frozenset({"sections", "next_review_on", "marks"})
"""The fields of what was said that are not a text of their own."""


@dataclass(frozen=True)
class Said:
    """Everything that one save carries: the sections' texts by key, the fields beside them, and who may read what.

    A mark can stand on a section that has no words yet.
    """

    sections: Mapping[str, str] = field(default_factory=dict)
    outcome: str = ""
    risk_before: str = ""
    risk_after: str = ""
    risk_rationale: str = ""
    decision: str = ""
    rationale: str = ""
    case_decision: str = ""
    closure_reason: str = ""
    closed_despite: str = ""
    next_review_on: date | None = None
    marks: Mapping[str, Mark] = field(default_factory=dict)

    def as_text(self) -> dict[str, Any]:
        """As a revision keeps it: plain values, empty sections left out, and marks where there are any."""
        values = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "marks"}
        values["sections"] = {key: text for key, text in sorted(self.sections.items()) if text}
        values["next_review_on"] = self.next_review_on.isoformat() if self.next_review_on else None
        marks = marks_as_text(self.marks)
        return values | ({"marks": marks} if marks else {})

    def flat(self) -> dict[str, str]:
        """Every field by its key as text; sections under their own keys."""
        values = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in NO_TEXT}
        values["next_review_on"] = self.next_review_on.isoformat() if self.next_review_on else ""
        return values | dict(self.sections)

    def with_texts(self, texts: Mapping[str, str]) -> "Said":
        """The same with some fields replaced, named as in `flat`."""
        own = {f.name for f in fields(self)} - NO_TEXT
        changed: dict[str, Any] = {key: text for key, text in texts.items() if key in own}
        if "next_review_on" in texts:
            changed["next_review_on"] = (
                date.fromisoformat(texts["next_review_on"]) if texts["next_review_on"] else None
            )
        sections = {key: text for key, text in texts.items() if key in EVERY_SECTION}
        return replace(self, sections={**self.sections, **sections}, **changed)

    def mark(self, key: str) -> Mark:
        return self.marks.get(key, NO_MARK)

    def with_marks(self, marks: Mapping[str, Mark]) -> "Said":
        return replace(self, marks={**self.marks, **marks})

    def keeping(self, stored: "Said", keys: Collection[str]) -> "Said":
        """The same with the words and marks of these sections as they are stored."""
        texts = stored.flat()
        kept = self.with_texts({key: texts.get(key, "") for key in keys})
        return kept.with_marks({key: stored.mark(key) for key in keys})

    def leaving_out(self, keys: Collection[str]) -> "Said":
        """The same as if these sections had never been written."""
        return self.keeping(Said(), keys) if keys else self


def said_from_text(text: Mapping[str, Any]) -> Said:
    """The reverse of `Said.as_text`."""
    values = {f.name: text[f.name] for f in fields(Said) if text.get(f.name) is not None}
    on = values.get("next_review_on")
    values["next_review_on"] = date.fromisoformat(on) if isinstance(on, str) and on else on or None
    return Said(**values | {"marks": marks_from_text(text.get("marks"))})


@dataclass(frozen=True)
class EpisodeTold:
    """An episode as the template tells it. `date_only` names the instants that came without a time of day."""

    category: str
    started_at: datetime
    returned_at: datetime | None
    date_only: Sequence[str]
    missing_from: str
    found_at: str
    interview: str | None


CATEGORY_WORDS = {
    "missing": "missing",
    "away": "away without authorisation",
    "absent": "absent",
    "curfew": "missing from curfew",
}
INTERVIEW_WORDS = {
    "completed": "return home interview completed",
    "declined-child": "return home interview declined by the child",
    "declined-carer": "return home interview declined by the carer",
    "unable": "child could not be reached for a return home interview",
    "not-required": "no return home interview required",
    "pending": "return home interview pending",
}


def episodes_in_words(episodes: Sequence[EpisodeTold]) -> str:
    """One line for each episode, as the minutes begin with it; empty when there was none."""
    return "\n".join(_episode_in_words(episode) for episode in episodes)


def _episode_in_words(episode: EpisodeTold) -> str:
    where = f" from {episode.missing_from}" if episode.missing_from else ""
    words = f"{_when(episode, 'started_at', episode.started_at)}: {CATEGORY_WORDS[episode.category]}{where}"
    if episode.returned_at is None:
        return f"{words}; not returned."
    words += f"; returned {_when(episode, 'returned_at', episode.returned_at)}"
    if not episode.date_only:
        words += f" after {_how_long(episode.returned_at - episode.started_at)}"
    if episode.found_at:
        words += f", found at {episode.found_at}"
    if episode.category != "missing":
        return f"{words}."
    return f"{words}; {INTERVIEW_WORDS.get(episode.interview or '', 'no return home interview recorded')}."


def _when(episode: EpisodeTold, field_name: str, instant: datetime) -> str:
    day = f"{day_and_month(instant)} {instant.astimezone(LONDON).year}"
    return day if field_name in episode.date_only else f"{day}, {clock_time(instant)}"


def _how_long(length: timedelta) -> str:
    days, rest = divmod(int(length.total_seconds()) // 60, 24 * 60)
    if not days:
        return length_in_words(rest)
    return counted(days, "day") + (f" {counted(rest // 60, 'hour')}" if rest >= 60 else "")


def same_words(mine: Said, theirs: Said) -> bool:
    return mine.as_text() == theirs.as_text()


NOT_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def clean_text(text: str) -> str:
    """Line ends as one newline, no blanks around, and nothing that can't be seen: control characters, halves of
    characters, signs that turn the direction of what follows."""
    return NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def too_long(texts: Mapping[str, str]) -> dict[str, str]:
    """The sentence for each section that is longer than a section may be."""
    return {
        key: f"{heading_of(key)} has {len(text):,} characters. Shorten it to {LONGEST_SECTION:,} or fewer."
        for key, text in texts.items()
        if len(text) > LONGEST_SECTION
    }


FIELD_HEADINGS = {
    "outcome": "Outcome",
    "risk_before": "Risk before",
    "risk_after": "Risk after",
    "risk_rationale": "Why this risk level",
    "decision": "Decision",
    "rationale": "Rationale",
    "case_decision": "Panel case",
    "closure_reason": "Reason for closing",
    "closed_despite": "Why it is closed in spite of what is still open",
    "next_review_on": "Next review",
}
FIELD_WORDS = {"outcome": OUTCOMES, "case_decision": CASE_DECISIONS, "closure_reason": CLOSURE_REASONS}
CHOICES = frozenset(
    {"outcome", "risk_before", "risk_after", "case_decision", "closure_reason", "next_review_on"}
)
"""Fields with one value out of a few: of two only one can stand."""


IN_ORDER = (
    *(key for key in EVERY_SECTION if key != "dissent"),
    *("risk_before", "risk_after", "risk_rationale", "decision", "rationale", "dissent"),
    *("case_decision", "closure_reason", "closed_despite", "next_review_on", "outcome"),
)
"""Every key in the order of the page."""


def heading_of(key: str) -> str:
    section = EVERY_SECTION.get(key)
    if section is None:
        return FIELD_HEADINGS.get(key, key)
    return f"{section.group}: {section.label.lower()}" if section.group else section.label


def in_words(key: str, value: str) -> str:
    """A field's value as a person reads it."""
    return FIELD_WORDS.get(key, {}).get(value, value)
