"""What happens to the example's cases between meetings: files kept, closed by hand, reopened, passed on."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from random import Random

from app.example.calendar import HIGH_RISK, MACE, TRACKING
from app.example.queries import OpenCase, open_cases
from app.example.rules import chance, london
from app.example.stage import Stage
from app.london import add_working_days, london_date
from app.panels.cases.checklist.changes import note_on_file
from app.panels.cases.checklist.rules import KINDS
from app.panels.cases.closing.changes import close_by_hand, reopen_case
from app.panels.cases.moving.changes import pass_on

Casework = Callable[[Stage, datetime], Awaitable[None]]

NOTES = {
    "management-oversight": "Discussed in supervision; the plan stands.",
    "exploitation-tool": "Completed with the child and the keyworker.",
    "risk-assessment": "Updated after the last meeting.",
    "safety-plan": "Shared with the carers and the school; the child has a copy.",
    "nrm-referral": "Sent by the social worker as first responder; reasonable grounds awaited.",
    "social-worker-contact": "Seen alone at the placement.",
}
BARE_EVERY = 6
"""Every so many files have nothing on them at all."""

DESPITE = "What is still open is about school and housing and goes on with the social worker."
NO_MORE = (
    "Risk has been low for two reviews, and the child has said what helps. The social worker leads from here."
)
MISTAKE = "Closed by mistake: it was another young person of the same family that the meeting had decided on."
STEPS_DOWN = (
    "Risk is falling and two agencies are enough; the tracking panel keeps an eye on the safety plan."
)
TRANSFERS = "What worries everybody now is each night away, which that meeting looks at every week."


def enter_casework(stage: Stage) -> None:
    present = stage.present
    for working_days, hour, work in (
        (-14, 11, keep_files),
        (-9, 14, step_down),
        (-8, 10, close_and_reopen),
        (-6, 15, transfer),
        (-5, 11, close_in_spite),
        (-4, 10, keep_files),
    ):

        async def do(now: datetime, work: Casework = work) -> None:
            await work(stage, now)

        stage.diary.at(london(add_working_days(present.day, working_days), hour, 10), do)


async def keep_files(stage: Stage, now: datetime) -> None:
    """Three to six lines on most files of MACE and of the tracking panel; some old, some never written."""
    luck = chance(f"case files on {london_date(now)}")
    for slug in (MACE, TRACKING):
        for number, case in enumerate(await open_cases(stage.cast.panels[slug].id, now)):
            if number % BARE_EVERY and luck.random() < 0.55:
                await _keep_file(stage, luck, case, now)


async def _keep_file(stage: Stage, luck: Random, case: OpenCase, now: datetime) -> None:
    for kind in luck.sample(tuple(KINDS), luck.randrange(2, 6)):
        days_ago = luck.choice((2, 6, 12, 25, 40, 95, 120))
        done_on = max(case.accepted_on, london_date(now) - timedelta(days=days_ago))
        note = NOTES[kind] if luck.random() < 0.6 else ""
        who = stage.cast.officer if luck.random() < 0.7 else stage.cast.taker
        await note_on_file(who, case.id, kind=kind, done_on=done_on, note=note, now=now)


async def close_and_reopen(stage: Stage, now: datetime) -> None:
    """A mistake, found the next morning. Its next review falls due soon and nobody has met since."""
    for case in (await _quiet_cases(stage, now))[:1]:
        await _close(stage, case, now)
        again = now + timedelta(days=1)
        await reopen_case(
            stage.cast.chair,
            case.id,
            case.version + 1,
            rationale=MISTAKE,
            next_review_on=london_date(again) + timedelta(days=4),
            now=again,
        )


async def close_in_spite(stage: Stage, now: datetime) -> None:
    """One in the midst of its reviews: something is nearly always open."""
    cases = await _quiet_cases(stage, now)
    for case in cases[len(cases) // 2 :][:1]:
        await _close(stage, case, now)


async def _close(stage: Stage, case: OpenCase, now: datetime) -> None:
    await close_by_hand(
        stage.cast.chair,
        case.id,
        case.version,
        closed_on=london_date(now),
        reason="reduced-risk",
        rationale=NO_MORE,
        despite=DESPITE,
        now=now,
    )


async def step_down(stage: Stage, now: datetime) -> None:
    for number, case in enumerate((await _quiet_cases(stage, now))[2:][-2:]):
        # one review has been forgotten since
        weeks = 1 if number else 8
        await _pass_on(stage, case, "step-down", TRACKING, STEPS_DOWN, weeks, now)


async def transfer(stage: Stage, now: datetime) -> None:
    for case in (await _quiet_cases(stage, now))[2:][-1:]:
        await _pass_on(stage, case, "transfer", HIGH_RISK, TRANSFERS, 4, now)


async def _pass_on(
    stage: Stage, case: OpenCase, way: str, slug: str, rationale: str, weeks: int, now: datetime
) -> None:
    await pass_on(
        stage.cast.chair,
        case.id,
        case.version,
        way=way,
        target_id=stage.cast.panels[slug].id,
        rationale=rationale,
        next_review_on=london_date(now) + timedelta(weeks=weeks),
        now=now,
        base_url=stage.address,
    )


async def _quiet_cases(stage: Stage, now: datetime) -> list[OpenCase]:
    """Open MACE cases that the panel has met about some weeks ago, the one with the furthest review last."""
    cases = await open_cases(stage.cast.panels[MACE].id, now)
    return [case for case in cases if case.was_met_about and not case.is_listed]
