"""What children and their episodes tell of each other beyond sums: how often each can have been missing. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from app.figures.reports.numbers import WHOLE, held_sum
from app.figures.rules import REPEATS
from app.figures.suppression.rules import FEWER, LEAST_SHOWN, Key, Rest, Sum

FIGURE = "missing"
UNDER_16 = ("under-10", "10-12", "13-15")


def sums_of_ages(counts: Mapping[Key, int]) -> Iterator[Sum]:
    """Whoever was under 16 at the latest episode was so at any: the rest of those under 16 had a birthday since."""
    bands = [(FIGURE, f"age_band {band}", "children") for band in UNDER_16]
    yield from held_sum(counts, (FIGURE, WHOLE, "children_under_16"), bands, Rest.FREE)


def telling_episodes(counts: Mapping[Key, int], hidden: Mapping[Key, str]) -> list[Key]:
    """The counts of episodes from which a number of children that is left out could be worked out.

    Of 8 episodes of 6 children one child at most had three; 7 episodes of fewer than 5 children, none of whom had
    three, are those of 4.
    """
    return [
        key
        for key in counts
        if isinstance(key, tuple) and (key[0], key[2]) == (FIGURE, "episodes") and _tells(key, counts, hidden)
    ]


def _tells(episodes: Key, counts: Mapping[Key, int], hidden: Mapping[Key, str]) -> bool:
    assert isinstance(episodes, tuple)
    names = [(*episodes[:2], name) for name in ("children", "repeat_children")]
    if episodes in hidden or not all(name in counts for name in names):
        return False
    number = counts[episodes]
    possible = [
        pair
        for pair in product(*(_possible(name, number, counts, hidden) for name in names))
        if _can_be(number, *pair)
    ]
    return any(name in hidden and len({pair[at] for pair in possible}) < 2 for at, name in enumerate(names))


def _possible(key: Key, most: int, counts: Mapping[Key, int], hidden: Mapping[Key, str]) -> Sequence[int]:
    """What a reader knows that a count of children can be, of so many episodes."""
    if key not in hidden:
        return (counts[key],)
    return range(1, LEAST_SHOWN) if hidden[key] == FEWER else range(LEAST_SHOWN, most + 1)


def _can_be(episodes: int, children: int, repeatedly: int) -> bool:
    """Whether so many episodes can be those of so many children, so many of them missing three times or more."""
    if not repeatedly <= children <= episodes:
        return False
    least = children + (REPEATS - 1) * repeatedly
    return least <= episodes and (repeatedly > 0 or episodes <= (REPEATS - 1) * children)
