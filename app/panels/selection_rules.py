"""Who gets on an agenda, as typed values with their words. How each of them is read stands in `selection`."""

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True)
class Asked:
    """How a setting is asked for and which whole numbers make sense for it."""

    label: str
    least: int = 1
    most: int = 100
    level: bool = False
    """The setting is a word of the authority's risk scale."""


Level = Annotated[str, Asked("Risk level at or above which a child is listed", level=True)]


@dataclass(frozen=True)
class CaseFlow:
    """Recalled children first, then accepted cases without a first meeting, then reviews due before the next one."""

    review_weeks: Annotated[int, Asked("Weeks between reviews", 1, 52)] = 12
    top_risk_weeks: Annotated[int, Asked("Weeks between reviews at the top risk level", 1, 52)] = 6

    def words(self, counted: str, level: str) -> str:
        return (
            "recalled children first, then children whose referral met the threshold and who have had no initial "
            "meeting, then open cases whose review falls due before the panel’s next meeting "
            f"(every {self.review_weeks} weeks, {self.top_risk_weeks} at the top risk level)"
        )


@dataclass(frozen=True)
class RecurringPlaces:
    """A place recurs with this many episodes or children; a home only with its own number of children."""

    episodes: Annotated[int, Asked("Episodes that make a place recur", 2, 100)] = 3
    children: Annotated[int, Asked("Children that make a place recur", 2, 100)] = 2
    home_children: Annotated[int, Asked("Children that make a home recur", 2, 100)] = 2


@dataclass(frozen=True)
class MissingInMonth:
    """Missing this often in any one complete calendar month since the last held meeting."""

    count: Annotated[int, Asked("Episodes in one calendar month", 1, 31)] = 5
    places: RecurringPlaces = RecurringPlaces()

    def words(self, counted: str, level: str) -> str:
        return (
            f"{counted} {self.count} times or more in one calendar month, each complete month since the last meeting "
            f"that was held; and places with {self.places.episodes} episodes or {self.places.children} children "
            f"in those months (a home only with {self.places.home_children} children)"
        )


@dataclass(frozen=True)
class AnySinceLastMeeting:
    """Everybody missing at any time since the last held meeting; without one, in the days before."""

    first_days: Annotated[int, Asked("Days looked back before the first meeting", 1, 92)] = 7

    def words(self, counted: str, level: str) -> str:
        return (
            f"{counted} at any time since the start of the last meeting that was held "
            f"({self.first_days} days before the first one), or recorded late since then and never listed here"
        )


@dataclass(frozen=True)
class ConcernWeights:
    """What each part of the concern score counts."""

    episode: Annotated[int, Asked("Points for each episode", 0)] = 3
    full_day: Annotated[int, Asked("Points for each full 24 hours missing", 0)] = 1
    at_level: Annotated[int, Asked("Points at or above the panel’s risk level", 0)] = 10
    top_level: Annotated[int, Asked("More points at the top risk level", 0)] = 10
    young: Annotated[int, Asked("Points for a young child", 0)] = 5
    declined: Annotated[int, Asked("Points for each return interview declined in a row", 0)] = 4
    overdue_action: Annotated[int, Asked("Points for each overdue action", 0)] = 3
    case_change: Annotated[int, Asked("Points for a case recalled or closed in the window", 0)] = 8


@dataclass(frozen=True)
class TopByConcern:
    """The children with the highest concern scores."""

    top: Annotated[int, Asked("How many children are listed", 1, 50)] = 6
    days: Annotated[int, Asked("Days looked back", 1, 366)] = 90
    young_under: Annotated[int, Asked("Age under which a child counts as young", 1, 18)] = 14
    level: Level = ""
    level_from_bottom: int = 2
    weights: ConcernWeights = ConcernWeights()

    def words(self, counted: str, level: str) -> str:
        w = self.weights
        return (
            f"the {self.top} highest concern scores: {w.episode} per episode ({counted}) in the last {self.days} "
            f"days, {w.full_day} per full 24 hours missing in them, {w.at_level} at {level} risk or above and "
            f"{w.top_level} more at the top, {w.young} under {self.young_under}, {w.declined} per return interview "
            f"declined in a row, {w.overdue_action} per overdue action, {w.case_change} for a case recalled or "
            f"closed within {self.days} days"
        )


@dataclass(frozen=True)
class RiskAtOrAbove:
    """The latest risk assessment on or before the meeting is at or above the named level."""

    level: Level = ""
    level_from_bottom: int = 2

    def words(self, counted: str, level: str) -> str:
        return f"latest risk assessment on or before the meeting at {level} or above"


@dataclass(frozen=True)
class MissingAndAtRisk:
    """Reported missing in the days before, and at or above the named risk level or with any of the flags."""

    days: Annotated[int, Asked("Days looked back", 1, 92)] = 7
    level: Level = ""
    level_from_bottom: int = 2
    flags: Annotated[tuple[str, ...], Asked("Flags that list a child whatever the risk level")] = (
        "cse",
        "cce",
        "county-lines",
        "gang",
        "trafficking",
        "self-harm",
    )

    def words(self, counted: str, level: str) -> str:
        shown = ", ".join(_flag_words(flag) for flag in self.flags)
        return (
            f"reported {counted} in the {self.days} days before the meeting, and latest risk assessment at {level} "
            f"or above or with a flag of the panel’s list ({shown})"
        )


@dataclass(frozen=True)
class MissingInDays:
    """Missing this often in a rolling window of London dates; an episode triggers, and stays proposed for a while."""

    count: Annotated[int, Asked("Episodes that trigger a meeting", 1, 100)] = 3
    days: Annotated[int, Asked("Days in which they fall", 1, 366)] = 90
    proposed_days: Annotated[int, Asked("Days for which a trigger stays proposed", 1, 366)] = 90

    def words(self, counted: str, level: str) -> str:
        return (
            f"{counted} {self.count} times or more in a {self.days}-day period; proposed for {self.proposed_days} "
            "days from the episode that triggers it, until its meeting is held or it is left off"
        )


@dataclass(frozen=True)
class ByHand:
    """Nobody is proposed."""

    def words(self, counted: str, level: str) -> str:
        return "items are added by hand"


HasLevel = TopByConcern | RiskAtOrAbove | MissingAndAtRisk
"""The rules that name a risk level."""

Rule = (
    CaseFlow
    | MissingInMonth
    | AnySinceLastMeeting
    | TopByConcern
    | RiskAtOrAbove
    | MissingAndAtRisk
    | MissingInDays
    | ByHand
)


def _flag_words(flag: str) -> str:
    return flag.upper() if len(flag) == 3 else flag.replace("-", " ")
