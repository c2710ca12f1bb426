"""Reading a question from plain text: dates, filters, instants; each problem a sentence by field. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from app.figures.dimensions import AGE_BAND, NOT_KNOWN
from app.figures.rules import (
    ALL,
    AWAY,
    HERE,
    OLA,
    OWN,
    Definition,
    Question,
    last_complete_year,
)
from app.london import LONDON, day_words, london_date
from app.windows import EARLIEST, LATEST, Window, read_day, read_window

MOST_YEARS = 50

CHOICES = {
    "authority": {ALL: "All children", OWN: "Our own children", OLA: "Children of other authorities"},
    "placed": {ALL: "Anywhere", HERE: "Placed here", AWAY: "Placed out of the area"},
    "legal_status": {
        ALL: "Any legal status",
        "cla": "Looked after",
        "cp": "Child protection plan",
        "cin": "Child in need",
        "none": "None of these",
    },
    "age_band": {
        ALL: "Any age",
        **{key: label for key, label in AGE_BAND.keys if key not in (NOT_KNOWN, "no-child")},
    },
}

FIELDS = ("from", "to", "panel", "authority", "placed", "legal_status", "age_band", "as_at", "known_at")

NAMES = {
    "as_at": "the day as at which to count",
    "known_at": "the moment of what was known",
}


@dataclass(frozen=True)
class Asked:
    """What came of reading: a question, or a sentence by field; `given` is the input with the defaults filled in."""

    question: Question | None
    errors: dict[str, str] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)

    @property
    def query(self) -> str:
        """The question as an address carries it."""
        kept = {name: value for name, value in self.given.items() if value and value != ALL}
        return urlencode(kept)


def read_question(
    given: Mapping[str, str],
    *,
    now: datetime,
    own_names: tuple[str, ...],
    panels: Collection[str],
    followed_for: int = 0,
) -> Asked:
    """Reads the fields of FIELDS; `panels` are the slugs that may be asked for.

    Without a window the last 12 complete months are asked for, so far back that `followed_for` months have passed.
    """
    kept = {name: given.get(name, "").strip() for name in FIELDS}
    errors: dict[str, str] = {}
    read = read_window(
        kept, Window(*last_complete_year(london_date(now), followed_for)), most_years=MOST_YEARS
    )
    kept |= read.given
    errors |= read.errors
    as_at = read_day(kept["as_at"], "as_at", NAMES["as_at"], errors) if kept["as_at"] else None
    known_at = _instant(kept["known_at"], errors)
    _check_choices(kept, panels, errors)
    _check_has_come(read.window, as_at, known_at, now, errors)
    if errors or read.window is None:
        return Asked(None, errors, kept)
    question = Question(
        from_on=read.window.first,
        to_on=read.window.last,
        now=now,
        own_names=own_names,
        as_at=as_at,
        known_at=known_at,
        panel=kept["panel"] or None,
        authority=kept["authority"],
        placed=kept["placed"],
        legal_status=kept["legal_status"],
        age_band=kept["age_band"],
    )
    return Asked(question, {}, kept)


def _check_choices(kept: dict[str, str], panels: Collection[str], errors: dict[str, str]) -> None:
    """Fills in what nobody chose."""
    for name, choices in CHOICES.items():
        kept[name] = kept[name] or ALL
        if kept[name] not in choices:
            errors[name] = f"“{kept[name]}” is not a choice here. Choose one of {', '.join(choices)}"
    if kept["panel"] and kept["panel"] not in panels:
        errors["panel"] = (
            f"There is no panel “{kept['panel']}” that you can ask for. Choose one from the list"
        )


def _check_has_come(
    window: Window | None,
    as_at: date | None,
    known_at: datetime | None,
    now: datetime,
    errors: dict[str, str],
) -> None:
    """A time of which nothing has happened has no figure."""
    if window and window.first > london_date(now):
        errors["from"] = "The window begins after today: nothing of it has happened yet. Enter an earlier day"
    if as_at and as_at > london_date(now):
        errors["as_at"] = (
            "This day has not come yet. Enter today or an earlier day, or leave it empty for now"
        )
    if known_at and known_at > now:
        errors["known_at"] = "This moment has not come yet. Enter an earlier one, or leave it empty for now"


def definition_problem(present: Definition, text: str) -> str:
    """Why the version of a definition that somebody asks for is not counted; blank where it is the present one."""
    asked = text.strip()
    if asked in ("", present.reference, str(present.version)):
        return ""
    for at, old in enumerate(present.retired):
        if asked in (old.reference, str(old.version)):
            newer = (present, *present.retired)[at]
            why = f" What changed: {newer.changed}" if newer.changed else ""
            return (
                f"{old.reference} was retired on {day_words(newer.since)} by {newer.reference}.{why} "
                f"Only {present.reference} is counted now; the words of {old.reference} stand at "
                f"/figures/{present.name}/definition"
            )
    return f"There is no version “{asked}” of this figure. The one that holds now is {present.reference}"


def _instant(text: str, errors: dict[str, str]) -> datetime | None:
    """An ISO instant; without an offset it is London time. The repeated hour of October is the earlier one."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.replace(" ", "T", 1))
    except ValueError:
        errors["known_at"] = f"Enter {NAMES['known_at']} as a date and time, such as 2026-03-31T17:00"
        return None
    if not EARLIEST <= found.date() <= LATEST:
        errors["known_at"] = f"Enter {NAMES['known_at']} between 1990 and 2100"
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=LONDON)
        if found.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != found.replace(tzinfo=None):
            errors["known_at"] = "The clocks went forward over this hour. Enter an hour that there was"
            return None
    return found.astimezone(UTC)
