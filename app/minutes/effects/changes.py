"""What takes effect once the chair confirmed it: a child's risk level, the decision on a case. Part of approving."""

from datetime import datetime

from app.access import Identity
from app.episodes.queries import child_for, risks_of
from app.episodes.recording.changes import record_risk
from app.london import london_date
from app.minutes.queries import ItemLine
from app.panels.cases.changes import close_case, record_review
from app.panels.meetings.rules import MeetingFacts
from app.panels.words import day_and_month

PANEL_TOOL = "panel"
"""How an assessment is named that a panel made."""


async def take_effect(who: Identity, meeting: MeetingFacts, item: ItemLine, now: datetime) -> None:
    """What the chair confirmed of one item: its new risk level and the decision on its case, as of the meeting."""
    if item.outcome != "discussed" or item.child_id is None:
        return
    await _keep_risk(who, meeting, item, item.child_id, now)
    if item.case_id is None:
        return
    day = london_date(meeting.starts_at)
    if item.case_decision == "close":
        await close_case(
            who,
            item.case_id,
            closed_on=day,
            reason=item.closure_reason,
            rationale=_for_the_case(item, meeting, "rationale") or _for_the_case(item, meeting, "decision"),
            despite=_for_the_case(item, meeting, "closed_despite"),
            today=london_date(now),
            risk_at_close=item.risk_after or item.risk_before,
        )
    elif item.case_decision == "keep-open":
        await record_review(who, item.case_id, reviewed_on=day, next_review_on=item.next_review_on)


def _for_the_case(item: ItemLine, meeting: MeetingFacts, key: str) -> str:
    """A text as the case keeps it. Cases have readers of their own: words marked for some stay in the minutes."""
    text: str = getattr(item, key)
    mark = item.marks.get(key)
    if text and mark and mark.restricted:
        return f"See the minutes of {day_and_month(meeting.starts_at)} {london_date(meeting.starts_at).year}."
    return text


async def _keep_risk(
    who: Identity, meeting: MeetingFacts, item: ItemLine, child_id: int, now: datetime
) -> None:
    """A level that differs from the child's latest assessment becomes one, by the panel.

    The flags of the latest assessment go on: the panel judged the level, and nobody took them back.
    """
    day = london_date(meeting.starts_at)
    known = [risk for risk in await risks_of(child_id) if risk.assessed_on <= day]
    latest = max(known, key=lambda risk: (risk.assessed_on, risk.id), default=None)
    if not item.risk_after or (latest is not None and latest.level == item.risk_after):
        return
    taken = any(risk.assessed_on == day and risk.tool == PANEL_TOOL for risk in known)
    await record_risk(
        who,
        await child_for(who, child_id),
        assessed_on=day,
        level=item.risk_after,
        tool=f"{PANEL_TOOL}, meeting {meeting.id}" if taken else PANEL_TOOL,
        flags=list(latest.flags) if latest else [],
        next_review_on=item.next_review_on,
        now=now,
        key=None,
    )
