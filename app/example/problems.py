"""Problems between services that the example's Missing Operational Group found, followed from month to month."""

from datetime import datetime, timedelta

from app.example.calendar import OPERATIONAL
from app.example.queries import held_meetings, open_problems
from app.example.stage import Stage
from app.panels.agenda.queries import items_of
from app.panels.meetings.queries import meeting_for
from app.panels.meetings.rules import MeetingFacts
from app.panels.problems.changes import move_problem, record_problem, say_of_problem
from app.panels.problems.rules import Found

FOUND = (
    (
        "Children’s homes",
        "Two homes ring the police before their own search plan has been used.",
        "social-care",
    ),
    (
        "Mental health services",
        "Therapy ends when a child moves placement; the waiting list starts anew.",
        "health",
    ),
    (
        "Police",
        "Prevention interviews are written up days later, so the social worker does not see them in time.",
        "police",
    ),
    ("Children’s homes", "Night staff of one home do not know the trigger plans.", "social-care"),
    ("Schools", "Absence on the morning after an episode is not passed on to the duty team.", "education"),
    ("Mental health services", "Letters go to the last placement and not to the present one.", "health"),
)
SAID = (
    "Raised with the service manager; an answer is promised for the next meeting.",
    "A little better: a named contact is there since this month.",
    "Unchanged. The chair writes to the head of service.",
)
RESOLVED = "A joint protocol is signed and both teams were trained; nobody reported it since."


async def look_back(stage: Stage, now: datetime) -> None:
    """What the notes of the last two meetings before this service had found."""
    for meeting_id in await held_meetings(stage.cast.panels[OPERATIONAL].id, 2):
        await find_problems(stage, await meeting_for(stage.cast.taker, meeting_id), now)


async def find_problems(stage: Stage, meeting: MeetingFacts, now: datetime) -> None:
    """What is said of those that were open, the oldest of many is resolved, and one or two more are found."""
    taker = stage.cast.taker
    known = await open_problems(meeting.panel_id)
    for number, (problem_id, _) in enumerate(known[-2:]):
        words = SAID[(problem_id + number) % len(SAID)]
        await say_of_problem(taker, problem_id, words=words, meeting_id=meeting.id, now=now)
    if len(known) > 2:
        problem_id, version = known[0]
        at = now + timedelta(minutes=10)
        await move_problem(taker, problem_id, "resolve", words=RESOLVED, seen=version, now=at)
    items = [item for item in await items_of(meeting.id) if item.is_on_agenda and item.child_id]
    first = (known[-1][0] if known else 0) % len(FOUND)
    for number, item in enumerate(items[:2]):
        service, problem, agency = FOUND[(first + number) % len(FOUND)]
        found = Found(service, problem, f"agency-{stage.cast.agencies[agency]}")
        await record_problem(taker, meeting.id, item.id, found, now=now)
