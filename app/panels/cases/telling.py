"""A case's story from acceptance to today, as entries of a timeline. Pure; what is read is handed in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.london import day_words, london_date
from app.panels.cases.queries import CaseEntry, CaseHead, Discussed
from app.panels.cases.rules import CAME_BY, CLOSURE_REASONS, CaseFacts


@dataclass(frozen=True)
class Told:
    """One entry. `kind` is the timeline's; `more`: further words, each a line of its own."""

    on: date
    title: str
    kind: str = ""
    more: tuple[str, ...] = ()
    href: str = ""
    by: str = ""


ORDER = ("Referred", "Recalled", "Accepted", "Came", "Risk", "Discussed", "On the agenda", "Case", "Closed")


def story(
    case: CaseFacts,
    head: CaseHead,
    meetings: Sequence[Discussed],
    risks: Iterable[tuple[date, str]],
    entries: Iterable[CaseEntry],
    went_on: Sequence[tuple[int, str, str, date]],
) -> list[Told]:
    """What happened with the case, the latest first."""
    told = [_referred(head), _accepted(case, head)]
    told += [_met(meeting) for meeting in meetings]
    told += _risk_changes(case, risks)
    told += [
        Told(
            london_date(one.happened_at),
            "Case reopened: it was closed by mistake",
            "quiet",
            _lines(one.rationale),
            by=one.by,
        )
        for one in entries
    ]
    if case.closed_on:
        told.append(_closed(case, head, went_on))
    return [
        one
        for _, one in sorted(
            enumerate(told), key=lambda pair: (pair[1].on, _rank(pair[1].title), pair[0]), reverse=True
        )
    ]


def _rank(title: str) -> int:
    return next((number for number, word in enumerate(ORDER) if title.startswith(word)), 0)


def _referred(head: CaseHead) -> Told:
    where = f" to {head.referral_panel}" if head.referral_panel else ""
    return Told(head.referred_on, f"Referred{where}", "quiet", _lines(head.referral_note))


def _accepted(case: CaseFacts, head: CaseHead) -> Told:
    risk = (f"Risk at the start: {case.risk_at_start}",) if case.risk_at_start else ()
    if case.came_by:
        how = CAME_BY[case.came_by]
        return Told(
            case.accepted_on,
            f"Came from {head.came_from_panel}, {how}",
            "meeting",
            risk,
            f"/cases/{case.came_from}",
        )
    if head.before_id:
        before = (
            f"The case before was closed on {day_words(head.before_closed_on)}"
            if head.before_closed_on
            else ""
        )
        why = f": {CLOSURE_REASONS[head.before_reason].lower()}" if head.before_reason else ""
        return Told(
            case.accepted_on, "Recalled", "missing", (before + why, *risk), f"/cases/{head.before_id}"
        )
    return Told(case.accepted_on, "Accepted", "meeting", risk)


def _met(meeting: Discussed) -> Told:
    verb = "Discussed" if meeting.status == "held" else "On the agenda"
    reason = meeting.reason[:1].upper() + meeting.reason[1:]
    return Told(
        london_date(meeting.starts_at), verb, "meeting", _lines(reason), f"/meetings/{meeting.meeting_id}"
    )


def _risk_changes(case: CaseFacts, risks: Iterable[tuple[date, str]]) -> list[Told]:
    told, before = [], case.risk_at_start
    for on, level in risks:
        if level != before:
            was = f", before: {before}" if before else ""
            told.append(Told(on, f"Risk assessed as {level}{was}", "risk"))
        before = level
    return told


def _closed(case: CaseFacts, head: CaseHead, went_on: Sequence[tuple[int, str, str, date]]) -> Told:
    assert case.closed_on is not None
    lines = [*_lines(case.closure_rationale)]
    if case.risk_at_close:
        lines.append(f"Risk at closing: {case.risk_at_close}")
    if case.closed_despite:
        lines.append(f"Closed in spite of what was still open: {case.closed_despite}")
    if went_on:
        case_id, panel, came_by, _ = went_on[-1]
        title = f"Closed here: {CAME_BY[came_by]} to {panel}"
        return Told(case.closed_on, title, "action", tuple(lines), f"/cases/{case_id}", head.closed_by)
    title = f"Closed: {CLOSURE_REASONS[case.closure_reason].lower()}"
    return Told(case.closed_on, title, "action", tuple(lines), by=head.closed_by)


def _lines(text: str) -> tuple[str, ...]:
    return (text,) if text else ()
