"""The forms for recording by hand: which fields there are, and what each asks for."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, field_validator

from app.episodes.imports.rules import Unreadable, day, flags
from app.web.forms import Form

MOST_OF_A_NAME = 200
TOO_LONG = "Enter a name of up to 200 characters"


def _read_day(value: object) -> object:
    try:
        return day(value) if isinstance(value, str) else value
    except Unreadable as problem:
        raise ValueError(str(problem)) from None


Day = Annotated[date, BeforeValidator(_read_day)]
"""A London day, written in any of the ways that files are read in."""


class EpisodeForm(Form):
    blank: ClassVar[dict[str, str]] = {"category": "Choose what kind of episode it is"}
    wrong: ClassVar[dict[str, str]] = {
        "category": "Choose what kind of episode it is",
        "missing_from_kind": "Choose a kind of place from the list",
        "police_risk": "Choose a grade from the list",
        "legal_status": "Choose a legal status from the list",
    }
    category: Literal["missing", "away", "absent", "curfew"]
    missing_from: str = ""
    missing_from_kind: Literal["", "home", "foster", "residential", "semi-independent", "school", "other"] = (
        ""
    )
    found_at: str = ""
    police_risk: Literal["", "no-apparent", "low", "medium", "high"] = ""
    legal_status: Literal["cla", "cp", "cin", "none"] | None = None
    immediate_concern: bool = False


class ReturnForm(Form):
    version: int
    found_at: str = ""


class StepsForm(Form):
    wrong: ClassVar[dict[str, str]] = {
        "strategy_discussion_by": TOO_LONG,
        "high_risk_notified_by": TOO_LONG,
        "media_consent_by": TOO_LONG,
    }
    version: int
    immediate_concern: bool = False
    strategy_discussion_by: str = Field("", max_length=MOST_OF_A_NAME)
    high_risk_notified_by: str = Field("", max_length=MOST_OF_A_NAME)
    media_consent_by: str = Field("", max_length=MOST_OF_A_NAME)


class RiskForm(Form):
    blank: ClassVar[dict[str, str]] = {
        "assessed_on": "Enter the date of the assessment",
        "level": "Choose the level",
    }
    assessed_on: Day
    level: str
    tool: str = ""
    flags: str = ""
    next_review_on: Day | None = None

    @field_validator("flags")
    @classmethod
    def can_be_read(cls, value: str) -> str:
        try:
            flags(value)
        except Unreadable as problem:
            raise ValueError(str(problem)) from None
        return value


class InterviewForm(Form):
    blank: ClassVar[dict[str, str]] = {
        "outcome": "Choose how it stands with the interview",
        "episode_ids": "Choose the episodes that the interview is about",
    }
    wrong: ClassVar[dict[str, str]] = {
        "outcome": "Choose how it stands with the interview",
        "mode": "Choose how the interview was held",
        "follow_up_mode": "Choose how it was followed up",
        "offered_by": TOO_LONG,
        "episode_ids": "Choose the episodes that the interview is about",
        "independent": "Choose yes or no",
    }
    episode_ids: list[int]
    outcome: Literal["completed", "declined-child", "declined-carer", "unable", "not-required", "pending"]
    offer_method: str = ""
    mode: Literal["", "face-to-face", "virtual", "phone"] = ""
    interviewer: str = ""
    independent: bool | None = None
    offered_by: str = Field("", max_length=MOST_OF_A_NAME)
    push_factors: str = ""
    pull_factors: str = ""
    child_said: str = ""
    follow_up_mode: Literal["", "visit", "virtual", "phone"] = ""
    reason: str = ""
    version: int | None = None

    @field_validator("episode_ids")
    @classmethod
    def names_one(cls, value: list[int]) -> list[int]:
        if not value:
            raise ValueError(cls.blank["episode_ids"])
        return value
