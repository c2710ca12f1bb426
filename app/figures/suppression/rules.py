"""Which numbers a report for a committee leaves out, so that none under five can be worked out. Pure; no figures.

All tables of a report are looked at together: its counts under names of their own, and the sums that hold between
them. What is left out is safe because another report would look the same: for each number left out there is a second
set of counts that agrees with every number, word and sum that is printed, and differs in that one.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

LEAST_SHOWN = 5
FEWER = f"fewer than {LEAST_SHOWN}"
NOT_SHOWN = "not shown"

Key = Hashable
"""The name of one count. The same count in two tables has one name, or a sum of one part that says so."""


class Rest(StrEnum):
    """Whether there is more in a total than the parts printed, and whether that may be known when it is small."""

    NONE = "none"
    GUARDED = "guarded"
    FREE = "free"


class Sum(NamedTuple):
    """`total` is its parts together; with a rest, the parts and what is printed nowhere.

    Of a share, `Sum(denominator, (numerator,), Rest.GUARDED)`: those left over must not be known either.
    """

    total: Key
    parts: tuple[Key, ...]
    rest: Rest = Rest.NONE


class RestOf(NamedTuple):
    """The name of what a sum's total has beyond its parts."""

    total: Key
    parts: tuple[Key, ...]


def is_small(number: float) -> bool:
    """A count that could point at a child. Nobody is nobody: zero is shown."""
    return 0 < number < LEAST_SHOWN


def suppress(cells: Mapping[Key, int], sums: Iterable[Sum], also: Collection[Key] = ()) -> dict[Key, str]:
    """The names of the counts to leave out, each with the words to print instead.

    `cells` are the counts that would be printed; `also` are those to be left out for what no sum says.
    Raises ValueError for a sum that does not hold, or names no count. The same counts in the same order leave
    the same numbers out.
    """
    net = _Net.of(cells, sums)
    hidden = {
        key: FEWER if is_small(cells[key]) else NOT_SHOWN
        for key in cells
        if is_small(cells[key]) or key in also
    }
    guarded = [*hidden, *(key for key in net.guarded if is_small(net.numbers[key]))]
    covered: set[Key] = set()
    for key in guarded:
        if key in covered:
            continue
        move = _Search(net, hidden).move_of(key)
        if move is None:
            _hide_all_around(net, key, hidden)
            covered.update(net.around(key))
        else:
            covered.update(move)
            for moved in move:
                if moved in cells:
                    hidden.setdefault(moved, NOT_SHOWN)
    return {key: hidden[key] for key in cells if key in hidden}


def can_be_worked_out(
    cells: Mapping[Key, int], hidden: Mapping[Key, str], sums: Iterable[Sum]
) -> dict[Key, int]:
    """What a reader with pencil and paper finds: counts left out, or small rests, with the one number they can be.

    The reader knows what is printed, the sums, and what the words mean, and narrows each number between bounds until
    nothing changes.
    """
    net = _Net.of(cells, sums)
    bounds = _narrowed(net, {key: _first_bounds(net, key, hidden) for key in net.numbers}, hidden)
    secret = [*hidden, *(key for key in net.guarded if is_small(net.numbers[key]))]
    return {key: int(bounds[key][0]) for key in secret if bounds[key][0] == bounds[key][1]}


@dataclass(frozen=True)
class _Net:
    """Counts, printed or not, and their sums as equations: names, each with a sign, whose counts add up to nothing."""

    numbers: dict[Key, int]
    equations: list[dict[Key, int]]
    within: dict[Key, list[int]]
    unprinted: set[Key]
    guarded: list[Key]
    totals: dict[Key, int]

    @classmethod
    def of(cls, cells: Mapping[Key, int], sums: Iterable[Sum]) -> "_Net":
        net = cls(dict(cells), [], {}, set(), [], {})
        for one in dict.fromkeys(sums):
            net._add(one)
        return net

    def _add(self, one: Sum) -> None:
        missing = [key for key in (one.total, *one.parts) if key not in self.numbers]
        if missing:
            raise ValueError(f"A sum names a count that there is not: {missing}")
        if len({one.total, *one.parts}) < 1 + len(one.parts):
            raise ValueError(f"A sum names a count twice: {one}")
        rest = self.numbers[one.total] - sum(self.numbers[part] for part in one.parts)
        if rest < 0 or (rest and one.rest is Rest.NONE):
            raise ValueError(f"The parts {one.parts} do not add up to {one.total!r}: {rest} are left")
        parts: tuple[Key, ...] = one.parts
        if one.rest is not Rest.NONE:
            left = RestOf(one.total, one.parts)
            self.numbers[left] = rest
            self.unprinted.add(left)
            if one.rest is Rest.GUARDED:
                self.guarded.append(left)
            parts = (*parts, left)
        for key in (one.total, *parts):
            self.within.setdefault(key, []).append(len(self.equations))
        self.totals[one.total] = self.totals.get(one.total, 0) + 1
        self.equations.append({one.total: -1} | dict.fromkeys(parts, 1))

    def around(self, key: Key) -> list[Key]:
        """Every count that sums tie to this one, itself first."""
        found, at = {key: None}, 0
        while at < len(found):
            for equation in self.within.get(list(found)[at], ()):
                found.update(dict.fromkeys(self.equations[equation]))
            at += 1
        return list(found)


