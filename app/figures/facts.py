"""Counting what a figure declares over facts that are Python values: the sister of `counting`, with the same contract.

For what SQL alone cannot tell, such as working days and a panel's own terms. A number and the rows behind it come from
the same test, so they cannot differ. No definitions: see the rules of each figure.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, repeat
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from app.figures.counting import Behind, Drill, Noun, Part
from app.figures.rules import ALL, Definition, Figure, Group, Measure, Question
from app.london import month_start


class Fact(Protocol):
    """One thing that is counted: the id of its record, its London day, its key and label in each split."""

    @property
    def id(self) -> int: ...

    @property
    def on(self) -> date: ...

    @property
    def groups(self) -> Mapping[str, tuple[str, str]]: ...


T = TypeVar("T", bound=Fact)
Read = Callable[[Question], Awaitable[Sequence[T]]]
Test = Callable[[T], bool]
Reckon = Callable[[Sequence[T]], Mapping[str, int | float | None]]
Tell = Callable[[T, str], str]


@dataclass(frozen=True)
class FactUnit(Generic[T]):
    """One kind of thing that a figure counts. `read` gives the facts of the window, with the panel asked for.

    `tests` by the name of what they count; `numbers` reckons others from many facts, such as a median. `tell` says of
    a fact what decides about the value with a key; blank for nothing.
    """

    noun: Noun
    read: Read[T]
    tests: Mapping[str, Test[T]]
    numbers: Reckon[T] | None = None
    tell: Tell[T] | None = None

    def tested(self, facts: Sequence[T]) -> list["Tested"]:
        """Each fact is tested once, however many groups it is counted in."""
        tests = tuple(self.tests.values())
        return [Tested(fact, tuple([test(fact) for test in tests])) for fact in facts]

    def counts(self, tested: Sequence["Tested"]) -> dict[str, Any]:
        sums = map(sum, zip(*(one.passed for one in tested), strict=True)) if tested else repeat(0)
        found: dict[str, Any] = dict(zip(self.tests, sums, strict=False))
        return found | dict(self.numbers([one.fact for one in tested])) if self.numbers else found

    def told(self, facts: Sequence[T], key: str) -> dict[int, tuple[str, ...]]:
        """What is said of each record, in the order of the facts."""
        found: dict[int, tuple[str, ...]] = {}
        for fact in facts if self.tell else ():
            words = self.tell(fact, key) if self.tell else ""
            if words:
                found[fact.id] = (*found.get(fact.id, ()), words)
        return found


class Tested(NamedTuple):
    """A fact with what each test says of it, in the order of the tests."""

    fact: Any
    passed: tuple[bool, ...]


Facts = Sequence[Sequence[Tested]]
"""The facts of each unit, in the order of the units."""


@dataclass(frozen=True)
class FactCounting:
    """A figure as it is counted. Whose child it is means nothing to its facts: those filters are left aside."""

    definition: Definition
    units: tuple[FactUnit[Any], ...]
    splits: tuple[str, ...] = ("panel",)

    async def figure(self, question: Question) -> Figure:
        """Every value, in the whole, by month and by split; in the whole alone where the question is brief."""
        facts = [unit.tested(await unit.read(question)) for unit in self.units]
        months = question.months
        counts = self._counts(facts)
        values = self.definition.values(counts, len(months))
        if question.brief:
            return Figure(values, [], not_applied=not_applied(question), counts=counts)
        by_month = _parted(facts, lambda fact: month_start(fact.on))
        return Figure(
            values=values,
            by_month=[(month, self._values(by_month.get(month, [()] * len(facts)), 1)) for month in months],
            by={split: self._groups(split, facts, len(months)) for split in self.splits},
            not_applied=not_applied(question),
            counts=counts,
        )

    async def behind(self, question: Question, drill: Drill) -> Behind:
        """The records that a number counts. Raises KeyError for a key that the figure does not have."""
        key = self.definition.key(drill.key)
        unit = next((one for one in self.units if key.test in one.tests), None)
        if unit is None or key.reckon is not None:
            return Behind(None)
        counted, out_of = unit.tests[key.test], unit.tests.get(key.out_of, _always)
        wanted = {
            Part.COUNTED: counted,
            Part.OUT_OF: out_of,
            Part.NOT_COUNTED: lambda fact: out_of(fact) and not counted(fact),
        }[drill.part]
        facts = [fact for fact in await unit.read(question) if wanted(fact) and self._is_in(fact, drill)]
        in_order = sorted(facts, key=lambda fact: (fact.id, fact.on))
        return Behind(unit.noun, tuple(fact.id for fact in in_order), unit.told(in_order, key.name))

    def _is_in(self, fact: Fact, drill: Drill) -> bool:
        if drill.month is not None and month_start(fact.on) != drill.month:
            return False
        if not drill.split:
            return True
        return drill.split in self.splits and fact.groups[drill.split][0] == drill.group

    def _counts(self, facts: Facts) -> dict[str, Any]:
        counted = (unit.counts(found).items() for unit, found in zip(self.units, facts, strict=True))
        return dict(chain.from_iterable(counted))

    def _values(self, facts: Facts, months: int) -> list[Measure]:
        return self.definition.values(self._counts(facts), months)

    def _groups(self, split: str, facts: Facts, months: int) -> list[Group]:
        """In the order of their labels."""
        parted = _parted(facts, lambda fact: fact.groups[split])
        return [
            Group(key, label, self._values(parted[(key, label)], months))
            for key, label in sorted(parted, key=lambda group: (group[1], group[0]))
        ]


def _parted(facts: Facts, by: Callable[[Any], Any]) -> dict[Any, list[list[Tested]]]:
    """The facts of each unit apart, by what `by` says of them."""
    parted: dict[Any, list[list[Tested]]] = {}
    for number, found in enumerate(facts):
        for fact in found:
            parted.setdefault(by(fact.fact), [[] for _ in facts])[number].append(fact)
    return parted


def _always(fact: Fact) -> bool:
    return True


def not_applied(question: Question) -> tuple[str, ...]:
    """The filters about children that were asked for."""
    asked: Iterable[tuple[str, str]] = (
        ("authority", question.authority),
        ("placed", question.placed),
        ("legal_status", question.legal_status),
        ("age_band", question.age_band),
    )
    return tuple(name for name, choice in asked if choice != ALL)
