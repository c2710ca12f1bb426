"""The forms that set and end a rhythm. What they mean is checked by the rules."""

from datetime import time
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field, field_validator, model_validator

from app.panels.fields import Day
from app.panels.meetings.rules import LONGEST_MINUTES, SHORTEST_MINUTES, read_clock
from app.panels.rhythm.changes import CANCEL, KEEP, MOVE, RhythmPlan
from app.panels.rhythm.rules.recurrences import FREQUENCIES, HOLIDAY_RULES, Recurrence
from app.web.forms import LARGEST_NUMBER, Form

BY_WEEK = ("weekly", "fortnightly")


class RhythmForm(Form):
    blank: ClassVar[dict[str, str]] = {
        "frequency": "Choose how often the panel meets",
        "weekday": "Choose the day of the week",
        "starts_time": "Enter the time at which the meetings start",
        "length_minutes": "Enter how long a meeting takes, in minutes",
        "holiday_rule": "Choose what happens on a bank holiday",
        "starts_on": "Enter the day from which the rhythm holds",
    }
    wrong: ClassVar[dict[str, str]] = {
        "weekday": "Choose the day of the week",
        "nth": "Choose which one of the month",
        "length_minutes": f"Enter a whole number of minutes from {SHORTEST_MINUTES} to {LONGEST_MINUTES}",
        "place": "Use 200 characters or fewer for the place",
        "chair_id": "Choose the chair from the list",
        "minute_taker_id": "Choose the minute taker from the list",
    }
    frequency: str
    weekday: int = Field(ge=0, le=6)
    nth: int | None = None
    starts_time: Annotated[time, BeforeValidator(read_clock)]
    length_minutes: int = Field(ge=SHORTEST_MINUTES, le=LONGEST_MINUTES)
    place: str = Field(default="", max_length=200)
    video_link: str = Field(default="", max_length=2000)
    chair_id: int | None = Field(default=None, ge=1, le=LARGEST_NUMBER)
    minute_taker_id: int | None = Field(default=None, ge=1, le=LARGEST_NUMBER)
    holiday_rule: str
    starts_on: Day
    ends_on: Day | None = None
    with_work: str = KEEP
    seen: str = ""
    step: str = "check"

    @field_validator("frequency")
    @classmethod
    def is_a_frequency(cls, frequency: str) -> str:
        if frequency not in FREQUENCIES:
            raise ValueError("Choose how often the panel meets")
        return frequency

    @field_validator("holiday_rule")
    @classmethod
    def is_a_holiday_rule(cls, rule: str) -> str:
        if rule not in HOLIDAY_RULES:
            raise ValueError("Choose what happens on a bank holiday")
        return rule

    @field_validator("video_link")
    @classmethod
    def is_an_address(cls, link: str) -> str:
        if link and not (link.startswith(("https://", "http://")) and " " not in link):
            raise ValueError("Enter the whole address of the video meeting, beginning with https://")
        return link

    @field_validator("with_work")
    @classmethod
    def is_a_choice(cls, choice: str) -> str:
        return choice if choice in (KEEP, MOVE) else KEEP

    @model_validator(mode="after")
    def counts_in_months_alone(self) -> "RhythmForm":
        if self.frequency in BY_WEEK:
            self.nth = None
        return self

    @property
    def plan(self) -> RhythmPlan:
        return RhythmPlan(
            Recurrence(
                self.frequency,
                self.weekday,
                self.nth,
                self.starts_time,
                self.holiday_rule,
                self.starts_on,
                self.ends_on,
            ),
            self.length_minutes,
            self.place,
            self.video_link,
            self.chair_id,
            self.minute_taker_id,
        )


class EndingForm(Form):
    blank: ClassVar[dict[str, str]] = {"ends_on": "Enter the last day of the rhythm"}
    ends_on: Day
    with_work: str = KEEP
    seen: str = ""
    step: str = "check"

    @field_validator("with_work")
    @classmethod
    def is_a_choice(cls, choice: str) -> str:
        return choice if choice in (KEEP, CANCEL) else KEEP
