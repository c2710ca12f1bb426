"""The numbers of one figure under names, so that what is left out for a committee is left out everywhere. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.figures.catalogue import FigureKind
from app.figures.rules import Estimate, Measure, Share
from app.figures.sections import Cell, Hidden, Likely, Part
from app.figures.suppression.rules import FEWER, NOT_SHOWN, Key, Rest, Sum, is_small

WHOLE, BEFORE = "", "before"
"""The parts of a figure that are no month and no group."""

DAYS = ("_days", "_hours")
"""What ends so is how long something took, and points at nobody."""

OF_CURVES = ("closures", "followed")
"""Of how many a curve is, as far as it is printed."""
WHOLE_CURVE = 100

SUMS_OF_COUNTS = frozenset({"episodes_before", "episodes_after"})
"""Reckoned, and counts all the same."""

MADE_OF = {"rate_before": "episodes_before", "rate_after": "episodes_after"}
"""What tells of a value that it is made of few, where that is not the first count of its figure."""

RELATIONS: Mapping[str, tuple[tuple[str, tuple[str, ...], Rest], ...]] = {
    "missing": (
        # what is left is how the records were kept
        ("episodes", ("answered_24h", "pending_24h", "date_only_24h"), Rest.FREE),
        ("episodes", ("still_missing",), Rest.FREE),
        ("children", ("repeat_children",), Rest.GUARDED),
        ("children", ("children_under_16", "children_age_unknown"), Rest.GUARDED),
        ("answered_24h", ("clock_from_start",), Rest.FREE),
    ),
    "interviews": (
        (
            "eligible",
            ("completed", "declined_child", "declined_carer", "unable", "unaccounted"),
            Rest.GUARDED,
        ),
        ("declined_children", ("declined_repeat_children",), Rest.GUARDED),
        # who is offered one later than that, and what is left to children who are missing less often
        ("offered", ("offered_72h",), Rest.GUARDED),
        ("eligible", ("timed_offer",), Rest.FREE),
        ("eligible", ("eligible_repeat",), Rest.GUARDED),
        ("completed", ("completed_repeat",), Rest.GUARDED),
        ("offered", ("completed", "declined_child", "declined_carer"), Rest.GUARDED),
    ),
    "meetings": (
        ("accepted", ("initial_due", "initial_not_due"), Rest.FREE),
        ("held", ("agendas_due", "agenda_not_told", "agenda_not_asked"), Rest.FREE),
    ),
    "attendance": (("held", ("recorded", "not_recorded"), Rest.FREE),),
    "actions": (
        ("due", ("completed_on_time", "completed_late", "not_possible", "not_done", "overdue"), Rest.GUARDED),
        ("overdue", ("overdue_within_extension",), Rest.GUARDED),
    ),
    "recall": (
        ("closures", ("followed", "waiting", "left_out"), Rest.GUARDED),
        ("met", ("met_recalled", "met_sustained"), Rest.GUARDED),
    ),
    "reduction": (
        ("closures", ("eligible", "left_out_no_baseline", "waiting_90d"), Rest.GUARDED),
        ("eligible", ("gone_90d",), Rest.GUARDED),
    ),
    "minutes": (("held", ("due",), Rest.FREE), ("held", ("outstanding",), Rest.FREE)),
}
"""Which counts of a figure are made up of which others, beyond what its shares say, and whether what is left when some
of them are not printed must not be known when it is small. What does not hold is left aside."""

ACROSS = (
    (
        ("missing", "returned"),
        (("interviews", "eligible"), ("interviews", "not_required"), ("interviews", "not_yet_due")),
    ),
    (("meetings", "held"), (("minutes", "held"),)),
    (("meetings", "held"), (("attendance", "held"),)),
    (("minutes", "held"), (("attendance", "held"),)),
)
"""The same between figures of one report: the episodes that ended in the window, and the meetings held in it."""


@dataclass(frozen=True)
class Named:
    """A value of a figure within one scope, with the names of its counts: none where it is made of other values."""

    measure: Measure
    scope: tuple[str, str]
    counts: tuple[tuple[str, ...], ...]


def named(kind: FigureKind, part: str, measure: Measure) -> Named:
    """`part`: the whole, the period before, a month or a group."""
    scope = (kind.name, part)
    key = kind.definition.key(measure.key)
    if isinstance(measure, Share):
        return Named(
            measure,
            scope,
            ((*scope, key.test), (*scope, key.out_of or f"all of {key.name}")),
        )
    is_reckoned = key.reckon is not None and key.name not in SUMS_OF_COUNTS
    is_count = not is_reckoned and not key.name.endswith(DAYS) and not isinstance(measure, Estimate)
    return Named(measure, scope, ((*scope, key.test),) if is_count else ())


def numbers_of(measure: Measure) -> tuple[int, ...]:
    """The counts of a value, in the order of their names."""
    if isinstance(measure, Share):
        return measure.numerator, measure.denominator
    return () if isinstance(measure, Estimate) else (int(measure.value or 0),)


class Numbers:
    """Every count of a figure's section by its name, the sums between them, and how each is shown."""

    def __init__(self, kind: FigureKind, shown: Sequence[Named]) -> None:
        self.kind = kind
        self.counts: dict[Key, int] = {
            name: number
            for one in shown
            if one.counts
            for name, number in zip(one.counts, numbers_of(one.measure), strict=True)
        }
        curves = tuple(self._curves(shown))
        self.sums = tuple(dict.fromkeys([*self._shares(shown), *self._related(shown), *curves]))
        self._base = kind.definition.keys[0].test

    def cell(self, one: Named, hidden: Mapping[Key, str]) -> Cell:
        """The value, or what stands for it where it, or what it is made of, is left out."""
        if isinstance(one.measure, Share):
            return _share(one.measure, [hidden.get(name, "") for name in one.counts])
        if one.measure.key == "repeat_children" and hidden.get((*one.scope, "episodes")) == FEWER:
            # fewer than 5 episodes are those of one such child at most: one or none look the same
            return Hidden(NOT_SHOWN)
        if one.counts and one.counts[0] in hidden:
            return Hidden(hidden[one.counts[0]])
        if hidden and not one.counts and self._tells_of_few(one, hidden):
            return Hidden(NOT_SHOWN)
        if isinstance(one.measure, Estimate):
            return Likely(one.measure.value, one.measure.low, one.measure.high)
        return one.measure.value

    def _tells_of_few(self, one: Named, hidden: Mapping[Key, str]) -> bool:
        """A curve tells what its shares do; a median or a mean is told of what is told itself."""
        if isinstance(one.measure, Estimate):
            return any(name[:2] == one.scope for name in hidden if isinstance(name, tuple))
        base = (*one.scope, MADE_OF.get(one.measure.key, self._base))
        return base not in self.counts or base in hidden or is_small(self.counts[base])

    @staticmethod
    def _shares(shown: Sequence[Named]) -> Iterator[Sum]:
        for one in shown:
            if isinstance(one.measure, Share):
                yield Sum(one.counts[1], (one.counts[0],), Rest.GUARDED)

    def _curves(self, shown: Sequence[Named]) -> Iterator[Sum]:
        """How many it had happened to by each point of a curve, which whoever knows the curve and of how many it is
        can reckon: counts that are printed nowhere and must not be known either."""
        for scope in dict.fromkeys(one.scope for one in shown):
            of_all = next(((*scope, name) for name in OF_CURVES if (*scope, name) in self.counts), None)
            later = of_all
            points = [
                one.measure for one in shown if one.scope == scope and isinstance(one.measure, Estimate)
            ]
            for point in sorted(
                points, key=lambda point: point.value if point.value is not None else WHOLE_CURVE
            ):
                if of_all is None or later is None or point.value is None:
                    continue
                happened = (*scope, f"{point.key} until then")
                self.counts[happened] = round(self.counts[of_all] * (1 - point.value / WHOLE_CURVE))
                yield Sum(later, (happened,), Rest.GUARDED)
                later = happened

    def _related(self, shown: Sequence[Named]) -> Iterator[Sum]:
        for scope in dict.fromkeys(one.scope for one in shown):
            for total, parts, rest in RELATIONS.get(self.kind.name, ()):
                names = [(*scope, part) for part in parts]
                yield from held_sum(self.counts, (*scope, total), names, rest)


