"""Referrals: what one may say, and who may see, decide and correct it. The decision itself: `decisions`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.access import Identity, Permission, Scope, permits
from app.london import age_on

CONCERNS = {
    "cse": "Child sexual exploitation",
    "cce": "Child criminal exploitation",
    "county-lines": "County lines",
    "gang": "Gangs or groups",
    "trafficking": "Trafficking or modern slavery",
    "missing": "Going missing",
    "online": "Online exploitation or grooming",
    "harmful-sexual-behaviour": "Harmful sexual behaviour",
    "substance-misuse": "Substance misuse",
    "self-harm": "Self-harm",
    "radicalisation": "Radicalisation",
    "other": "Something else",
}
CONSENTS = {"given": "Given", "refused": "Refused", "not-sought": "Not sought"}
LAWFUL_BASES = {
    "consent": "Consent",
    "legal-obligation": "Legal obligation",
    "public-task": "Public task: safeguarding a child",
    "vital-interests": "Vital interests: to protect somebody’s life",
}
TOOL_ROWS = 3
MOST_TOOLS = 12
ADULT = 18


class Threshold(StrEnum):
    """Waiting is stored as a blank."""

    WAITING = "waiting"
    MET = "met"
    NOT_MET = "not-met"
    DIVERTED = "diverted"


THRESHOLDS = {
    Threshold.WAITING: "Waiting",
    Threshold.MET: "Threshold met",
    Threshold.NOT_MET: "Threshold not met",
    Threshold.DIVERTED: "Diverted",
}


@dataclass(frozen=True)
class ToolScore:
    """The score of a screening tool, as the referrer wrote it."""

    tool: str
    score: str


@dataclass(frozen=True)
class NewChild:
    """A child without a record, as a referral names it."""

    child_ref: str
    name: str
    born_on: date


@dataclass(frozen=True)
class Told:
    """What a referral says, from a form or from a file. `consent` and `lawful_basis` are slugs, blank if not told."""

    referred_on: date
    asked_panel_id: int | None = None
    agency_id: int | None = None
    referrer: str = ""
    concerns: tuple[str, ...] = ()
    tools: tuple[ToolScore, ...] = ()
    risk_level: str = ""
    consent: str = ""
    consent_reason: str = ""
    lawful_basis: str = ""
    wanted: str = ""
    transition_note: str = ""

    def columns(self) -> dict[str, Any]:
        """The values by their columns."""
        return {
            "referred_on": self.referred_on,
            "asked_panel": self.asked_panel_id,
            "agency": self.agency_id,
            "referrer": self.referrer,
            "concerns": list(self.concerns),
            "tool_scores": [{"tool": one.tool, "score": one.score} for one in self.tools],
            "risk_level": self.risk_level,
            "consent": self.consent,
            "consent_reason": self.consent_reason,
            "lawful_basis": self.lawful_basis,
            "wanted": self.wanted,
            "transition_note": self.transition_note,
        }


def problem_of(
    told: Told, *, born_on: date | None, levels: Sequence[str], today: date
) -> tuple[str, str] | None:
    """The field and the sentence of what cannot be in a referral, or None: the one rule of form and file.

    `levels`: the authority's risk scale on the day of the referral.
    """
    if born_on and born_on > today:
        return "born_on", "The date of birth lies in the future"
    if told.referred_on > today:
        return "referred_on", "The referral lies in the future"
    if born_on and told.referred_on < born_on:
        return "referred_on", "The referral is before the child was born"
    if told.risk_level and told.risk_level not in levels:
        return "risk_level", f"Choose one of the risk levels: {', '.join(levels)}"
    if told.consent in ("refused", "not-sought") and not told.consent_reason:
        return "consent_reason", (
            "Enter why consent was refused"
            if told.consent == "refused"
            else "Enter why consent was not sought"
        )
    if told.consent in ("refused", "not-sought") and told.lawful_basis == "consent":
        return "lawful_basis", "Choose a lawful basis other than consent, which was not given"
    if needs_a_transition_note(born_on, told.referred_on) and not told.transition_note:
        return "transition_note", (
            f"The young person was {age_on(born_on or today, told.referred_on)} on the day of the referral: "
            "enter a note on the transition to adult services"
        )
    return None


def needs_a_transition_note(born_on: date | None, referred_on: date) -> bool:
    """Whether the young person was an adult on the day of the referral."""
    return born_on is not None and born_on <= referred_on and age_on(born_on, referred_on) >= ADULT


def read_tools(given: Mapping[str, Any]) -> tuple[tuple[ToolScore, ...], dict[str, str]]:
    """The tools and scores of a form's rows `tool_1`, `score_1`, …, and a sentence for each half of a row."""
    tools: list[ToolScore] = []
    errors: dict[str, str] = {}
    for number in range(1, MOST_TOOLS + 1):
        tool, score = (str(given.get(f"{name}_{number}", "")).strip() for name in ("tool", "score"))
        if score and not tool:
            errors[f"tool_{number}"] = "Enter which tool gave this score"
        elif tool and not score:
            errors[f"score_{number}"] = "Enter the score of this tool"
        elif len(tool) > 200 or len(score) > 100:
            errors[f"tool_{number}"] = "Shorten the name of the tool or its score"
        elif tool:
            tools.append(ToolScore(tool, score))
    return tuple(tools), errors


