"""Everything on file about one sampled case, gathered from the rooms that hold it as its reader may see it. No SQL."""

from dataclasses import dataclass, replace
from datetime import datetime

from app.access import Identity
from app.actions.queries import ListedAction
from app.episodes import queries as episodes
from app.episodes.children.rules import TimelineEntry, chronology
from app.episodes.handed_in import handed_in
from app.episodes.rules import ChildFacts, RiskFacts
from app.episodes.withdrawals.queries import withdrawn_of
from app.figures.inspection.queries import actions_about, restricted_items
from app.figures.inspection.rules import InterviewStatus, MinutedMeeting, SampledCase, interview_status
from app.lifecycle import Invisible
from app.london import london_date
from app.minutes.extracts.queries import extract_for, printed_of_child
from app.minutes.queries import minutes_for
from app.minutes.rules import MinutesStatus
from app.panels.cases.checklist.queries import checklists_of
from app.panels.cases.checklist.rules import Checklist
from app.panels.cases.queries import CaseHead, Discussed, case_for, case_head, discussed_at
from app.panels.cases.rules import CaseFacts


@dataclass(frozen=True)
class CaseFile:
    """One case for one reader. `entries`: the child's chronology, the earliest first. `restricted`: items left out."""

    sampled: SampledCase
    case: CaseFacts
    head: CaseHead
    child: ChildFacts
    entries: tuple[TimelineEntry, ...]
    interviews: tuple[InterviewStatus, ...]
    risks: tuple[RiskFacts, ...]
    actions: tuple[ListedAction, ...]
    meetings: tuple[MinutedMeeting, ...]
    checklist: Checklist
    restricted: int
    opened_at: datetime


async def case_file(who: Identity, sampled: SampledCase, authority: str, now: datetime) -> CaseFile:
    """Gathers the file. Raises Invisible where this person may not know of the case or the child."""
    today = london_date(now)
    case = await case_for(who, sampled.case_id)
    child = await episodes.child_for(who, case.child_id)
    of_child = await episodes.episodes_of(child.id)
    interviews = await episodes.interviews_of(child.id)
    risks = await episodes.risks_of(child.id)
    moments = [moment for provider in handed_in.moments for moment in await provider(who, child.id)]
    entries = chronology(of_child, interviews, risks, moments, await withdrawn_of(child.id))
    meetings = [await _minuted(who, one, child.id, authority, now) for one in await discussed_at(who, case)]
    return CaseFile(
        sampled=sampled,
        case=case,
        head=await case_head(case.id, today),
        child=child,
        # of one moment in the order in which the chronology has them
        entries=tuple(sorted(entries, key=lambda entry: entry.at)),
        interviews=tuple(
            interview_status(episode, [one for one in interviews if episode.id in one.episode_ids], now)
            for episode in reversed(of_child)
            if episode.category == "missing"
        ),
        risks=tuple(reversed(risks)),
        actions=tuple(await actions_about(who, child.id)),
        meetings=tuple(meetings),
        checklist=(await checklists_of([case.id], today))[case.id],
        restricted=await restricted_items(who, child.id),
        opened_at=now,
    )


async def _minuted(
    who: Identity, one: Discussed, child_id: int, authority: str, now: datetime
) -> MinutedMeeting:
    """The child's items of the circulated minutes, as the child's extract has them; else why there are none."""

    def without(state: str) -> MinutedMeeting:
        return MinutedMeeting(one.meeting_id, one.starts_at, one.date_only, state)

    if one.status != "held":
        return without("still to come")
    _, minutes = await minutes_for(who, one.meeting_id)
    if minutes.is_from_a_file:
        return without("minutes written elsewhere; only their dates are known here")
    if minutes.status != MinutesStatus.CIRCULATED:
        return without("minutes not circulated yet")
    try:
        meeting, minutes, line, _ = await extract_for(who, one.meeting_id, child_id)
    except Invisible:
        return without("not reached at this meeting")
    printed = await printed_of_child(who, meeting, minutes, line, authority, now)
    return replace(
        without(""),
        items=tuple(printed.content["items"]),
        addenda=tuple((addendum.at, addendum.text) for addendum in printed.addenda),
    )
