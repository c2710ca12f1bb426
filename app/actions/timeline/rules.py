"""What happened to an action, in words. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from app.actions.rules import words_of_the_first
from app.panels.words import clock_time, long_day

SAID = {
    "issued": "Issued",
    "acknowledged": "Acknowledged",
    "in-progress": "In progress",
    "completed": "Done",
    "not-possible": "Not possible",
    "not-done": "Not done",
}
ASKED = "asked"
GRANTED = "granted"
REFUSED = "refused"
HANDED_OVER = "handed-over"
FILE_ADDED = "file-added"
FILE_WITHDRAWN = "file-withdrawn"

PANEL_SAID = {
    "panel-accepted": "The panel accepts how it stands",
    "panel-chased": "The panel asks after it",
    "panel-re-set": "The panel re-set it",
    "panel-dropped": "The panel dropped it",
    "panel-left": "The panel left it for its next meeting",
}

DONE = {
    **dict.fromkeys(PANEL_SAID, "recorded what the panel says of this"),
    ASKED: "asked for more time",
    GRANTED: "gave more time",
    REFUSED: "said no to more time",
    HANDED_OVER: "handed this over",
    FILE_ADDED: "added a file",
    FILE_WITHDRAWN: "took a file away",
}


@dataclass(frozen=True)
class Moment:
    """One thing that happened: `what` is a status that was set, or one of the words above.

    `day` is the date that was asked for or granted, `whom` the new owner or the file's name.
    """

    made_at: datetime
    what: str
    note: str
    by: str
    by_agency: str
    day: date | None = None
    whom: str = ""

    @property
    def title(self) -> str:
        if self.what in SAID:
            return SAID[self.what]
        day = long_day(self.day) if self.day is not None else ""
        if self.what in PANEL_SAID:
            set_now = [f"now due {day}" if day else "", f"now with {self.whom}" if self.whom else ""]
            return ": ".join(
                part for part in (PANEL_SAID[self.what], ", ".join(filter(None, set_now))) if part
            )
        return {
            ASKED: f"More time asked for, until {day}",
            GRANTED: f"More time given: now due {day}",
            REFUSED: "More time refused",
            HANDED_OVER: f"Handed over to {self.whom}",
            FILE_ADDED: f"File added: {self.whom}",
            FILE_WITHDRAWN: f"File taken away: {self.whom}",
        }.get(self.what, self.what.replace("-", " ").capitalize())


def first_words(first: Moment | None) -> str:
    """What a person is told whose move came second; `first` is what happened last."""
    if first is None:
        return words_of_the_first("", "", None, "")
    if first.what not in DONE:
        return words_of_the_first(first.what, first.by, first.made_at, first.note)
    when = f"{long_day(first.made_at)} at {clock_time(first.made_at)}"
    said = f": “{first.note}”" if first.note else ""
    return (
        f"{first.by} {DONE[first.what]} on {when}{said}. "
        "Nothing of yours was saved; what you wrote is kept below."
    )
