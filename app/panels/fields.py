"""Kinds of field that the forms of panels share. How a day is written stands in `meetings.rules`."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator

from app.panels.meetings.rules import read_day

Day = Annotated[date, BeforeValidator(read_day)]
"""A London day, written 2026-12-03 or 3/12/2026; anything else is a sentence beside the field."""
