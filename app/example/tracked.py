"""What audits, committees and inspections recommended to the example, and how it and some actions were judged."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.actions.queries import action_for
from app.actions.recommendations.changes import (
    Said,
    add_recommendation,
    assess_recommendation,
    update_recommendation,
)
from app.actions.recommendations.queries import recommendation_for
from app.actions.recommendations.rules import Recommended
from app.actions.tracking.changes import assess_action
from app.actions.tracking.queries import meetings_to_name
from app.actions.tracking.rules import Judged
from app.example.queries import actions_done_late, actions_to_judge
from app.example.rules import chance, london
from app.example.stage import Stage
from app.london import add_months, london_date
from app.windows import quarter_start

MANAGER = "manager@example.org"


@dataclass(frozen=True)
class Story:
    """One recommendation. `lead`: an e-mail, or an agency's kind. `due`: days after the quarter's first day.

    `said`: days after it was due, the move and the word. `judged`: the same, with the category, the days from today
    to the anticipated date, and the remarks.
    """

    source: str
    title: str
    reference: str
    text: str
    lead: str
    due: int
    said: tuple[tuple[int, str, str], ...] = ()
    judged: tuple[int, int, int | None, str] | None = None


REVIEW = "Learning review after three long missing episodes"
AUDIT = "Multi-agency audit of return home interviews"
SCRUTINY = "Children and families scrutiny committee: children who go missing"
INSPECTION = "Joint inspection of the response to child exploitation"

STORIES = (
    Story(
        "audit", AUDIT, "1.1",
        "Offer the interview by a person whom the child knows, and note who was asked.",
        "robin.homely@example.org", -12,
        ((-5, "complete", "The offer form asks it; 20 files were looked at and all had it."),),
    ),
    Story(
        "scrutiny", SCRUTINY, "Minute 34",
        "Report to the committee every six months how many children went missing again after their interview.",
        MANAGER, -20,
        ((-9, "start", "The figures come from this service; the report is being written."),
         (9, "complete", "First report taken by the committee; the next one stands on its work plan.")),
    ),
    Story(
        "inspection", INSPECTION, "Priority 2",
        "Make sure that what children say in interviews reaches the police within one working day.",
        "police@example.org", -15,
        ((-3, "start", "A form of one page is agreed; two teams of five use it."),),
        (4, 3, 45, "Two teams of five use the new form; the others start after their training."),
    ),
    Story(
        "review", REVIEW, "R3",
        "Find a placement within 20 miles for every child of the area who is placed at a distance and goes missing.",
        "social-care", -8,
        ((-1, "find-not-possible", "There is no such placement in the region; two homes have closed since."),),
        (3, 4, None, "The region has no place to offer. Raised with the regional board, which plans a home for 2028."),
    ),
    Story(
        "audit", AUDIT, "2.4",
        "Train night staff of children’s homes in trigger plans.",
        "education", -25,
        (),
        (6, 5, 30, "No date was set for the training, and nobody took it on after the lead changed."),
    ),
    Story(
        "inspection", INSPECTION, "Priority 5",
        "Agree how schools tell the duty team on the morning after an episode.",
        "sky.learnwell@example.org", 100,
    ),
    Story(
        "scrutiny", SCRUTINY, "Minute 41",
        "Publish where young people can go for help at night.",
        "ash.lanternby@example.org", -2,
    ),
    Story(
        "other", "Peer review by a neighbouring authority", "P-7",
        "Look at the length of agendas and at how many agencies send contributions in time.",
        "chair@example.org", 70,
        ((-75, "start", "The planner shows it; terms of reference are being revised."),),
    ),
)  # fmt: skip

REMARKS = {
    3: "Begun in earnest; the next step has a date and a name.",
    5: "Nothing was done since the meeting that agreed it. The agency’s lead was asked for a plan.",
}
OVERRULED = (
    "Done on the day that was agreed; it was only written up afterwards, as the visit’s own record shows."
)


def enter_tracking(stage: Stage, opened_at: datetime) -> None:
    """Each recommendation on the day it was recorded and whenever something was said; actions last night."""
    recorded_at = opened_at + timedelta(hours=8)
    for number, story in enumerate(STORIES):

        async def begin(now: datetime, story: Story = story) -> None:
            await _begin(stage, story, now)

        stage.diary.at(recorded_at + timedelta(minutes=10 * number), begin)

    async def judge(now: datetime) -> None:
        await judge_actions(stage, now)

    stage.diary.at(stage.present.last_night - timedelta(minutes=15), judge)


async def _begin(stage: Stage, story: Story, now: datetime) -> None:
    manager, today = stage.cast.people[MANAGER], stage.present.day
    due_on = quarter_start(today) + timedelta(days=story.due)
    lead = (
        f"person-{stage.cast.people[story.lead].person_id}"
        if "@" in story.lead
        else f"agency-{stage.cast.agencies[story.lead]}"
    )
    source_on = london_date(now) - timedelta(days=20)
    told = Recommended(story.source, story.title, source_on, story.reference, story.text, lead, due_on)
    made = await add_recommendation(manager, told, now=now, base_url=stage.address)
    for days, move, note in story.said:

        async def say(at: datetime, move: str = move, note: str = note) -> None:
            seen = await recommendation_for(manager, made)
            await update_recommendation(manager, made, Said(move, note, seen.version), now=at)

        stage.diary.at(max(now, london(due_on + timedelta(days=days), 15)), say)
    if story.judged:
        days, category, ahead, words = story.judged
        anticipated_on = today + timedelta(days=ahead) if ahead is not None else None

        async def judge(at: datetime) -> None:
            await assess_recommendation(manager, made, Judged(category, anticipated_on, words), now=at)

        stage.diary.at(london(due_on + timedelta(days=days), 16), judge)


async def judge_actions(stage: Stage, now: datetime) -> None:
    """Three in four of what waited from this quarter and the one before, and one done late against its dates."""
    chair, today = stage.cast.chair, london_date(now)
    first = add_months(quarter_start(today), -3)
    luck = chance("judged actions")
    for action_id in await actions_to_judge(first, today):
        if luck.random() < 0.25:
            continue
        category = luck.choice((3, 3, 5))
        panel_id = (await action_for(chair, action_id)).panel_id
        meetings = await meetings_to_name(panel_id, now)
        anticipated_on = today + timedelta(days=luck.randrange(7, 50))
        judged = Judged(category, anticipated_on, REMARKS[category], meetings[0].id if meetings else None)
        await assess_action(chair, action_id, judged, now=now)
    for action_id in (await actions_done_late(first, today))[:2]:
        await assess_action(chair, action_id, Judged(1, None, OVERRULED), now=now)