# Leaving out


class _Search:
    """Looks for the cheapest way in which the counts could be others by one each, so that print and sums stay true."""

    MOST_TRIED = 10_000
    EACH_NUMBER = 100
    EACH_TOTAL = 400
    UNBALANCED = 300
    """What a sum that does not hold yet may cost at least: makes the search go deep before it goes wide."""

    def __init__(self, net: _Net, hidden: Mapping[Key, str]) -> None:
        self.net, self.hidden = net, hidden

    def move_of(self, key: Key) -> dict[Key, int] | None:
        """By name, one more or one less, this count among them; None where nothing was found."""
        order = count()
        heap: list[tuple[int, int, int, dict[Key, int], dict[int, int]]] = []
        seen: set[frozenset[tuple[Key, int]]] = set()
        for step in (1, -1):
            self._push(heap, order, 0, {}, {}, key, step)
        for _ in range(self.MOST_TRIED):
            if not heap:
                return None
            _, _, cost, move, unbalanced = heappop(heap)
            if not unbalanced:
                return move
            state = frozenset(move.items())
            if state in seen:
                continue
            seen.add(state)
            equation, excess = next(iter(unbalanced.items()))
            for other, sign in self.net.equations[equation].items():
                if other not in move:
                    step = -sign if excess > 0 else sign
                    self._push(heap, order, cost, move, unbalanced, other, step)
        return None

    def _push(
        self,
        heap: list[tuple[int, int, int, dict[Key, int], dict[int, int]]],
        order: "count[int]",
        cost: int,
        move: dict[Key, int],
        unbalanced: dict[int, int],
        key: Key,
        step: int,
    ) -> None:
        if not self._looks_the_same(key, self.net.numbers[key] + step):
            return
        move, unbalanced = move | {key: step}, dict(unbalanced)
        for equation in self.net.within.get(key, ()):
            excess = unbalanced.pop(equation, 0) + self.net.equations[equation][key] * step
            if excess:
                unbalanced[equation] = excess
        cost += self._cost(key)
        heappush(heap, (cost + self.UNBALANCED * len(unbalanced), next(order), cost, move, unbalanced))

    def _looks_the_same(self, key: Key, number: int) -> bool:
        """Whether the words that stand for this count would stand for that number too."""
        if key in self.net.unprinted:
            return number >= 0
        return is_small(number) if self.hidden.get(key) == FEWER else number >= LEAST_SHOWN

    def _cost(self, key: Key) -> int:
        if key in self.hidden or key in self.net.unprinted:
            return 0
        smaller_first = min(self.net.numbers[key], self.EACH_NUMBER - 1)
        return self.EACH_NUMBER + smaller_first + self.EACH_TOTAL * self.net.totals.get(key, 0)


def _hide_all_around(net: _Net, key: Key, hidden: dict[Key, str]) -> None:
    """The last resort: nothing but zeros is printed of all that hangs together.

    Twice every count satisfies the same sums, so that no number can be told; one and the same words stand for each.
    """
    for other in net.around(key):
        if net.numbers[other] and other not in net.unprinted:
            hidden[other] = NOT_SHOWN


# Working out

Bounds = tuple[float, float]
WITHOUT_END = float("inf")


def _first_bounds(net: _Net, key: Key, hidden: Mapping[Key, str]) -> Bounds:
    number = net.numbers[key]
    if key in net.unprinted:
        return 0, WITHOUT_END
    if key not in hidden:
        return number, number
    return (1, LEAST_SHOWN - 1) if hidden[key] == FEWER else (0, WITHOUT_END)


def _narrowed(net: _Net, bounds: dict[Key, Bounds], hidden: Mapping[Key, str]) -> dict[Key, Bounds]:
    """The bounds after every sum has been used until it tells nothing new."""
    # a small count under these words makes them tell nothing of how great a number is
    says_no_small = not any(
        words == NOT_SHOWN and is_small(net.numbers[key]) for key, words in hidden.items()
    )
    changed = list(range(len(net.equations)))
    while changed:
        equation = changed.pop()
        for key, found in _by_one_sum(net.equations[equation], bounds):
            if says_no_small and hidden.get(key) == NOT_SHOWN:
                found = _without_small(found)
            if found != bounds[key]:
                bounds[key] = found
                changed.extend(net.within[key])
    return bounds


def _by_one_sum(equation: Collection[Key], bounds: Mapping[Key, Bounds]) -> Iterable[tuple[Key, Bounds]]:
    """What the others of a sum leave for each of its counts."""
    total, *parts = equation
    low, high = bounds[total]
    lows, highs = [bounds[part][0] for part in parts], [bounds[part][1] for part in parts]
    yield total, (max(low, sum(lows)), min(high, sum(highs)))
    for at, part in enumerate(parts):
        others_low, others_high = sum(lows[:at] + lows[at + 1 :]), sum(highs[:at] + highs[at + 1 :])
        yield part, (max(lows[at], low - others_high), min(highs[at], high - others_low))


def _without_small(found: Bounds) -> Bounds:
    """Of what is not shown, where those words stand for zero and for numbers that are not small alone."""
    low, high = found
    return (max(low, LEAST_SHOWN) if low > 0 else low, 0 if high < LEAST_SHOWN else high)
