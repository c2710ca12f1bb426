"""Recall and reduction read a second time, one case after the other in plain Python, to check the SQL against."""

import warnings
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from scipy.stats import CensoredData, ecdf

from tests.figures.histories import Case, History
from tests.figures.oracle import Ask, Said, day_of, on_side, side_of


def recall(history: History, ask: Ask) -> Said:
    def mine(child: int, on: date | None) -> bool:
        return on_side(ask, side_of(history.child(child), on=on))

    def asked(panel: int) -> bool:
        return ask.panel in (None, panel)

    def of_status(child: int) -> bool:
        return ask.legal_status in ("all", history.child(child).legal_status)

    cases = _cases_as_they_stood(history, ask)
    referrals = [r for r in history.referrals if r.referred_on <= ask.today and of_status(r.child)]

    def recalls(panel: int, child: int) -> list[date]:
        """Days of referrals that met the threshold after a closure, while no case was open."""
        own = [k for k in cases if (k.panel, k.child) == (panel, child)]
        found = []
        for r in referrals:
            if (r.panel, r.child, r.threshold) != (panel, child, "met"):
                continue
            open_then = [
                k
                for k in own
                if k.referral != r.id
                and k.accepted_on <= r.referred_on
                and (k.closed_on is None or r.referred_on <= k.closed_on)
            ]
            if not open_then and any(k.closed_on and k.closed_on < r.referred_on for k in own):
                found.append(r.referred_on)
        return found

    met = closed = recalled = 0
    for panel, child in {(k.panel, k.child) for k in cases if asked(k.panel)}:
        own = [k for k in cases if (k.panel, k.child) == (panel, child)]
        firsts = [k.first_meeting_on for k in own if k.first_meeting_on]
        if not firsts or not ask.first <= min(firsts) < ask.after or not mine(child, min(firsts)):
            continue
        met += 1
        if all(k.closed_on for k in own):
            closed += max(own, key=lambda k: (k.closed_on, k.id)).closure_reason == "reduced-risk"
        recalled += any(day > min(firsts) for day in recalls(panel, child))

    closures = [k for k in _closures(cases, ask) if mine(k.child, k.closed_on)]
    waiting = left_out = followed = back = 0
    followed_days: list[tuple[int, bool]] = []
    for k in closures:
        assert k.closed_on
        year_on = _a_year_after(k.closed_on)
        born = history.child(k.child).born_on
        birthday = _eighteenth(born) if born else None
        gone = [
            o.closed_on
            for o in cases
            if o.child == k.child
            and o.closed_on
            and k.closed_on <= o.closed_on
            and (
                o.closure_reason in ("moved", "died", "turned-18")
                or (o.closure_reason, o.panel) == ("transferred", k.panel)
            )
        ]
        if birthday and birthday > k.closed_on:
            gone.append(birthday)
        days = [day for day in recalls(k.panel, k.child) if day > k.closed_on]
        last = min([*gone, ask.today])
        came = bool(days) and min(days) <= last
        followed_days.append(((min([last, *days]) - k.closed_on).days, came))
        if not ask.passed(year_on):
            waiting += 1
        elif any(day <= year_on for day in gone):
            left_out += 1
        else:
            followed += 1
            back += any(day <= year_on for day in days)

    within = total = 0
    for r in referrals:
        if ask.first <= r.referred_on < ask.after and asked(r.panel) and mine(r.child, r.referred_on):
            total += 1
            within += any(
                (o.panel, o.child) == (r.panel, r.child)
                and o.referred_on < r.referred_on <= _a_year_after(o.referred_on)
                for o in referrals
            )
    return {
        "met_threshold": met,
        "closed_of_met": (closed, met),
        "recalled_of_met": (recalled, met),
        "sustained_of_met": (met - recalled, met),
        "recalled_12m": (back, followed),
        **{key: _not_recalled(followed_days, day) for key, day in SURVIVAL.items()},
        "rereferral_dfe": (within, total),
        "closures": len(closures),
        "waiting_12m": waiting,
        "left_out": left_out,
    }


SURVIVAL = {"survival_3m": 91, "survival_6m": 182, "survival_12m": 365}


