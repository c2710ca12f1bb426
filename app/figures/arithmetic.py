"""How figures round, and how sure a share is: per cents, ratios, Wilson's interval. Pure."""

from math import sqrt

Z_95 = 1.959963984540054
"""The 97.5 % point of the normal distribution, for 95 % intervals."""


def percent(numerator: int, denominator: int) -> float | None:
    """Per cent with one decimal, halves up; a share of nothing is None, never 0."""
    if denominator == 0:
        return None
    return (2000 * numerator + denominator) // (2 * denominator) / 10


def whole_percent(numerator: int, denominator: int) -> int | None:
    """Whole per cent for the screen, halves up, rounded once from the counts."""
    if denominator == 0:
        return None
    return (200 * numerator + denominator) // (2 * denominator)


def one_decimal(number: float) -> float:
    """A number that is not negative with one decimal, halves up."""
    return int(number * 10 + 0.5) / 10


def ratio(numerator: int, denominator: int) -> float | None:
    """How many for each, one decimal, halves up; None for none."""
    if denominator == 0:
        return None
    return (20 * numerator + denominator) // (2 * denominator) / 10


def wilson(numerator: int, denominator: int, z: float = Z_95) -> tuple[float, float] | None:
    """The Wilson score interval of a proportion, from 0 to 1; None for a share of nothing."""
    if denominator == 0:
        return None
    share = numerator / denominator
    spread = z * z / denominator
    middle = share + spread / 2
    width = z * sqrt(share * (1 - share) / denominator + spread / (4 * denominator))
    low, high = (middle - width) / (1 + spread), (middle + width) / (1 + spread)
    return (0.0 if numerator == 0 else low, 1.0 if numerator == denominator else high)
