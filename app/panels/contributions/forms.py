"""The form of a contribution, an agency's and a guest's alike."""

from typing import ClassVar

from pydantic import Field

from app.panels.contributions.rules import LONGEST_TEXT, TEXT_FIELDS, Written
from app.web.forms import Form


class ContributionForm(Form):
    wrong: ClassVar[dict[str, str]] = dict.fromkeys(TEXT_FIELDS, f"Use {LONGEST_TEXT:,} characters or fewer")

    known: str = Field(default="", max_length=LONGEST_TEXT)
    known_since: str = Field(default="", max_length=LONGEST_TEXT)
    risks: str = Field(default="", max_length=LONGEST_TEXT)
    strengths: str = Field(default="", max_length=LONGEST_TEXT)
    actions_taken: str = Field(default="", max_length=LONGEST_TEXT)
    nothing_known: str = ""
    version: int | None = Field(default=None, ge=0)
    draft: str = ""

    @property
    def written(self) -> Written:
        texts = {name: getattr(self, name) for name in TEXT_FIELDS}
        return Written(texts, bool(self.nothing_known), sends=not self.draft)