def _not_recalled(followed: list[tuple[int, bool]], day: int) -> tuple[float | None, ...]:
    """The share and its interval in per cent by scipy; nothing beyond the last who was followed."""
    if not followed:
        return (None, None, None)
    curve = ecdf(
        CensoredData(
            uncensored=[days for days, came in followed if came],
            right=[days for days, came in followed if not came],
        )
    ).sf
    share = float(curve.evaluate(day))
    if share > 0 and not any(days >= day for days, _ in followed):
        return (None, None, None)
    if share in (0.0, 1.0):
        return (100 * share, None, None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        interval = curve.confidence_interval(method="log-log")
    return (100 * share, *(100 * float(end.evaluate(day)) for end in (interval.low, interval.high)))


def reduction(history: History, ask: Ask) -> Said:
    """Day by day through the 90 before the initial meeting and the 90 after closure."""
    closures = [
        k
        for k in _closures(_cases_as_they_stood(history, ask), ask)
        if on_side(ask, side_of(history.child(k.child), on=k.closed_on))
    ]
    waiting = without = eligible = reduced = gone = 0
    sums = {"before": [0, 0], "after": [0, 0]}
    for k in closures:
        assert k.closed_on
        if not ask.passed(k.closed_on + timedelta(days=90)):
            waiting += 1
            continue
        before = (
            _side(history, ask, k.child, k.first_meeting_on - timedelta(days=90))
            if k.first_meeting_on
            else None
        )
        if before is None or before[0] == 0:
            without += 1
            continue
        after = _side(history, ask, k.child, k.closed_on + timedelta(days=1))
        eligible += 1
        fell = after[1] > 0 and after[0] * before[1] <= 0.5 * before[0] * after[1]
        reduced += fell and before[0] - after[0] >= 2
        for name, side in (("before", before), ("after", after)):
            sums[name] = [sums[name][0] + side[0], sums[name][1] + side[1]]
        gone += _is_gone(history, ask, k)
    return {
        "eligible": eligible,
        "reduced": (reduced, eligible),
        "closures": len(closures),
        "left_out_no_baseline": without,
        "waiting_90d": waiting,
        "gone_90d": gone,
        "episodes_before": sums["before"][0],
        "episodes_after": sums["after"][0],
        "rate_before": _in_30_days(*sums["before"]),
        "rate_after": _in_30_days(*sums["after"]),
    }


def _side(history: History, ask: Ask, child: int, first: date) -> tuple[int, int]:
    """Episodes that began in 90 days, and the days on which the child was not missing already; reckoned once."""
    known: dict[Any, tuple[int, int]] = vars(history).setdefault("sides", {})
    key = (ask.now, ask.as_at, child, first)
    if key not in known:
        known[key] = _day_by_day(history, ask, child, first)
    return known[key]


def _day_by_day(history: History, ask: Ask, child: int, first: date) -> tuple[int, int]:
    spans = []
    for e in history.episodes:
        if e.child != child or e.category != "missing" or e.merged_into or not ask.happened(e.started_at):
            continue
        if e.returned_at and ask.happened(e.returned_at):
            spans.append((day_of(e.started_at), day_of(e.returned_at)))
        else:
            spans.append((day_of(e.started_at), min(ask.today, e.end_unknown_after or ask.today)))
    days = [first + timedelta(days=number) for number in range(90)]
    began = sum(start in days for start, _ in spans)
    return began, sum(not any(start < day <= end for start, end in spans) for day in days)


def _is_gone(history: History, ask: Ask, case: Case) -> bool:
    """Moved, died, was transferred or turned 18 in the 90 days after the closure, or by it."""
    assert case.closed_on
    last = case.closed_on + timedelta(days=90)
    born = history.child(case.child).born_on
    if born and case.closed_on < _eighteenth(born) <= last:
        return True
    return any(
        o.child == case.child
        and o.closed_on
        and case.closed_on <= o.closed_on <= last
        and (
            o.closure_reason in ("moved", "died", "turned-18")
            or (o.closure_reason, o.panel) == ("transferred", case.panel)
        )
        for o in _cases_as_they_stood(history, ask)
    )


def _in_30_days(episodes: int, days: int) -> float | None:
    return (600 * episodes + days) // (2 * days) / 10 if days else None


def _cases_as_they_stood(history: History, ask: Ask) -> list[Case]:
    return [
        _as_it_stood(k, ask)
        for k in history.cases
        if k.accepted_on <= ask.today and ask.legal_status in ("all", history.child(k.child).legal_status)
    ]


def _closures(cases: list[Case], ask: Ask) -> list[Case]:
    return [
        k
        for k in cases
        if k.closed_on and ask.first <= k.closed_on < ask.after and ask.panel in (None, k.panel)
    ]


def _as_it_stood(case: Case, ask: Ask) -> Case:
    def known(day: date | None) -> date | None:
        return day if day and day <= ask.today else None

    return replace(case, first_meeting_on=known(case.first_meeting_on), closed_on=known(case.closed_on))


def _a_year_after(day: date) -> date:
    return (
        date(day.year + 1, day.month, 28)
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year + 1)
    )


def _eighteenth(born_on: date) -> date:
    if (born_on.month, born_on.day) == (2, 29):
        return date(born_on.year + 18, 3, 1)
    return born_on.replace(year=born_on.year + 18)
