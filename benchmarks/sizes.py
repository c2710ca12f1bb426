"""The authorities that are built to be measured. No SQL."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Size:
    """How much an authority holds; everything happened in the `years` before the measurement."""

    name: str
    years: int
    children: int
    episodes: int
    cases: int
    meetings: int
    actions: int
    people: int
    entries: int
    """Entries of the record of reads and changes."""

    @property
    def words(self) -> str:
        return f"{self.children:,} children, {self.episodes:,} episodes in {self.years} years"


SMALL = Size(
    "small",
    years=3,
    children=2_000,
    episodes=20_000,
    cases=200,
    meetings=200,
    actions=3_000,
    people=60,
    entries=20_000,
)

LARGE = Size(
    "large",
    years=20,
    children=100_000,
    episodes=1_000_000,
    cases=20_000,
    meetings=4_000,
    actions=100_000,
    people=300,
    entries=200_000,
)

DENSE = replace(LARGE, name="dense", years=3)
"""More than the police of the whole United Kingdom record in that time: where the limits are."""
