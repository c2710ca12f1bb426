"""The forms for corrections: those for recording, with the version that was read and the reason."""

from typing import ClassVar

from app.episodes.recording.forms import EpisodeForm, RiskForm

WHY = "Enter why it is corrected"


class EpisodeCorrectionForm(EpisodeForm):
    blank: ClassVar[dict[str, str]] = EpisodeForm.blank | {"reason": WHY}
    version: int
    reason: str


class RiskCorrectionForm(RiskForm):
    blank: ClassVar[dict[str, str]] = RiskForm.blank | {"reason": WHY}
    version: int
    reason: str
