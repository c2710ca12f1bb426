"""The form of a referral: its fields, read into what a referral says, with a sentence for whatever is missing."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from app.panels.fields import Day
from app.panels.referrals.decisions.rules import Decision
from app.panels.referrals.rules import (
    CONCERNS,
    CONSENTS,
    LAWFUL_BASES,
    NewChild,
    ReferralFacts,
    Told,
    ToolScore,
)
from app.web.forms import Form

LONGEST = 4000
TOO_LONG = f"Use {LONGEST:,} characters or fewer"
LISTS = ("concerns",)
Id = Annotated[int, Field(ge=1, le=2**62)]


class ReferralForm(Form):
    blank: ClassVar[dict[str, str]] = {
        "referred_on": "Enter the date of the referral",
        "agency": "Choose the agency that refers",
        "referrer": "Enter who refers",
        "concerns": "Choose at least one concern",
        "consent": "Choose whether consent was given",
        "lawful_basis": "Choose the lawful basis",
        "wanted": "Enter what the referrer wants to happen",
    }
    wrong: ClassVar[dict[str, str]] = {
        "agency": "Choose the agency from the list",
        "panel": "Choose the panel from the list",
        "concerns": "Choose at least one concern",
        "referrer": "Use 200 characters or fewer",
        "wanted": TOO_LONG,
        "consent_reason": TOO_LONG,
        "transition_note": TOO_LONG,
    }
    referred_on: Day
    agency: Id
    referrer: str = Field(max_length=200)
    concerns: list[str] = Field(min_length=1)
    risk_level: str = ""
    consent: str
    consent_reason: str = Field(default="", max_length=LONGEST)
    lawful_basis: str
    wanted: str = Field(max_length=LONGEST)
    panel: Id | None = None
    transition_note: str = Field(default="", max_length=LONGEST)
    version: int = 0

    def told(self, tools: tuple[ToolScore, ...]) -> Told:
        return Told(
            referred_on=self.referred_on,
            asked_panel_id=self.panel,
            agency_id=self.agency,
            referrer=self.referrer,
            concerns=tuple(one for one in CONCERNS if one in self.concerns),
            tools=tools,
            risk_level=self.risk_level,
            consent=self.consent,
            consent_reason=self.consent_reason,
            lawful_basis=self.lawful_basis,
            wanted=self.wanted,
            transition_note=self.transition_note,
        )

    def not_offered(self, panels: set[int], agencies: set[int]) -> dict[str, str]:
        """A sentence by field for a choice that the page did not offer."""
        errors = {}
        if not set(self.concerns) <= set(CONCERNS):
            errors["concerns"] = "Choose the concerns from the list"
        if self.consent not in CONSENTS:
            errors["consent"] = self.blank["consent"]
        if self.lawful_basis not in LAWFUL_BASES:
            errors["lawful_basis"] = self.blank["lawful_basis"]
        if self.panel is not None and self.panel not in panels:
            errors["panel"] = self.wrong["panel"]
        if self.agency not in agencies:
            errors["agency"] = self.wrong["agency"]
        return errors


class NewChildForm(Form):
    """A child who has no record here yet."""

    blank: ClassVar[dict[str, str]] = {
        "child_ref": "Enter the council’s reference of the child",
        "name": "Enter the child’s name",
        "born_on": "Enter the date of birth",
    }
    wrong: ClassVar[dict[str, str]] = {
        "child_ref": "Use 60 characters or fewer for the reference",
        "name": "Use 200 characters or fewer for the name",
    }
    child_ref: str = Field(max_length=60)
    name: str = Field(max_length=200)
    born_on: Day

    @property
    def child(self) -> NewChild:
        return NewChild(self.child_ref, self.name, self.born_on)


class DecisionForm(Form):
    """`version` is the one that the page showed."""

    wrong: ClassVar[dict[str, str]] = {
        "panel": "Choose which panel takes the child",
        "rationale": TOO_LONG,
        "diverted_to": "Use 200 characters or fewer",
    }
    threshold: str = ""
    panel: Id | None = None
    diverted_to: str = Field(default="", max_length=200)
    rationale: str = Field(default="", max_length=LONGEST)
    version: int = 0

    @property
    def decision(self) -> Decision:
        return Decision(self.threshold, self.panel, self.diverted_to, self.rationale)


def as_given(referral: ReferralFacts) -> dict[str, Any]:
    """What a stored referral puts into the fields of its form."""
    tools: dict[str, Any] = {}
    for number, one in enumerate(referral.tools, 1):
        tools |= {f"tool_{number}": one.tool, f"score_{number}": one.score}
    return tools | {
        "referred_on": referral.referred_on,
        "agency": referral.agency_id,
        "referrer": referral.referrer,
        "concerns": list(referral.concerns),
        "risk_level": referral.risk_level,
        "consent": referral.consent,
        "consent_reason": referral.consent_reason,
        "lawful_basis": referral.lawful_basis,
        "wanted": referral.wanted,
        "panel": referral.asked_panel_id,
        "transition_note": referral.transition_note,
        "version": referral.version,
    }
