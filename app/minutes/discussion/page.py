"""Everything that stands beside an item while it is minuted. Reads only; the page itself is a template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby

from app.access import Identity
from app.episodes.queries import levels_on
from app.london import age_on, london_date
from app.minutes.discussion.contributed import brought_in
from app.minutes.discussion.queries import (
    LOOK_BACK,
    Discussion,
    LastTime,
    OpenCase,
    discussion_for,
    episodes_since,
    last_time,
    latest_risk,
    open_case,
)
from app.minutes.discussion.rules import (
    MARKABLE,
    MARKED_FIELDS,
    EpisodeTold,
    Said,
    episodes_in_words,
    section_of_contributions,
    sections_for,
)
from app.minutes.fixed_text.rules import MinutedItem
from app.minutes.marking.queries import choices_for, names_in
from app.minutes.marking.rules import Choices, Names, hidden_keys, seen_by
from app.minutes.pace.queries import minutes_used
from app.minutes.queries import (
    Came,
    ItemLine,
    MinutesRecord,
    item_lines,
    lines_as_seen,
    minutes_of,
    who_came,
)
from app.minutes.rules import why_text_is_fixed
from app.panels.cases.closing.queries import open_matters
from app.panels.cases.closing.rules import NOTHING_OPEN, OpenMatters
from app.panels.cases.rules import CLOSURE_REASONS
from app.panels.contributions.rules import ContributionFacts
from app.panels.meetings.rules import MeetingFacts
from app.panels.restricting.queries import hidden_items
from app.panels.sections import DISSENT, Section


@dataclass(frozen=True)
class ItemPage:
    """One item with its neighbours, its template and what the records tell. `said` is what the form begins with.

    `hidden`: the sections that are marked for others; they are in none of what is shown.
    """

    meeting: MeetingFacts
    minutes: MinutesRecord
    discussion: Discussion
    lines: Sequence[ItemLine]
    came: Came
    sections: Sequence[Section]
    said: Said
    levels: Sequence[str]
    risk: tuple[str, date] | None
    case: OpenCase | None
    before: LastTime | None
    episodes: Sequence[EpisodeTold]
    age: int | None
    fixed: str | None
    base_version: int
    contributions: Sequence[ContributionFacts] = ()
    matters: OpenMatters = NOTHING_OPEN
    """What stands against closing the child's case."""
    hidden: frozenset[str] = frozenset()
    choices: Choices = field(default_factory=Choices)
    names: Names = field(default_factory=Names)
    used: Mapping[int, int] = field(default_factory=dict)
    """Minutes that items took, by item."""

    @property
    def child_ids(self) -> list[int]:
        """Every child that the page names: the one discussed and those listed at the side."""
        named = {line.child_id for line in self.lines if line.child_id}
        return sorted(named | ({self.discussion.child_id} if self.discussion.child_id else set()))

    @property
    def place(self) -> int | None:
        """Where the item stands in the agenda, from 0; None when it is off it."""
        ids = [line.id for line in self.lines]
        return ids.index(self.discussion.item_id) if self.discussion.item_id in ids else None

    @property
    def previous_line(self) -> ItemLine | None:
        return _open_one(self.lines[: self.place or 0][::-1])

    @property
    def next_line(self) -> ItemLine | None:
        return None if self.place is None else _open_one(self.lines[self.place + 1 :])

    @property
    def blocks(self) -> list[tuple[str, list[Section]]]:
        """The sections before the decision, neighbours of one group together."""
        before = [
            section
            for section in self.sections
            if section.key != DISSENT.key and section.key not in self.hidden
        ]
        return [
            (group, list(sections)) for group, sections in groupby(before, key=lambda section: section.group)
        ]

    @property
    def printed(self) -> MinutedItem:
        """The item as the minutes print it."""
        one = self.discussion
        return MinutedItem(
            id=one.item_id,
            number=(self.place or 0) + 1,
            kind=one.kind,
            title=one.title,
            child_id=one.child_id,
            child_ref=one.child_ref,
            child_name=one.child_name,
            reason=one.reason,
            said=one.said.leaving_out(self.hidden),
            names=self.names,
        )

    @property
    def contributions_under(self) -> str:
        """The section beside which contributions stand; empty where the item has none."""
        return section_of_contributions(self.sections)

    @property
    def markable(self) -> list[str]:
        """The sections whose marks the form shows."""
        keys = {section.key for section in self.sections} | set(MARKED_FIELDS)
        return [key for key in MARKABLE if key in keys and key not in self.hidden]

    @property
    def brought_in(self) -> frozenset[int]:
        """The contributions that stand in the text."""
        return brought_in(self.said.flat().get(self.contributions_under, ""), self.contributions)

    @property
    def done(self) -> int:
        return sum(1 for line in self.lines if line.outcome)

    @property
    def closure_reasons(self) -> dict[str, str]:
        return CLOSURE_REASONS

    def beside(self, contributions: Sequence[ContributionFacts]) -> "ItemPage":
        """The same page with what agencies sent about the item, for somebody who may see it."""
        return replace(self, contributions=contributions)

    def based_on(self, version: int) -> "ItemPage":
        """The same page for a form that was begun on another version."""
        return replace(self, base_version=version)


