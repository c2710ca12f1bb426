"""How a pack reads as a document, in the words that stand on paper. Pure: PDF and Word are made from the same value."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from app.episodes.rules import CATEGORIES, LEGAL_STATUSES
from app.london import london_date
from app.panels.agenda.rules import ChildFacts
from app.panels.contributions.rules import ContributionFacts
from app.panels.handed_in import CarriedAction, OpenAction
from app.panels.hotspots.rules import Hotspot
from app.panels.packs.rules import Pack, PackEpisode, PackItem
from app.panels.recalls.rules import RecallCard
from app.panels.restricting.rules import HIDDEN_KIND
from app.panels.words import clock_time, counted, length_in_words, listed, long_day, long_moment
from app.web.documents.shapes import Block, Chapter, Document, Table

MOST_EPISODES = 25

INTERVIEW_WORDS = {
    "completed": "Completed",
    "declined-child": "Declined by the child",
    "declined-carer": "Declined by the carer",
    "unable": "Child could not be contacted",
    "not-required": "Not required",
    "pending": "Not held yet",
    "overdue": "Overdue",
}


def document_of(pack: Pack) -> Document:
    meeting = pack.meeting
    return Document(
        title=f"Agenda for {long_day(meeting.starts_at)}",
        kicker=meeting.panel_name,
        authority=pack.authority,
        running=meeting.title,
        reference=f"Meeting {meeting.id}, agenda version {pack.version}",
        reader=pack.reader,
        opened=long_moment(pack.opened_at),
        notice=f"Confidential. This pack names children and tells what agencies know of them. It was made for "
        f"{pack.reader} alone, and that it was opened is recorded. Do not pass it on; delete or shred it after the "
        "meeting.",
        cover=(Block(facts=tuple(_cover_facts(pack))),),
        chapters=(*(_chapter(item, pack.opened_at) for item in pack.items), *_under_no_item(pack)),
    )


def _under_no_item(pack: Pack) -> Iterable[Chapter]:
    if pack.earlier:
        points = tuple(_earlier(one) for one in pack.earlier)
        yield Chapter("earlier-actions", "Earlier actions under no item", blocks=(Block(points=points),))


def _cover_facts(pack: Pack) -> Iterable[tuple[str, str]]:
    meeting = pack.meeting
    when = long_day(meeting.starts_at)
    if not meeting.date_only:
        when += f", {clock_time(meeting.starts_at)} to {clock_time(meeting.ends_at)}"
    yield "When", when
    yield "Where", meeting.place or ("By video" if meeting.video_link else "Not settled yet")
    if meeting.video_link:
        yield "Video meeting", meeting.video_link
    yield "Chair", meeting.chair_name or "Not settled yet"
    if meeting.minute_taker_name:
        yield "Minute taker", meeting.minute_taker_name
    yield "Agenda", _version_words(pack)
    total = sum(item.minutes for item in pack.items)
    yield "Items", f"{counted(len(pack.items), 'item')}, {length_in_words(total)} in all"
    yield "Who is listed", f"{_sentence(pack.rule)} (rule {pack.rule_version})"
    among = listed([kind.replace("-", " ") for kind in pack.required_agencies])
    yield "Quorum", counted(pack.quorum, "agency", "agencies") + (f", among them {among}" if among else "")


def _version_words(pack: Pack) -> str:
    if pack.issued_at is None:
        return "As it was held; no agenda was issued in this service"
    by = f" by {pack.issued_by}" if pack.issued_by else ""
    return f"Version {pack.version}, issued {long_moment(pack.issued_at)}{by}"


def _chapter(item: PackItem, opened_at: datetime) -> Chapter:
    child = item.child
    name = f"{child.name or 'Name not recorded'}, {child.child_ref}" if child else item.title
    lead = f"{clock_time(item.at)}, {counted(item.minutes, 'minute')}"
    if item.kind == HIDDEN_KIND:
        lead += ". This item is restricted: what it is about is for the people named by the chair."
    return Chapter(
        key=f"item-{item.id}",
        title=f"{item.number}. {name or 'Child'}",
        at=clock_time(item.at),
        tags=tuple(_tags(item)),
        lead=lead,
        blocks=tuple(_blocks(item, opened_at)),
        own_page=item.kind in ("child", "place"),
    )


def _tags(item: PackItem) -> Iterable[str]:
    if item.recall:
        yield "Recalled"
    if item.child and item.child.missing_since:
        yield f"Missing since {long_moment(item.child.missing_since)}"
    if item.child and item.child.risk_level:
        yield f"{_sentence(item.child.risk_level)} risk"
    if item.kind == "place":
        yield "Place"
    if item.brought_forward:
        yield "Brought forward"


def _blocks(item: PackItem, opened_at: datetime) -> Iterable[Block]:
    why = [_sentence(item.reason)] if item.reason else []
    if item.brought_forward and item.brought_forward != item.reason:
        why.append(_sentence(item.brought_forward))
    if why:
        yield Block("Why listed", text="\n".join(why))
    if item.child:
        yield Block("The child", facts=tuple(_child_facts(item, item.child)))
    if item.recall:
        yield Block("Recalled", facts=tuple(_recall_facts(item.recall)))
    if item.child:
        yield _episodes(item)
    if item.earlier:
        yield Block("Earlier actions", points=tuple(_earlier(one) for one in item.earlier))
    if item.child:
        earlier = {one.id for one in item.earlier}
        others = [one for one in item.child.open_actions if one.id not in earlier]
        if others or not earlier:
            yield _actions(others, "Other open actions" if earlier else "Open actions")
    if item.hotspot:
        yield from _place_blocks(item.hotspot)
    if item.kind in ("child", "place"):
        yield _contributions(item.contributions)


def _child_facts(item: PackItem, child: ChildFacts) -> Iterable[tuple[str, str]]:
    yield "Age", child.age or "Not known"
    yield "Legal status", LEGAL_STATUSES.get(item.legal_status, "Not recorded")
    yield "Whose child", child.split
    assessed = f", assessed {_day(child.risk_on)}" if child.risk_on else ""
    yield "Risk", f"{_sentence(child.risk_level)}{assessed}" if child.risk_level else "Not assessed"
    yield "Return home interview", INTERVIEW_WORDS.get(child.interview, "None due")
    yield (
        "Last outcome",
        _sentence(child.last_outcome) if child.last_outcome else "Not discussed here before",
    )


def _recall_facts(recall: RecallCard) -> Iterable[tuple[str, str]]:
    yield "Last case", f"{_day(recall.accepted_on)} to {_day(recall.closed_on)}"
    yield "Closed because", f"{recall.reason_words}. {recall.closure_rationale}".strip()
    if recall.risk_at_close:
        yield "Risk at closure", _sentence(recall.risk_at_close)
    before = f"{recall.episodes_before} in the {recall.days_before} days before the case"
    yield (
        "Episodes",
        f"{before}, {recall.episodes_during} during it, {recall.episodes_since} since its closure",
    )
    if recall.actions:
        yield "Left unfinished", f"{counted(len(recall.actions), 'action')}, among the open ones below"


def _episodes(item: PackItem) -> Block:
    since = _day(item.since) if item.since else ""
    heading = f"Episodes since {since}" + (", when last discussed here" if item.discussed_at else "")
    if not item.episodes:
        return Block(heading, text="None.")
    shown = item.episodes[:MOST_EPISODES]
    more = len(item.episodes) - len(shown)
    return Block(
        heading,
        text=f"The latest {len(shown)}; {counted(more, 'earlier one')} on the child’s page." if more else "",
        table=Table(
            ("Went missing", "Back", "From", "Found at", "Interview"),
            tuple(_episode_row(episode) for episode in shown),
            (5, 5, 6, 6, 5),
        ),
    )


def _episode_row(episode: PackEpisode) -> tuple[str, ...]:
    left = _day_or_moment(episode.started_at, "started_at" in episode.date_only)
    if episode.category != "missing":
        left += f" ({CATEGORIES[episode.category].lower()})"
    back = "End not known" if episode.end_unknown else "Still missing"
    if episode.returned_at:
        back = _day_or_moment(episode.returned_at, "returned_at" in episode.date_only)
    return (
        left,
        back,
        episode.missing_from or "–",
        episode.found_at or "–",
        INTERVIEW_WORDS.get(episode.interview, "–"),
    )


def _actions(actions: Sequence[OpenAction], heading: str) -> Block:
    if not actions:
        return Block(heading, text="None.")
    return Block(heading, points=tuple(_action(action) for action in actions))


def _earlier(action: CarriedAction) -> str:
    """What was agreed, how it stands, and all that happened since."""
    stands = "finished" if action.is_finished else "overdue since" if action.is_overdue else "due"
    when = "" if action.is_finished else f" {_day(action.due_on)}"
    escalated = "Escalated to this agenda" if action.escalated else ""
    told = [
        f"{action.text} – {action.whose}, {stands}{when}",
        escalated,
        action.not_looked_at,
        *action.history,
    ]
    return ". ".join(one for one in told if one)


def _action(action: OpenAction) -> str:
    whose = f"{action.owner}, {action.agency}" if action.owner else action.agency
    return f"{action.text} – {whose}, {'overdue since' if action.is_overdue else 'due'} {_day(action.due_on)}"


def _place_blocks(hotspot: Hotspot) -> Iterable[Block]:
    story, behind = hotspot.story, hotspot.behind
    yield Block(
        "Month by month",
        table=Table(
            ("Month", "Episodes", "Children"),
            tuple((f"{one.month:%B %Y}", str(one.episodes), str(one.children)) for one in story.months),
            (3, 1, 1),
        ),
    )
    yield Block(
        "Times of day",
        table=Table(
            ("Time", "Went missing from here", "Found here"),
            tuple((one.words, str(one.left), str(one.found)) for one in story.times),
            (3, 2, 2),
        ),
    )
    points = [
        f"{child.name or 'Name not recorded'}, {child.child_ref}: {counted(child.episodes, 'episode')}, "
        f"the latest on {_day(child.last_at)}"
        for child in behind.children
    ]
    if behind.more:
        points.append(f"{behind.more} more on the place’s page")
    if behind.others:
        points.append(f"{counted(behind.others, 'child', 'children')} whose record is not for you")
    yield Block("Children behind it", text="" if points else "None in these months.", points=tuple(points))


def _contributions(contributions: Sequence[ContributionFacts]) -> Block:
    if not contributions:
        return Block("Contributions", text="None was sent.")
    return Block("Contributions", facts=tuple((_sender(one), _contributed(one)) for one in contributions))


def _sender(one: ContributionFacts) -> str:
    return one.source + (" (late)" if one.is_late else "")


def _contributed(one: ContributionFacts) -> str:
    if one.nothing_known:
        return "Nothing known"
    return "\n".join(f"{label}: {words}" for label, words in one.told)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _day(value: date | datetime) -> str:
    day = london_date(value) if isinstance(value, datetime) else value
    return f"{day.day} {day:%B %Y}"


def _day_or_moment(value: datetime, date_only: bool) -> str:
    return _day(value) if date_only else long_moment(value)