def tool_rows(given: Mapping[str, Any], more: bool) -> int:
    """How many rows a form shows: those filled and those it had, at least three, and further ones when asked for."""
    filled = [n for n in range(1, MOST_TOOLS + 1) if given.get(f"tool_{n}") or given.get(f"score_{n}")]
    shown = str(given.get("rows", ""))
    had = int(shown) if shown.isdecimal() and len(shown) < 3 else TOOL_ROWS
    return min(MOST_TOOLS, max(TOOL_ROWS, had, *filled, 0) + (TOOL_ROWS if more else 0))


@dataclass(frozen=True)
class ReferralFacts:
    """A referral as stored, with the names that its page shows. `threshold` is blank while it waits.

    `received_at` is None where a tracker brought it, `decided_at` also where a tracker told the decision.
    """

    id: int
    child_id: int
    child_ref: str
    child_name: str
    born_on: date | None
    panel_id: int | None
    panel_name: str
    panel_slug: str
    asked_panel_id: int | None
    asked_panel_name: str
    referred_on: date
    threshold: str
    agency_id: int | None
    agency_name: str
    referrer: str
    concerns: tuple[str, ...]
    tools: tuple[ToolScore, ...]
    risk_level: str
    consent: str
    consent_reason: str
    lawful_basis: str
    wanted: str
    transition_note: str
    received_at: datetime | None
    received_by: int | None
    received_by_name: str
    decided_at: datetime | None
    decided_by_name: str
    rationale: str
    diverted_to: str
    version: int

    @property
    def known_as(self) -> str:
        return self.child_name or self.child_ref

    @property
    def status(self) -> str:
        return self.threshold or Threshold.WAITING

    @property
    def scope(self) -> Scope:
        """The panels asked for and decided, and whoever received it."""
        panels = {panel for panel in (self.panel_id, self.asked_panel_id) if panel}
        return Scope(panel_ids=frozenset(panels), owner_id=self.received_by, agency_id=self.agency_id)

    @property
    def is_for_any_panel(self) -> bool:
        return self.panel_id is None and self.asked_panel_id is None


def may_see(who: Identity, referral: ReferralFacts) -> bool:
    """Its panels, whoever made it, the roles; and, while it names no panel, everybody who may see a briefing."""
    if permits(who, Permission.SEE_REFERRAL, referral.scope):
        return True
    return referral.is_for_any_panel and permits(who, Permission.SEE_BRIEFING)


def may_decide(who: Identity, referral: ReferralFacts) -> bool:
    """Whoever leads the panel that it asks for; where it asks for none, whoever leads any."""
    if referral.is_for_any_panel:
        return permits(who, Permission.DECIDE_REFERRAL)
    return permits(who, Permission.DECIDE_REFERRAL, referral.scope)


def may_correct(who: Identity, referral: ReferralFacts) -> bool:
    """Whoever made it until it is decided, and whoever decides on it."""
    is_own = referral.received_by == who.person_id
    return may_decide(who, referral) or (is_own and not referral.threshold)
