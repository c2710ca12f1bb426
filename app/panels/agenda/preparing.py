"""How an agenda stands while it is prepared: what is on it, what is proposed, what comes forward. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate

from app.access import Identity
from app.episodes.rules import folded
from app.panels.agenda.rules import STANDING_MINUTES, ItemFacts, ItemStatus, closed
from app.panels.carried.rules import Carried
from app.panels.carried.rules import closed as closed_carried
from app.panels.kinds import AFTER_CHILDREN, StandingItem
from app.panels.meetings.rules import MeetingFacts, MeetingStatus
from app.panels.restricting.rules import HIDDEN_KIND, may_see_item
from app.panels.selection.rules import NearMiss, Proposal, ProposedItem, ProposedPlace
from app.panels.terms.rules import Terms

PER_PAGE = 50
"""Of what is proposed; what stands on an agenda is shown whole."""


@dataclass(frozen=True)
class Line:
    """One line of the agenda: an item, or what comes forward and is not yet stored. `also`: what the rule says too."""

    key: str
    kind: str
    child_id: int | None
    title: str
    minutes: int
    reason: str
    also: str = ""
    added_by: str = "rule"
    brought_forward: str = ""
    first_issued_in: int | None = None
    standing_key: str = ""
    restricted: bool = False
    starts_at: datetime | None = None

    @property
    def is_hidden(self) -> bool:
        """Restricted, and not for whoever is asking: only its open title is here."""
        return self.kind == HIDDEN_KIND


@dataclass(frozen=True)
class Proposed:
    """What nobody has decided on: a child, a place, something from before. `field` and `value` name it in a form."""

    field: str
    value: str
    kind: str
    child_id: int | None
    title: str
    reason: str
    brought_forward: bool = False
    restricted: bool = False


@dataclass(frozen=True)
class Shown:
    """Which page of what is proposed: its number, of how many pages, of how many proposed, and the first of them."""

    number: int
    pages: int
    total: int
    first: int


@dataclass(frozen=True)
class Preparation:
    """`proposed` is what may still be accepted: before issue the rule's, after it all that is new since then."""

    lines: tuple[Line, ...]
    proposed: tuple[Proposed, ...]
    left_off: tuple[ItemFacts, ...]
    deferred: tuple[ItemFacts, ...]
    near_misses: tuple[NearMiss, ...]
    length: int

    @property
    def total(self) -> int:
        return sum(line.minutes for line in self.lines)

    @property
    def is_over(self) -> bool:
        return self.total > self.length

    def on_page(self, number: int) -> tuple["Preparation", "Shown"]:
        """With one page of what is proposed; the last one where there are fewer pages."""
        total = len(self.proposed)
        pages = max(1, -(-total // PER_PAGE))
        number = min(number, pages)
        first = (number - 1) * PER_PAGE
        here = replace(self, proposed=self.proposed[first : first + PER_PAGE])
        return here, Shown(number, pages, total, first + 1)

    @property
    def child_ids(self) -> list[int]:
        """Every child that the page names."""
        found = [one.child_id for one in self.lines] + [one.child_id for one in self.proposed]
        found += [item.child_id for item in (*self.left_off, *self.deferred)]
        found += [near.child_id for near in self.near_misses]
        return sorted({child for child in found if child is not None})


def prepared(
    who: Identity,
    meeting: MeetingFacts,
    items: Sequence[ItemFacts],
    carried: Sequence[Carried],
    proposal: Proposal,
) -> Preparation:
    """The agenda as it stands for this person: nothing is stored by looking at it."""
    reasons = {item.child_id: item.reason for item in proposal.items}
    is_issued = meeting.status == MeetingStatus.AGENDA_ISSUED
    known = {(i.kind, i.child_id, "" if i.child_id else i.title) for i in items}
    known |= {(c.kind, c.child_id, "" if c.child_id else c.title) for c in carried}
    items = [i if may_see_item(who, meeting.panel_id, i) else closed(i) for i in items]
    carried = [c if may_see_item(who, meeting.panel_id, c) else closed_carried(c) for c in carried]
    lines = [_line(item, reasons) for item in items if item.is_on_agenda]
    if not is_issued:
        closing = [line for line in lines if line.standing_key in AFTER_CHILDREN]
        lines = [line for line in lines if line not in closing]
        lines += [*(_coming(one, reasons) for one in carried), *closing]
    proposed = [_brought(one, reasons) for one in carried] if is_issued else []
    proposed += [_proposed(item) for item in proposal.items if ("child", item.child_id, "") not in known]
    places = {folded(title) for kind, _, title in known if kind == "place"}
    proposed += [
        _place(place) for place in proposal.places if not places & {folded(place.place), *place.names}
    ]
    return Preparation(
        lines=_timed(meeting, lines),
        proposed=tuple(proposed),
        left_off=_with_status(items, ItemStatus.LEFT_OFF),
        deferred=_with_status(items, ItemStatus.DEFERRED),
        near_misses=tuple(near for near in proposal.near_misses if ("child", near.child_id, "") not in known),
        length=meeting.length_minutes,
    )


def lacking_standing(terms: Terms, items: Sequence[ItemFacts]) -> list[StandingItem]:
    """The panel's standing items that nobody has put on this agenda or left off."""
    known = {item.standing_key for item in items} | {item.title for item in items if item.kind == "standing"}
    return [item for item in terms.standing if item.key not in known and item.title not in known]


def _timed(meeting: MeetingFacts, lines: Sequence[Line]) -> tuple[Line, ...]:
    """Each line with the time at which its turn comes."""
    starts = accumulate((timedelta(minutes=line.minutes) for line in lines), initial=timedelta())
    return tuple(
        replace(line, starts_at=meeting.starts_at + start) for line, start in zip(lines, starts, strict=False)
    )


def _with_status(items: Iterable[ItemFacts], status: ItemStatus) -> tuple[ItemFacts, ...]:
    return tuple(item for item in items if item.status == status)


def _line(item: ItemFacts, reasons: dict[int, str]) -> Line:
    now = reasons.get(item.child_id or 0, "")
    return Line(
        key=item.key,
        kind=item.kind,
        child_id=item.child_id,
        title=item.title,
        minutes=item.minutes,
        reason=item.reason,
        also=now if item.added_by != "rule" and now != item.reason else "",
        added_by=item.added_by,
        brought_forward=item.brought_forward,
        first_issued_in=item.first_issued_in,
        standing_key=item.standing_key,
        restricted=item.restricted,
    )


def _coming(one: Carried, reasons: dict[int, str]) -> Line:
    return Line(
        key=one.key,
        kind=one.kind,
        child_id=one.child_id,
        title=one.title,
        minutes=one.minutes,
        reason=reasons.get(one.child_id or 0, "") or one.words,
        added_by="carried",
        brought_forward=one.words,
        standing_key=one.standing_key,
        restricted=one.restricted,
    )


def _brought(one: Carried, reasons: dict[int, str]) -> Proposed:
    rule = reasons.get(one.child_id or 0, "")
    return Proposed(
        field="source",
        value=str(one.source_item_id),
        kind=one.kind,
        child_id=one.child_id,
        title=one.title,
        reason=f"{one.words}. Also: {rule}" if rule else one.words,
        brought_forward=True,
        restricted=one.restricted,
    )


def _proposed(item: ProposedItem) -> Proposed:
    return Proposed("child", str(item.child_id), "child", item.child_id, "", item.reason)


def _place(place: ProposedPlace) -> Proposed:
    return Proposed("place", place.place, "place", None, place.place, place.reason)


@dataclass(frozen=True)
class NewItem:
    """An item to be stored. `facts` are plain JSON values."""

    kind: str
    child_id: int | None = None
    case_id: int | None = None
    title: str = ""
    status: str = ItemStatus.ON_AGENDA.value
    minutes: int = 10
    reason: str = ""
    rule_version: str = ""
    episode_ids: tuple[int, ...] = ()
    facts: dict[str, object] | None = None
    added_by: str = "rule"
    left_off_reason: str = ""
    brought_forward_from: int | None = None
    standing_key: str = ""
    restricted: bool = False
    open_title: str = ""
    allowed_people: tuple[int, ...] = ()
    allowed_agencies: tuple[int, ...] = ()


def item_of_child(item: ProposedItem, proposal: Proposal, minutes: int) -> NewItem:
    """A proposed child as an item: the reason, the rule's version and the episodes stay as they are now."""
    return NewItem(
        kind="child",
        child_id=item.child_id,
        case_id=item.panel_case_id,
        minutes=minutes,
        reason=item.reason,
        rule_version=proposal.rule_version,
        episode_ids=tuple(item.episode_ids),
        facts=_facts(proposal) | dict(item.facts) | {"episode_refs": list(item.episode_refs)},
    )


def item_of_place(place: ProposedPlace, proposal: Proposal, minutes: int) -> NewItem:
    return NewItem(
        kind="place",
        title=place.place,
        minutes=minutes,
        reason=place.reason,
        rule_version=proposal.rule_version,
        episode_ids=tuple(place.episode_ids),
        facts=_facts(proposal) | {"episodes": place.episodes, "children": place.children},
    )


def item_of_carried(one: Carried, proposal: Proposal) -> NewItem:
    """What comes forward as an item; where the rule lists it too, its reason is the one that is kept."""
    item = _ruled(one, proposal) or NewItem(kind=one.kind, child_id=one.child_id, reason=one.words)
    return replace(
        item,
        title=one.title,
        minutes=one.minutes,
        facts=(item.facts or {}) | {"brought_forward": one.words},
        added_by="carried",
        brought_forward_from=one.source_item_id,
        standing_key=one.standing_key,
        restricted=one.restricted,
        open_title=one.open_title,
        allowed_people=tuple(one.allowed_people),
        allowed_agencies=tuple(one.allowed_agencies),
    )


def _ruled(one: Carried, proposal: Proposal) -> NewItem | None:
    if one.child_id:
        child = next((item for item in proposal.items if item.child_id == one.child_id), None)
        return item_of_child(child, proposal, one.minutes) if child else None
    if one.kind != "place":
        return None
    name = folded(one.title)
    place = next((place for place in proposal.places if name in {folded(place.place), *place.names}), None)
    return item_of_place(place, proposal, one.minutes) if place else None


def standing_item(title: str, minutes: int | None) -> NewItem:
    return NewItem(kind="standing", title=title, minutes=minutes or STANDING_MINUTES, added_by="hand")


def _facts(proposal: Proposal) -> dict[str, object]:
    return {"window": proposal.window.as_json()}
