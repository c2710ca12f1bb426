"""The daily briefings of the example's last two weeks: referrals come in, lines are decided, the briefing is closed."""

from datetime import date, datetime, timedelta
from random import Random

from app.access import Identity
from app.example.diary import Work
from app.example.queries import child_to_refer
from app.example.referred import REFERRALS, ExampleReferral
from app.example.rules import chance, choose, london
from app.example.stage import Stage
from app.london import add_working_days, london_date
from app.panels.briefing.changes import close_briefing, decide_notification
from app.panels.briefing.queries import last_briefing, notification_facts, open_briefing
from app.panels.briefing.rules import Line, counts_of
from app.panels.referrals.changes import decide_referral, receive_referral
from app.panels.referrals.decisions.rules import Decision
from app.panels.referrals.queries import referral_facts
from app.panels.referrals.rules import Told

BRIEFINGS = 10
WITH_NOTES = {
    0: "Health sent apologies; their checks are on the lines.",
    4: "Neighbourshire confirmed two lines by phone.",
}

NOT_MET = (
    "Known to the social worker, who saw the child the next morning. Nothing points to exploitation.",
    "A single late evening with a friend; the carer rang at once and the return home interview is offered.",
    "The plan that is in place covers it. The social worker was told.",
    "Came back alone within hours and says where they were. The school looks after the rest.",
)
DIVERTED = (
    (
        "Missing Children Panel",
        "Fourth time this quarter and no sign of others; the weekly panel looks at it.",
    ),
    ("Family help", "An argument at home. The family help worker visits on Thursday."),
    ("The placing authority", "The child is another authority’s; their duty team was told and has answered."),
)
LEFT_OPEN = "The tracker left this open: the lead professional was asked, and the plan in place covers it."
MET = "Found with adults who are known to the police, for the second time in a month."


def enter_briefings(stage: Stage, not_about: frozenset[str]) -> None:
    """Enters two weeks in the diary. `not_about`: references of children of whom a tracker will bring referrals."""
    last = add_working_days(stage.present.day, -1)
    days = [add_working_days(last, -back) for back in range(1, BRIEFINGS)] + [last]
    for day in days:
        stage.diary.at(london(day, 9, 15), _brief(stage, last))
    for referral in REFERRALS:
        day = add_working_days(last, -referral.days) if referral.days else last
        stage.diary.at(london(day, referral.hour, 20), _receive(stage, referral, not_about))


def _receive(stage: Stage, referral: ExampleReferral, not_about: frozenset[str]) -> Work:
    async def receive(now: datetime) -> None:
        who = stage.cast.people[referral.sender]
        panels = stage.cast.panels
        child_id = await child_to_refer(referral.whom, panels["mace"].id, london_date(now), not_about)
        if child_id is None:
            return
        told = Told(
            referred_on=london_date(now),
            asked_panel_id=panels[referral.asked].id if referral.asked else None,
            agency_id=who.agency_id,
            referrer=referral.referrer,
            concerns=referral.concerns,
            tools=referral.tools,
            risk_level=referral.risk_level,
            consent=referral.consent,
            consent_reason=referral.consent_reason,
            lawful_basis=referral.lawful_basis,
            wanted=referral.wanted,
            transition_note=referral.transition_note,
        )
        stage.referrals[await receive_referral(who, child_id, told, now=now)] = referral

    return receive


def _brief(stage: Stage, last: date) -> Work:
    async def brief(now: datetime) -> None:
        officer = stage.cast.officer
        luck = chance(f"briefing of {london_date(now)}")
        lines = (await open_briefing(officer, now)).lines
        waiting = [line for line in lines if not line.threshold and line.kind != "curfew"]
        # the latest leaves something for the next one
        left = {line.key for line in waiting[-2:]} if london_date(now) == last else set()
        for number, line in enumerate(line for line in waiting if line.key not in left):
            await _decide(stage, luck, line, now + timedelta(seconds=40 * number))
        end = now + timedelta(hours=1)
        counts = counts_of((await open_briefing(officer, end)).lines)
        before = await last_briefing()
        note = WITH_NOTES.get(luck.randrange(8), "")
        await close_briefing(officer, last_id=before.id if before else 0, counts=counts, note=note, now=end)

    return brief


async def _decide(stage: Stage, luck: Random, line: Line, now: datetime) -> None:
    chair, panels = stage.cast.chair, stage.cast.panels
    if line.referral is None:
        notification = await notification_facts(line.id)
        await decide_notification(chair, notification, _about_missing(stage, luck), version=0, now=now)
        return
    told = stage.referrals.get(line.id)
    if told is None:
        await _decide_on(chair, line.id, Decision("not-met", rationale=LEFT_OPEN), now)
        return
    if not told.decided:
        return
    is_met, is_diverted = told.decided == "met", told.decided == "diverted"
    decision = Decision(
        told.decided,
        panels[told.towards].id if is_met else None,
        told.towards if is_diverted else "",
        told.rationale,
    )
    await _decide_on(chair, line.id, decision, now)


async def _decide_on(chair: Identity, referral_id: int, decision: Decision, now: datetime) -> None:
    stored = await referral_facts(referral_id)
    assert stored is not None
    await decide_referral(chair, stored, decision, version=stored.version, now=now)


def _about_missing(stage: Stage, luck: Random) -> Decision:
    drawn = choose(luck, (("not-met", 80), ("diverted", 16), ("met", 4)))
    if drawn == "met":
        return Decision("met", stage.cast.panels["mace"].id, "", MET)
    if drawn == "diverted":
        where, why = luck.choice(DIVERTED)
        return Decision("diverted", None, where, why)
    return Decision("not-met", rationale=luck.choice(NOT_MET))
