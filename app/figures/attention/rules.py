"""What needs attention, in the order and the words of the home page. Pure; reading and permissions are elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.actions.overview.rules import ActionChoice
from app.london import day_words
from app.minutes.promptness.rules import Late, late_panels
from app.minutes.timeliness.rules import Stage
from app.panels.words import counted, listed

MOST_NAMED = 3
"""How many panels or agencies a line names; its link leads to all of them."""

NEVER_CIRCULATED = "Older than a year and never circulated: {}."
PROMPTNESS = "/minutes/promptness"
AT_STAGE = {
    Stage.DRAFT_TO_CHAIR: "to be written",
    Stage.APPROVED: "to be approved",
    Stage.CIRCULATED: "to be circulated",
    Stage.FILED: "to be filed",
}


@dataclass(frozen=True)
class Attention:
    """One line: how many of what, what more to say of it, and where it is seen to. `is_late`: a date has passed."""

    title: str
    more: str
    href: str
    link: str
    is_late: bool = True


@dataclass(frozen=True)
class ChildrenAway:
    """Missing episodes that are open now, and the clocks that have run out without being answered."""

    open: int
    children: int
    no_strategy_discussion: int
    no_notification: int
    no_interview_offered: int

    @property
    def past_limits(self) -> int:
        return self.no_strategy_discussion + self.no_notification + self.no_interview_offered


@dataclass(frozen=True)
class Counted:
    """So many of a panel or an agency."""

    name: str
    number: int


@dataclass(frozen=True)
class ReviewsOverdue:
    """How many open cases of a panel are past their review, and the oldest of these dates."""

    slug: str
    name: str
    number: int
    oldest_on: date


def missing_now(away: ChildrenAway) -> list[Attention]:
    found = []
    if away.children:
        is_or_are = "is" if away.children == 1 else "are"
        found.append(
            Attention(
                f"{counted(away.children, 'child', 'children')} {is_or_are} missing now",
                counted(away.open, "open episode") + ".",
                "/missing-now",
                "See the children",
                is_late=False,
            )
        )
    if away.past_limits:
        found.append(
            Attention(
                f"{counted(away.past_limits, 'time limit')} passed without an answer",
                f"Strategy discussions {away.no_strategy_discussion}, notifications {away.no_notification}, "
                f"return home interviews {away.no_interview_offered}.",
                "/clocks",
                "See the clocks",
            )
        )
    return found


def late_minutes(late: Sequence[Late], older: int, href: str) -> list[Attention]:
    """Which panel slips most, at which stage, and the oldest; `older`: never circulated, of earlier meetings.

    `href` is where this person sees them all.
    """
    if not late and not older:
        return []
    link = "Which panel, at which stage"
    if not late:
        return [Attention(f"{_sets(older)} late", NEVER_CIRCULATED.format(older), href, link)]
    more = NEVER_CIRCULATED.format(older) if older else ""
    panels = late_panels(late)
    worst = max(panels, key=lambda panel: panel.total)
    oldest = panels[0].oldest
    most = f"{worst.panel_name} slips most with {worst.total}" if len(panels) > 1 else worst.panel_name
    return [
        Attention(
            f"{_sets(len(late))} late",
            f"{most}: {_stages(worst.counts)}. The oldest, of {oldest.meeting.panel_name} on "
            f"{day_words(oldest.meeting.held_on)}, waits {AT_STAGE.get(oldest.stage, 'for its actions')} since "
            f"{day_words(oldest.since)}. {more}".strip(),
            href,
            link,
        )
    ]


def _sets(number: int) -> str:
    return f"{counted(number, 'set')} of minutes {'is' if number == 1 else 'are'}"


def _stages(counts: Mapping[Stage, int]) -> str:
    """`2 to be written, 1 to be approved`"""
    return ", ".join(f"{counts[stage]} {words}" for stage, words in AT_STAGE.items() if counts.get(stage))


def overdue_actions(overdue: Sequence[Counted], escalated: int) -> list[Attention]:
    """Whose actions are late, most first, and how many of them were taken to somebody above."""
    total = sum(one.number for one in overdue)
    found = []
    if total:
        chosen = ActionChoice(state="overdue", by="agency")
        found.append(
            Attention(
                f"{counted(total, 'action')} {'is' if total == 1 else 'are'} overdue",
                f"Most late: {_named(overdue)}.",
                chosen.address(),
                "Which agency’s",
            )
        )
    if escalated:
        found.append(
            Attention(
                f"{counted(escalated, 'overdue action')} {'has' if escalated == 1 else 'have'} been escalated",
                "Overdue for so long that whoever is above the owner was told.",
                ActionChoice(state="escalated").address(),
                "See the actions",
            )
        )
    return found


def overdue_reviews(panels: Sequence[ReviewsOverdue]) -> list[Attention]:
    if not panels:
        return []
    total, first = sum(panel.number for panel in panels), panels[0]
    named = _named([Counted(panel.name, panel.number) for panel in panels])
    oldest = min(panel.oldest_on for panel in panels)
    return [
        Attention(
            f"{counted(total, 'review')} of open cases {'is' if total == 1 else 'are'} past the date",
            f"{named}. The oldest was due on {day_words(oldest)}.",
            f"/panels/{first.slug}/cases?show=overdue",
            f"The cases of {first.name}",
        )
    ]


def _named(ones: Sequence[Counted]) -> str:
    """`Police 7, Health 5, Schools 4 and 3 of others`, most first."""
    ordered = sorted(ones, key=lambda one: (-one.number, one.name.casefold()))
    named = [f"{one.name} {one.number}" for one in ordered[:MOST_NAMED]]
    rest = sum(one.number for one in ordered[MOST_NAMED:])
    return listed([*named, f"{rest} of others"] if rest else named)


def not_marked_held(meetings: Sequence[tuple[int, str, date]]) -> list[Attention]:
    """Meetings, oldest first, whose day is over: id, panel, day. Until they are marked no figure counts them."""
    if not meetings:
        return []
    meeting_id, panel_name, day = meetings[0]
    return [
        Attention(
            f"{counted(len(meetings), 'meeting')} {'is' if len(meetings) == 1 else 'are'} over, but not marked as held",
            f"{panel_name} on {day_words(day)}{' and others' if len(meetings) > 1 else ''}. "
            "Until then no figure counts it.",
            f"/meetings/{meeting_id}",
            "Open the meeting",
            is_late=False,
        )
    ]


def to_convene(slug: str, name: str, due: int, overdue: int) -> list[Attention]:
    if not due:
        return []
    late = f"{overdue} past {'its' if overdue == 1 else 'their'} date. " if overdue else ""
    return [
        Attention(
            f"{counted(due, 'meeting')} to convene",
            f"{late}{name}.",
            f"/panels/{slug}/to-convene",
            "Convene them",
            is_late=overdue > 0,
        )
    ]


def more_time_asked(number: int) -> list[Attention]:
    if not number:
        return []
    return [
        Attention(
            f"{counted(number, 'request')} for more time {'waits' if number == 1 else 'wait'}",
            "For actions of your panels.",
            "/actions/more-time",
            "Decide",
            is_late=False,
        )
    ]


def messages_failed(number: int) -> list[Attention]:
    if not number:
        return []
    return [
        Attention(
            f"{counted(number, 'message')} did not arrive",
            "Whoever should have read them does not know it.",
            "/messages",
            "See to them",
        )
    ]


def own_actions(overdue: int, open_ones: int) -> list[Attention]:
    if not overdue:
        return []
    return [
        Attention(
            f"{counted(overdue, 'action')} of your own {'is' if overdue == 1 else 'are'} overdue",
            f"Of {open_ones} open.",
            "/actions",
            "Open my actions",
        )
    ]
