"""Reading what was due of cases, and how meetings were organised, for the figure `meetings`, as the minutes read it."""

from app.figures.counting import Noun
from app.figures.facts import FactCounting, FactUnit
from app.figures.meetings.rules import (
    DEFINITION,
    TESTS_OF_CASES,
    TESTS_OF_MEETINGS,
    CaseDue,
    MeetingCounted,
    counted_of,
    due_of,
    told_of_case,
    told_of_meeting,
)
from app.figures.queries import Records, standards_known
from app.figures.rules import Question
from app.minutes.organised.queries import cases_met, meetings_run


async def cases_due(question: Question) -> list[CaseDue]:
    """The initial meetings and reviews of the window, of the panel asked for or of all."""
    cases = await cases_met(Records(question).rows, await standards_known(question))
    return due_of(cases, (question.from_on, question.to_on), question.at)


async def meetings_counted(question: Question) -> list[MeetingCounted]:
    """The meetings held or cancelled in the window, of the panel asked for or of all."""
    found = await meetings_run(Records(question).rows, await standards_known(question))
    return [counted_of(meeting, question.at) for meeting in found]


MEETINGS = FactCounting(
    DEFINITION,
    (
        FactUnit(Noun.CASE, cases_due, TESTS_OF_CASES, tell=told_of_case),
        FactUnit(Noun.MEETING, meetings_counted, TESTS_OF_MEETINGS, tell=told_of_meeting),
    ),
)
