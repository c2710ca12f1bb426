"""What the panel officer of the example recorded by hand: steps, interviews, corrections, records that stand twice."""

from datetime import datetime, timedelta

from app.episodes import queries
from app.episodes.clocks.changes import confirm_missing
from app.episodes.corrections.changes import correct
from app.episodes.merging.changes import merge_children, merge_episodes
from app.episodes.recording.changes import (
    record_child,
    record_episode,
    record_interview,
    record_steps,
)
from app.episodes.rules import EpisodeFacts
from app.example.queries import children_missing_often, latest_returns, not_talked_about, open_since
from app.example.rules import chance, london
from app.example.sayings import CHILD_VIEWS
from app.example.stage import Stage
from app.london import london_date

PULLS = (
    "Friends with a car, and a place where nobody asks questions.",
    "Money for errands, and somebody who listens.",
    "A relative in the next town whom the child misses.",
)
PUSHES = (
    "Noise at night and a room that is shared.",
    "An argument about the phone; contact was cancelled again.",
    "Worry about what others at school know.",
)
TWO_REPORTS = "Both reported the same evening; the times differ by the carer’s walk round the block."
SAME_CHILD = "Same date of birth and police reference; the social worker confirmed that it is one child."
WRONG_PLACE = "The carer rang: the child was found at the station, not at home."


async def record_reports_twice(stage: Stage, now: datetime) -> None:
    """The carers of three children report what the police had: one pair is merged, two wait to be compared."""
    officer = stage.cast.officer
    for number, episode_id in enumerate(await latest_returns(now - timedelta(days=8), now, 3)):
        child, known = await queries.episode_for(officer, episode_id)
        doubled = await record_episode(officer, child, _as_the_carer_says(known), now=now, key=None)
        _, other = await queries.own_episode_for(officer, doubled)
        at = now + timedelta(minutes=20)
        if number == 0:
            await merge_episodes(officer, child, known, other, reason=TWO_REPORTS, now=at, key=None)


def _as_the_carer_says(known: EpisodeFacts) -> dict[str, object]:
    assert known.returned_at is not None
    return {
        "category": "missing",
        "started_at": known.started_at + timedelta(minutes=40),
        "reported_at": known.started_at + timedelta(minutes=55),
        "returned_at": known.returned_at + timedelta(minutes=15),
        "missing_from": known.missing_from,
        "missing_from_kind": known.missing_from_kind,
        "found_at": "",
        "police_risk": "",
        "immediate_concern": False,
        "date_only": [],
    }


async def split_records(stage: Stage, now: datetime) -> None:
    """Two children stand in the police’s file without the council’s reference; of one it has been noticed."""
    officer = stage.cast.officer
    for number, child_id in enumerate(await children_missing_often(now - timedelta(days=60), now, 2)):
        known = await queries.child_for(officer, child_id)
        first, last = known.name.split(" ", 1)
        values = {
            "child_ref": f"P-{70012 + 31 * number}",
            "name": f"{last.upper()}, {first[0]}",
            "born_on": known.born_on,
            "sex": known.sex,
            "other_refs": list(known.other_refs[:1]),
        }
        split_id = await record_child(officer, values, now=now, key=None)
        split = await queries.child_for(officer, split_id)
        day = london_date(now) - timedelta(days=9 + number)
        for days in (0, 11):
            started = london(day - timedelta(days=days), 4, 30)
            report = {
                "category": "missing",
                "started_at": started,
                "reported_at": started + timedelta(minutes=20),
                "returned_at": started + timedelta(hours=3),
                "missing_from": "Sampleford bus station",
                "missing_from_kind": "other",
                "police_risk": "medium",
            }
            await record_episode(officer, split, report, now=now, key=None)
        if number == 0:
            at = now + timedelta(minutes=30)
            await merge_children(officer, known, split, reason=SAME_CHILD, now=at, key=None)


async def record_talks(stage: Stage, now: datetime) -> None:
    """Interviews with what the child said, and a decline that was followed up."""
    officer, luck = stage.cast.officer, chance("talks")
    for number, episode_id in enumerate(await not_talked_about(now - timedelta(days=60), now, 5)):
        child, episode = await queries.episode_for(officer, episode_id)
        assert episode.returned_at is not None
        offered = episode.returned_at + timedelta(hours=5 + 9 * number)
        declined = number == 3
        values: dict[str, object] = {
            "outcome": "declined-child" if declined else "completed",
            "offered_at": offered,
            "offered_by": "Reed Listenby",
            "offer_method": "direct contact",
            "held_at": None if declined else offered + timedelta(hours=20),
            "mode": "" if declined else luck.choice(("face-to-face", "phone")),
            "interviewer": "" if declined else "Reed Listenby",
            "independent": None if declined else True,
            "push_factors": "" if declined else luck.choice(PUSHES),
            "pull_factors": "" if declined else luck.choice(PULLS),
            "child_said": "" if declined else luck.choice(CHILD_VIEWS),
            "followed_up_at": offered + timedelta(hours=26) if declined else None,
            "follow_up_mode": "visit" if declined else "",
            "date_only": [],
        }
        await record_interview(officer, child, [episode.id], values, now=now, key=None)


async def correct_records(stage: Stage, now: datetime) -> None:
    officer = stage.cast.officer
    for episode_id in await latest_returns(now - timedelta(days=20), now - timedelta(days=9), 1):
        child, episode = await queries.episode_for(officer, episode_id)
        values = {"found_at": "Samplesby railway station", "police_risk": "high"}
        await correct(
            officer,
            "episode",
            episode.id,
            values,
            child_id=child.id,
            version=episode.version,
            reason=WRONG_PLACE,
            now=now,
            key=None,
        )


async def look_after_the_missing(stage: Stage, now: datetime) -> None:
    """Of the child missing longest everything is done; of the next one the strategy discussion is overdue."""
    officer = stage.cast.officer
    for number, episode_id in enumerate(await open_since(now - timedelta(hours=20), 2)):
        child, episode = await queries.episode_for(officer, episode_id)
        sent = {
            "high_risk_notified_at": episode.started_at + timedelta(hours=21),
            "high_risk_notified_by": "Emergency duty team",
        }
        all_done = sent | {
            "strategy_discussion_at": episode.started_at + timedelta(hours=9),
            "strategy_discussion_by": "Morgan Guardwell, with police and the home",
            "media_consent_at": episode.started_at + timedelta(hours=40),
            "media_consent_by": "Executive Director",
        }
        steps = sent if number else all_done
        await record_steps(officer, child, episode, steps, version=episode.version, now=now, key=None)
        if number == 0:
            at = now + timedelta(minutes=5)
            await confirm_missing(officer, child, episode, version=episode.version + 1, now=at, key=None)