def held_sum(
    counts: Mapping[Key, int], total: Key, parts: Sequence[Key], left: Rest = Rest.GUARDED
) -> Iterator[Sum]:
    """The sum, where its counts are there and it can hold; `left` says of what else there may be."""
    there = tuple(part for part in parts if part in counts)
    if total in counts and there:
        rest = counts[total] - sum(counts[part] for part in there)
        if rest >= 0:
            yield Sum(total, there, left if rest or len(there) < len(parts) else Rest.NONE)


def sums_across(counts: Mapping[Key, int]) -> Iterator[Sum]:
    """The sums between the sections of a report: for the whole, the period before, and each month and group in both."""
    for part in dict.fromkeys(key[1] for key in counts if isinstance(key, tuple)):
        for (figure, total), parts in ACROSS:
            names = [(name, part, count) for name, count in parts]
            yield from held_sum(counts, (figure, part, total), names)


def _share(share: Share, hidden: Sequence[str]) -> Cell:
    """Both counts, or what stands for them; a per cent beside one of them would tell the other."""
    numerator, denominator = hidden
    if not numerator and not denominator:
        ends = share.interval if share.with_interval else None
        return Part(share.numerator, share.denominator, ends)
    if numerator and denominator:
        return Hidden(NOT_SHOWN if NOT_SHOWN in hidden else numerator)
    if numerator:
        comma = "," if numerator == NOT_SHOWN else ""
        return Hidden(f"{numerator}{comma} of {share.denominator:,}")
    if denominator == NOT_SHOWN:
        return Hidden(f"{share.numerator:,}, out of how many is {NOT_SHOWN}")
    return Hidden(f"{share.numerator:,} of {denominator}")
