"""Everything that stands on the page of a meeting's minutes. Reads only; the page itself is a template."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.access import Identity
from app.london import london_date
from app.minutes.fixed_text.queries import gathered
from app.minutes.fixed_text.rules import (
    canonical,
    content_of,
    fingerprint,
    in_groups,
    is_unaltered,
    readable,
    without,
)
from app.minutes.handed_in import handed_in
from app.minutes.marking.rules import seen_by
from app.minutes.queries import (
    Came,
    ItemLine,
    MinutesRecord,
    item_lines,
    lines_as_seen,
    minutes_facts,
    still_open,
    who_came,
)
from app.minutes.reviewed.rules import sources_of_reviews
from app.minutes.rules import MINUTES, MinutesFacts, undecided_cases, what_is_missing
from app.minutes.timeliness.rules import StageFact, Stamps, stage_facts
from app.panels.agenda.queries import terms_of
from app.panels.meetings.rules import MEETING, MeetingFacts
from app.panels.restricting.queries import hidden_among, hidden_items


@dataclass(frozen=True)
class MinutesPage:
    """A meeting's minutes with what may be done with them now. `moves`: the names of the open moves."""

    meeting: MeetingFacts
    minutes: MinutesRecord
    lines: Sequence[ItemLine]
    came: Came
    facts: MinutesFacts
    moves: frozenset[str]
    may_hold: bool
    stages: Sequence[StageFact]

    @property
    def child_ids(self) -> list[int]:
        return sorted({line.child_id for line in self.lines if line.child_id})

    @property
    def done(self) -> int:
        return sum(1 for line in self.lines if line.outcome)

    @property
    def untouched(self) -> int:
        """Items without an outcome and without a word."""
        return sum(1 for line in self.lines if not (line.outcome or line.is_begun or line.is_hidden))

    @property
    def missing(self) -> list[str]:
        return what_is_missing(self.facts)

    @property
    def undecided(self) -> list[int]:
        return undecided_cases(self.facts)


async def minutes_page(
    who: Identity, meeting: MeetingFacts, minutes: MinutesRecord, now: datetime
) -> MinutesPage:
    lines = await item_lines(meeting.id)
    hidden = await hidden_items(who, meeting.id)
    came = await who_came(meeting)
    held_on = london_date(meeting.ended_at or meeting.starts_at)
    stages: list[StageFact] = []
    if meeting.status == "held":
        issued = minutes.actions_issued_at or (await handed_in.actions_issued_at([meeting.id])).get(
            meeting.id
        )
        stamps = Stamps(
            held_on,
            *(
                london_date(instant) if instant else None
                for instant in (
                    issued,
                    minutes.sent_to_chair_at,
                    minutes.approved_at,
                    minutes.circulated_at,
                    minutes.filed_at,
                )
            ),
        )
        stages = stage_facts(stamps, (await terms_of(meeting)).timescales, now)
    matters = await still_open(who, meeting, lines, london_date(now))
    moves = set()
    if not minutes.is_from_a_file:
        moves = {move.name for move in MINUTES.open_moves(minutes.status, who, meeting.scope)}
    return MinutesPage(
        meeting=meeting,
        minutes=minutes,
        lines=lines_as_seen(lines, hidden, seen_by(who, meeting.panel_id)),
        came=came,
        facts=minutes_facts(meeting, minutes, lines, came, who.person_id, still_open=matters),
        moves=frozenset(moves),
        may_hold=any(move.name == "hold" for move in MEETING.open_moves(meeting.status, who, meeting.scope)),
        stages=stages,
    )


@dataclass(frozen=True)
class Text:
    """The minutes' text for reading: fixed once approved, live before. `reading` names what is on the screen."""

    content: dict[str, Any]
    sha256: str
    in_groups: str
    is_unaltered: bool
    reading: str
    left_out: int = 0


async def text_of(who: Identity, meeting: MeetingFacts, minutes: MinutesRecord, came: Came) -> Text | None:
    """The fixed text, or the live one while it is not approved; None where the text is not here.

    What is fixed stays whole; what is shown lacks the restricted items that this person may not see (`left_out`), and
    without a word the sections that are marked for others.
    """
    sees = seen_by(who, meeting.panel_id)
    hidden = await hidden_items(who, meeting.id)
    actions = await handed_in.actions_of(meeting.id)
    if minutes.content is not None and minutes.sha256:
        fixed = json.loads(minutes.content)
        closed = await hidden_among(who, sources_of_reviews(fixed))
        return Text(
            content=readable(without(fixed, hidden, actions, sees, closed)),
            sha256=minutes.sha256,
            in_groups=in_groups(minutes.sha256),
            is_unaltered=is_unaltered(minutes.content, minutes.sha256),
            reading="",
            left_out=len(hidden),
        )
    if minutes.is_from_a_file:
        return None
    head, items = await gathered(meeting, minutes, came)
    content = content_of(head, items, actions, None, await handed_in.reviews_of(meeting.id))
    reading = fingerprint(canonical(content))
    closed = await hidden_among(who, sources_of_reviews(content))
    shown = readable(without(content, hidden, actions, sees, closed))
    return Text(shown, "", "", True, reading, len(hidden))