def _open_one(lines: Sequence[ItemLine]) -> ItemLine | None:
    """The first of these that the reader may open."""
    return next((line for line in lines if not line.is_hidden), None)


async def item_page(who: Identity, meeting: MeetingFacts, item_id: int, today: date) -> ItemPage:
    """Gathers the page. Raises Invisible for an item of another meeting, or one this person may not see."""
    discussion = await discussion_for(who, meeting.id, item_id)
    minutes = await minutes_of(meeting.id)
    stored, sees = discussion.said, seen_by(who, meeting.panel_id)
    hidden = hidden_keys(stored.marks, sees)
    closed = await hidden_items(who, meeting.id)
    day = london_date(meeting.starts_at)
    risk: tuple[str, date] | None = None
    case: OpenCase | None = None
    before: LastTime | None = None
    episodes: list[EpisodeTold] = []
    matters = NOTHING_OPEN
    if discussion.child_id:
        risk = await latest_risk(discussion.child_id, day)
        case = await open_case(meeting.panel_id, discussion.child_id, day)
        if case:
            closing = {discussion.child_id: day}
            matters = (await open_matters(None, meeting.panel_id, closing, today))[discussion.child_id]
        before = await last_time(who, meeting, discussion.child_id)
        since = before.starts_at if before else meeting.starts_at - LOOK_BACK
        episodes = await episodes_since(discussion.child_id, since, meeting.starts_at)
    return ItemPage(
        meeting=meeting,
        minutes=minutes,
        discussion=discussion,
        lines=lines_as_seen(await item_lines(meeting.id), closed, sees),
        came=await who_came(meeting),
        sections=sections_for(meeting.panel_kind, discussion.kind),
        said=stored.leaving_out(hidden) if discussion.id else _begun(discussion, risk, episodes),
        levels=await levels_on(day),
        risk=risk,
        case=case,
        before=before,
        episodes=episodes,
        age=age_on(discussion.born_on, today) if discussion.born_on else None,
        fixed=why_text_is_fixed(minutes.status, meeting.status, discussion.item_status),
        base_version=discussion.version,
        matters=matters,
        hidden=hidden,
        choices=await choices_for(who, meeting.panel_id, stored.leaving_out(hidden).marks.values()),
        names=await names_in(stored.marks.values()),
        used={item: used for item, used in (await minutes_used(meeting)).items() if item not in closed},
    )


def _begun(discussion: Discussion, risk: tuple[str, date] | None, episodes: Sequence[EpisodeTold]) -> Said:
    """What the records already know, so that nobody types it again."""
    sections = {"why_listed": discussion.reason[:1].upper() + discussion.reason[1:]}
    if discussion.kind == "child":
        sections["episodes"] = episodes_in_words(episodes)
    return Said(sections=sections, risk_before=risk[0] if risk else "")
