"""Everything on file about one sampled case, gathered from the rooms that hold it as its reader may see it. No SQL."""

from dataclasses import dataclass
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
from app.lifecycle import Forbidden, Invisible, Refused
from app.london import london_date
from app.minutes.extracts.queries import extract_for, printed_of_child
from app.minutes.extracts.rules import NOT_YET
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
        entries=tuple(reversed(entries)),
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
    if one.status != "held":
        return MinutedMeeting(one.meeting_id, one.starts_at, one.date_only, "The meeting is still to come.")
    try:
        meeting, minutes, line, _ = await extract_for(who, one.meeting_id, child_id)
        printed = await printed_of_child(who, meeting, minutes, line, authority, now)
    except Refused as refusal:
        return MinutedMeeting(one.meeting_id, one.starts_at, one.date_only, _state(refusal))
    except (Invisible, Forbidden):
        state = "No minutes about this child are here: the item was not reached, or its minutes are kept elsewhere."
        return MinutedMeeting(one.meeting_id, one.starts_at, one.date_only, state)
    return MinutedMeeting(
        one.meeting_id,
        one.starts_at,
        one.date_only,
        "",
        tuple(printed.content["items"]),
        tuple((addendum.at, addendum.text) for addendum in printed.addenda),
    )


def _state(refusal: Refused) -> str:
    return "The minutes have not been circulated yet." if str(refusal) == NOT_YET else str(refusal)
