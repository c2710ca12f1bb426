"""How a case file and a whole pack read, as parts that paper and page show alike. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from app.actions.timeline.rules import SAID
from app.episodes.children.rules import TimelineEntry, flag_words
from app.episodes.rules import INTERVIEW_OUTCOMES, LEGAL_STATUSES
from app.figures.inspection.case_files import CaseFile
from app.figures.inspection.rules import (
    InterviewStatus,
    MinutedMeeting,
    Sample,
    SampledCase,
    safety_plan_of,
    timeliness,
)
from app.london import age_on, london_date
from app.minutes.documents.items import blocks_of, day_of
from app.panels.cases.rules import CLOSURE_REASONS
from app.panels.words import long_moment
from app.web.documents.prose import Prose, plain_lines, prose_of
from app.web.documents.shapes import Block, Chapter, Document, Table


def pack_of(
    sample: Sample, files: Sequence[CaseFile], authority: str, reader: str, opened_at: datetime
) -> Document:
    """The whole pack: the cover says how the sample was drawn, then one chapter for each case."""
    return Document(
        title="Inspection pack",
        kicker=sample.panel_name or "All panels",
        authority=authority,
        running=f"Inspection pack, {sample.reference.lower()}",
        reference=f"{sample.reference}, seed {sample.seed}",
        reader=reader,
        opened=long_moment(opened_at),
        notice="Confidential. This pack names children and tells what agencies know of them. It was made for "
        f"{reader}, and that it was opened is recorded. Hand it over in person or by a secure way only.",
        cover=(Block(facts=drawn_facts(sample)), _of_cases([file.sampled for file in files])),
        chapters=tuple(chapter_of(file) for file in files),
    )


def drawn_facts(sample: Sample) -> tuple[tuple[str, str], ...]:
    """What an inspector needs to draw the same cases again."""
    last = date.fromordinal(sample.last.toordinal() - 1)
    return (
        ("Cases", f"Open at any time from {day_of(sample.first)} to {day_of(last)}"),
        ("Panel", sample.panel_name or "All panels"),
        ("Sample", f"{sample.cases} of {sample.population}; {sample.size} asked for"),
        ("Seed", sample.seed),
        (
            "How",
            "The cases ordered by the SHA-256 of the seed, a colon and the case’s number; the first are taken",
        ),
        ("Drawn", f"{long_moment(sample.drawn_at)} by {sample.drawn_by}"),
    )


def _of_cases(cases: Sequence[SampledCase]) -> Block:
    """Without a heading of its own: on paper the first heading is the title."""
    rows = tuple(
        (str(one.position), one.reference, f"{one.known_as}, {one.child_ref}", one.panel_name, _spell(one))
        for one in cases
    )
    return Block(table=Table(("No.", "Our reference", "Child", "Panel", "Open"), rows, (1, 3, 5, 5, 5)))


def _spell(case: SampledCase) -> str:
    return f"{day_of(case.accepted_on)} to {day_of(case.closed_on) if case.closed_on else 'now'}"


def chapter_of(file: CaseFile) -> Chapter:
    child = file.child
    return Chapter(
        key=f"case-{file.sampled.position}",
        title=f"{file.sampled.position}. {child.name or 'Name not recorded'}, {child.child_ref}",
        lead=f"{file.sampled.reference}, {file.head.panel_name}",
        blocks=tuple(blocks_of_file(file)),
    )


def blocks_of_file(file: CaseFile) -> Iterable[Block]:
    """The parts of a file in their order."""
    yield Block("The case", facts=tuple(_facts(file)))
    if file.restricted:
        one = file.restricted == 1
        yield Block(
            "Left out",
            text=f"{'One item is' if one else f'{file.restricted} items are'} restricted and left out. "
            f"Whoever chairs the panel can say who may see {'it' if one else 'them'}.",
        )
    yield _chronology(file.entries)
    yield _interviews(file.interviews)
    yield _risks(file)
    yield _safety_plan(file.meetings)
    yield from _minutes(file.meetings)
    yield _actions(file)
    yield _checklist(file)


def _facts(file: CaseFile) -> Iterable[tuple[str, str]]:
    case, child, head = file.case, file.child, file.head
    age = f", {age_on(child.born_on, london_date(file.opened_at))} years old" if child.born_on else ""
    yield "Date of birth", f"{day_of(child.born_on)}{age}" if child.born_on else "Not recorded"
    yield (
        "Sex, ethnicity, disability",
        ", ".join(
            _sentence(word) or "not recorded" for word in (child.sex, child.ethnicity, child.disability)
        ),
    )
    yield "Legal status", LEGAL_STATUSES.get(child.legal_status, "Not recorded")
    yield (
        "Social worker",
        ", ".join(one for one in (child.social_worker, child.team) if one) or "Not recorded",
    )
    yield "Referred", day_of(head.referred_on)
    yield (
        "Accepted",
        day_of(case.accepted_on) + (", recalled after an earlier case" if case.recall_of else ""),
    )
    yield "First meeting", day_of(case.first_meeting_on) if case.first_meeting_on else "None yet"
    if case.closed_on:
        why = CLOSURE_REASONS[case.closure_reason].lower()
        yield "Closed", f"{day_of(case.closed_on)}: {why}. {case.closure_rationale}".strip()
    else:
        yield "Next review", day_of(case.next_review_on) if case.next_review_on else "Not set"
    yield "Risk at the start", _sentence(case.risk_at_start) or "Not recorded"
    if case.closed_on:
        yield "Risk at closure", _sentence(case.risk_at_close) or "Not recorded"


def _chronology(entries: Sequence[TimelineEntry]) -> Block:
    if not entries:
        return Block("Chronology", text="Nothing is recorded.")
    rows = tuple((_when(one.at, one.date_only), _entry(one)) for one in entries)
    return Block("Chronology", table=Table(("When", "What"), rows, (4, 14)))


def _entry(entry: TimelineEntry) -> str:
    """What happened, in a line: how an episode ended, what was said of an interview."""
    told = [entry.title]
    if entry.withdrawn:
        told.append(f"Recorded by mistake, withdrawn {long_moment(entry.withdrawn.withdrawn_at)}")
    elif entry.episode:
        back = entry.episode.returned_at
        if back:
            found = f", found at {entry.episode.found_at}" if entry.episode.found_at else ""
            told.append(f"Returned {_when(back, 'returned_at' in entry.episode.date_only)}{found}")
        else:
            told.append("Not returned" if entry.episode.end_unknown_after is None else "Return not known")
    elif entry.interview:
        said = (
            ("Pushed away by", "push_factors"),
            ("Drawn by", "pull_factors"),
            ("The child said", "child_said"),
        )
        told += [f"{label}: {words}" for label, name in said if (words := getattr(entry.interview, name))]
    if entry.words:
        told.insert(1, _sentence(entry.words))
    return ". ".join(one.rstrip(".") for one in told)


def _interviews(statuses: Sequence[InterviewStatus]) -> Block:
    heading = "Return home interviews, by missing episode"
    if not statuses:
        return Block(heading, text="No missing episode is recorded.")
    columns = ("Went missing", "Back", "Offered", "Offered within 72 hours", "Outcome")
    return Block(heading, table=Table(columns, tuple(map(_interview, statuses)), (4, 4, 4, 4, 4)))


def _interview(status: InterviewStatus) -> tuple[str, ...]:
    episode = status.episode
    if status.offered_at:
        offered = _when(status.offered_at, status.offer_date_only)
    else:
        offered = "Yes, no day recorded" if status.is_offered else "No"
    outcome = INTERVIEW_OUTCOMES[status.outcome] if status.outcome else "Nothing recorded"
    held = (
        f", {day_of(london_date(status.held_at))}" if status.held_at and status.outcome == "completed" else ""
    )
    return (
        _when(episode.started_at, "started_at" in episode.date_only),
        _when(episode.returned_at, "returned_at" in episode.date_only) if episode.returned_at else "–",
        offered,
        status.in_72h_words,
        outcome + held,
    )


def _risks(file: CaseFile) -> Block:
    if not file.risks:
        return Block("Risk levels", text="No risk assessment is recorded.")
    rows = tuple(
        (
            day_of(one.assessed_on),
            _sentence(one.level),
            one.tool or "–",
            _sentence(", ".join(flag_words(flag) for flag in one.flags)) or "–",
        )
        for one in file.risks
    )
    return Block("Risk levels", table=Table(("Assessed", "Level", "Tool", "Flags"), rows, (4, 3, 5, 6)))


def _safety_plan(meetings: Sequence[MinutedMeeting]) -> Block:
    meeting, strands = safety_plan_of(meetings)
    if meeting is None:
        return Block("Safety plan", text="No circulated minutes of this case hold one.")
    told = tuple((heading, _lines(prose_of(text))) for heading, text in strands)
    return Block("Safety plan", text=f"As minuted on {_when(meeting.at, True)}.", facts=told)


def _minutes(meetings: Sequence[MinutedMeeting]) -> Iterable[Block]:
    for meeting in meetings:
        for item in meeting.items:
            yield from _minuted(meeting, item)
        for at, words in meeting.addenda:
            yield Block(f"Corrected {_when(at, True)}", prose=prose_of(words))
    without = tuple(f"{_when(one.at, True)}: {one.state}" for one in meetings if one.state)
    if without:
        yield Block("Meetings without minutes here", points=without)
    if not meetings:
        yield Block("Minutes", text="No meeting of the panel with this case is recorded.")


def _minuted(meeting: MinutedMeeting, item: Mapping[str, Any]) -> Iterable[Block]:
    """One item, its parts beside their headings so that a file with many meetings stays in sight; tables below."""
    day = _when(meeting.at, True)
    parts: list[tuple[str, list[str]]] = []
    tables = []
    for block in blocks_of(item):
        if block.table:
            tables.append(Block(f"{block.heading}, minutes of {day}", table=block.table))
            continue
        if block.heading or not parts:
            parts.append((block.heading, []))
        parts[-1][1].extend([*filter(None, [block.text]), *plain_lines(block.prose), *block.points])
    yield Block(
        f"Minutes of {day}",
        text=f"{item['outcome'] or 'No outcome'}. Minutes of meeting {meeting.meeting_id}.",
        facts=tuple((heading, "\n".join(lines)) for heading, lines in parts),
    )
    yield from tables


def _lines(parts: tuple[Prose, ...]) -> str:
    return "\n".join(plain_lines(parts))


def _actions(file: CaseFile) -> Block:
    heading = "Actions about the child"
    if not file.actions:
        return Block(heading, text="None was issued.")
    today, rows = london_date(file.opened_at), []
    for one in file.actions:
        named = one.owner_name or one.post_name
        words, _ = timeliness(one.status, one.original_due_on, one.due_on, one.finished_on, today)
        rows.append(
            (
                f"{one.text} ({one.panel_name}, {day_of(one.issued_on)})",
                f"{named}, {one.agency_name}" if named else one.agency_name,
                day_of(one.original_due_on),
                f"{SAID[one.status]}. {words}",
            )
        )
    return Block(
        heading, table=Table(("Action", "Who", "First due", "How it stands"), tuple(rows), (8, 4, 3, 4))
    )


def _checklist(file: CaseFile) -> Block:
    states = {"gap": "Nothing is recorded", "old": "Older than 12 weeks", "good": "On file"}
    rows = tuple(
        (
            point.label,
            day_of(point.latest.done_on) if point.latest else "–",
            states[point.state],
            (point.latest.note or point.latest.by or "From the child’s record") if point.latest else "–",
        )
        for point in file.checklist.points
    )
    return Block("File checklist", table=Table(("What", "Done", "State", "Note"), rows, (6, 3, 4, 6)))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _when(value: datetime, date_only: bool) -> str:
    return day_of(value) if date_only else long_moment(value)
