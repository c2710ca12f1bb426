"""The figure `meetings`: its definition, and what is counted of cases and meetings. What is due, the minutes say."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.figures.rules import Definition, Key
from app.london import short_day_words
from app.minutes.organised.rules import CaseMet, Due, MeetingRun, initial_meeting, reviews

DEFINITION = Definition(
    name="meetings",
    version=1,
    title="Meetings organised",
    asks="Do children's initial meetings and reviews come in time, and do meetings take place?",
    words=(
        "Counts initial meetings by the day on which a case was accepted, reviews by the day on which they were due, "
        "and meetings by their own day, each of them in the window. A deadline has passed once its day has ended.",
        "A meeting is about a case when it was held with the child on its agenda and not left unreached, or when the "
        "case, or a file, names it. The first of them is the initial meeting, every later one a review.",
        "The standard of the initial meeting is in working days after acceptance, as the panel's terms of reference "
        "of that day have it; a case that was closed without any meeting had none in time. A review is due on the "
        "day that the meeting before agreed, once its minutes are approved, else after the panel's ordinary weeks "
        "between reviews. A case that was closed by then needs no further review.",
        "An agenda is in time when it first went out the panel's number of working days before the meeting, or "
        "earlier.",
        "The numbers about reviews count reviews: a case reviewed twice stands behind them twice.",
    ),
    since=date(2026, 11, 21),
    keys=(
        Key(
            "initial_in_standard",
            "Initial meeting in time",
            "Cases whose initial meeting was held within the standard.",
            "the cases accepted in the window whose deadline for it has passed",
            out_of="initial_due",
            left_out=("initial_not_due",),
        ),
        Key(
            "reviews_on_time",
            "Reviews by their date",
            "Reviews that were held by the day they were due.",
            "the reviews that were due in the window and whose day has ended",
            out_of="reviews_due",
            left_out=("reviews_not_due",),
        ),
        Key(
            "agendas_in_time",
            "Agendas in time",
            "Meetings whose agenda was circulated in time.",
            "the meetings held of which this is asked and known",
            out_of="agendas_due",
            left_out=("agenda_not_told", "agenda_not_asked"),
        ),
        Key("held", "Meetings held", "Meetings held in the window."),
        Key(
            "cancelled",
            "Meetings cancelled",
            "Meetings that would have been in the window and were cancelled.",
        ),
        Key(
            "accepted",
            "Cases accepted",
            "Cases accepted in the window, whether their deadline has passed or not.",
        ),
        Key(
            "initial_not_due",
            "Initial meeting not yet due",
            "Left out of the initial meetings: cases whose deadline has not passed.",
        ),
        Key(
            "reviews_not_due",
            "Reviews not yet due",
            "Left out of the reviews: reviews due in the window whose day has not ended.",
        ),
        Key(
            "agenda_not_told",
            "Date of the agenda not known",
            "Left out of the agendas: meetings from a file that does not say when their agenda went out.",
        ),
        Key(
            "agenda_not_asked",
            "Convened for one child",
            "Left out of the agendas: meetings convened for one child, which may be held before its days have passed.",
        ),
    ),
)


@dataclass(frozen=True)
class CaseDue:
    """An initial meeting or a review that a case was due. `on`: the London day that puts it in a month.

    The row behind it is the case.
    """

    id: int
    on: date
    panel: str
    panel_name: str
    is_review: bool
    due: Due
    has_passed: bool

    @property
    def in_time(self) -> bool:
        return self.due.in_time

    @property
    def groups(self) -> Mapping[str, tuple[str, str]]:
        return {"panel": (self.panel, self.panel_name)}


@dataclass(frozen=True)
class MeetingCounted:
    """A meeting held or cancelled. `agenda`: when it was due and went out, with whether that day has ended."""

    id: int
    on: date
    panel: str
    panel_name: str
    status: str
    agenda: Due | None
    agenda_is_due: bool
    agenda_is_told: bool
    for_one_child: bool

    @property
    def groups(self) -> Mapping[str, tuple[str, str]]:
        return {"panel": (self.panel, self.panel_name)}

    @property
    def is_held(self) -> bool:
        return self.status == "held"

    @property
    def agenda_in_time(self) -> bool:
        return self.agenda is not None and self.agenda.in_time


def due_of(cases: Sequence[CaseMet], window: tuple[date, date], at: datetime) -> list[CaseDue]:
    """The initial meetings of cases accepted in the window, and the reviews due in it, as seen at an instant."""
    first, last = window
    found = [
        _case_due(case, case.accepted_on, initial_meeting(case), at, is_review=False)
        for case in cases
        if first <= case.accepted_on < last
    ]
    return found + [
        _case_due(case, due.due_on, due, at, is_review=True)
        for case in cases
        for due in reviews(case)
        if first <= due.due_on < last
    ]


def _case_due(case: CaseMet, on: date, due: Due, at: datetime, *, is_review: bool) -> CaseDue:
    return CaseDue(case.id, on, case.panel_slug, case.panel_name, is_review, due, due.has_passed(at))


def counted_of(meeting: MeetingRun, at: datetime) -> MeetingCounted:
    """What is counted of a meeting, as seen at an instant."""
    agenda = meeting.agenda
    return MeetingCounted(
        meeting.id,
        meeting.day,
        meeting.panel_slug,
        meeting.panel_name,
        meeting.status,
        agenda=agenda,
        agenda_is_due=agenda is not None and agenda.has_passed(at),
        agenda_is_told=meeting.agenda_is_told,
        for_one_child=meeting.for_one_child,
    )


def told_of_case(one: CaseDue, key: str) -> str:
    """`Review due on 3 May 2026, held on 1 May 2026`."""
    return f"{'Review' if one.is_review else 'Initial meeting'} {_done(one.due, 'held')}"


def told_of_meeting(one: MeetingCounted, key: str) -> str:
    """Of agendas alone: `Agenda due on 3 May 2026, circulated on 1 May 2026`."""
    if one.agenda is None or key != "agendas_in_time":
        return ""
    return f"Agenda {_done(one.agenda, 'circulated')}"


def _done(due: Due, done: str) -> str:
    if due.done_on == due.due_on:
        return f"due and {done} on {short_day_words(due.due_on)}"
    return f"due on {short_day_words(due.due_on)}, " + (
        f"{done} on {short_day_words(due.done_on)}" if due.done_on else f"not {done}"
    )


def _tests_of_cases() -> Iterator[tuple[str, Callable[[CaseDue], bool]]]:
    yield "accepted", lambda one: not one.is_review
    yield "initial_due", lambda one: not one.is_review and one.has_passed
    yield "initial_in_standard", lambda one: not one.is_review and one.has_passed and one.in_time
    yield "initial_not_due", lambda one: not one.is_review and not one.has_passed
    yield "reviews_due", lambda one: one.is_review and one.has_passed
    yield "reviews_on_time", lambda one: one.is_review and one.has_passed and one.in_time
    yield "reviews_not_due", lambda one: one.is_review and not one.has_passed


def _tests_of_meetings() -> Iterator[tuple[str, Callable[[MeetingCounted], bool]]]:
    yield "held", lambda one: one.is_held
    yield "cancelled", lambda one: one.status == "cancelled"
    yield "agendas_due", lambda one: one.agenda_is_due
    yield "agendas_in_time", lambda one: one.agenda_is_due and one.agenda_in_time
    yield "agenda_not_told", lambda one: one.is_held and not one.for_one_child and not one.agenda_is_told
    yield "agenda_not_asked", lambda one: one.is_held and one.for_one_child


TESTS_OF_CASES = dict(_tests_of_cases())
TESTS_OF_MEETINGS = dict(_tests_of_meetings())
