"""The forms for recording by hand: which fields there are, and what each asks for."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import field_validator

from app.episodes.imports.rules import Unreadable, day, flags
from app.web.forms import Form


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
    version: int
    immediate_concern: bool = False


class RiskForm(Form):
    blank: ClassVar[dict[str, str]] = {
        "assessed_on": "Enter the date of the assessment",
        "level": "Choose the level",
    }
    assessed_on: date
    level: str
    tool: str = ""
    flags: str = ""
    next_review_on: date | None = None

    @field_validator("assessed_on", "next_review_on", mode="before")
    @classmethod
    def is_a_date(cls, value: object) -> object:
        try:
            return day(value) if isinstance(value, str) else value
        except Unreadable as problem:
            raise ValueError(str(problem)) from None

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
        "episode_ids": "Choose the episodes that the interview is about",
        "independent": "Choose yes or no",
    }
    episode_ids: list[int]
    outcome: Literal["completed", "declined-child", "declined-carer", "unable", "not-required", "pending"]
    offer_method: str = ""
    mode: Literal["", "face-to-face", "virtual", "phone"] = ""
    interviewer: str = ""
    independent: bool | None = None
    version: int | None = None

    @field_validator("episode_ids")
    @classmethod
    def names_one(cls, value: list[int]) -> list[int]:
        if not value:
            raise ValueError(cls.blank["episode_ids"])
        return value
