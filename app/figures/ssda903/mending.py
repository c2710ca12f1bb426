"""How recorded episodes become periods that do not overlap, by stated rules, each use of which is told. Pure.

In this order, for each child:
1. a period still open when a later one begins ends on the day the later one begins: to go missing anew, the child was
   back;
2. periods of one code that overlap are joined, from the first start to the last end;
3. away (A) gives way to missing (M): it is cut back to the days outside, split where it lies around, left out where it
   lies within.
Days alone count: periods that touch on a day, or begin and end on one, do not overlap.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from app.figures.ssda903.rules import CODES, NO_BIRTH_DATE, StatutoryRow, StatutoryYear
from app.london import day_words, london_date

ENDLESS = date.max
HOW = {
    "ended": "Still open when the next one began: it ends on that day. Record the return.",
    "joined": "Overlapping periods of one kind: joined into one.",
    "cut": "Away without authorisation while missing: missing goes before, and away is cut back to the days outside.",
    "within": "Away without authorisation while missing all of that time: counted as missing alone.",
}


@dataclass(frozen=True)
class ToldEpisode:
    """An episode of an own child looked after, and not of curfew."""

    id: int
    child_id: int
    child_ref: str
    born_on: date | None
    category: str
    started_at: datetime
    returned_at: datetime | None
    end_unknown_after: date | None = None


@dataclass(frozen=True)
class Period:
    """Days away, both included. `end` ENDLESS: still away.

    `unknown`: away until the day of the end began, as a file said that knew no more; nobody knows what followed.
    """

    start: date
    end: date
    code: str
    ids: tuple[int, ...]
    at: datetime
    """When it began to the second: which of two periods of one day came first."""
    unknown: bool = False

    @property
    def until(self) -> tuple[date, bool]:
        """Orders ends: of one day, the one that is known is the later."""
        return self.end, not self.unknown

    def overlaps(self, other: "Period") -> bool:
        return self.start < other.end and other.start < self.end

    def touches(self, year: StatutoryYear) -> bool:
        return self.start <= year.last and self.end >= year.first


@dataclass(frozen=True)
class Mended:
    """One use of a rule: `before` became `after`. Days as they stand for the year, an end None where it is open."""

    rule: str
    how: str
    child_id: int
    child_ref: str
    before: tuple[StatutoryRow, ...]
    after: tuple[StatutoryRow, ...]

    @property
    def words(self) -> str:
        return HOW[self.how]


@dataclass(frozen=True)
class LeftOut:
    """An episode that cannot be in the table. `rule`: the published one, or what stands in its place."""

    rule: str
    child_id: int
    child_ref: str
    start: date
    episode_id: int
    words: str


@dataclass
class StatutoryTable:
    """The rows, in their order, with what was mended and what cannot be told."""

    year: StatutoryYear
    rows: list[StatutoryRow] = field(default_factory=list)
    mended: list[Mended] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def children(self) -> int:
        return len({row.child_ref for row in self.rows})

    @property
    def child_ids(self) -> set[int]:
        """Every child that the table or its page names."""
        named: list[StatutoryRow | Mended | LeftOut] = [*self.rows, *self.mended, *self.left_out]
        return {one.child_id for one in named}

    @property
    def twice(self) -> list[StatutoryRow]:
        """Rows that begin on the day, and with the code, of the row before them: right, but worth a look."""
        return [
            row
            for before, row in zip(self.rows, self.rows[1:], strict=False)
            if (before.child_ref, before.start, before.code) == (row.child_ref, row.start, row.code)
        ]


def table_of(episodes: Iterable[ToldEpisode], year: StatutoryYear) -> StatutoryTable:
    """The table of a year from all episodes of its children that began by its last day, earlier years included.

    A period that goes on after 31 March has a blank end, and stands in the next year's table from its first start.
    """
    table = StatutoryTable(year)
    by_child: dict[int, list[ToldEpisode]] = defaultdict(list)
    for episode in episodes:
        by_child[episode.child_id].append(episode)
    for of_child in by_child.values():
        _Child(of_child[0], table).take(of_child)
    table.rows.sort(key=_in_order)
    table.left_out.sort(key=lambda one: (one.child_ref, one.start, one.episode_id))
    table.mended.sort(key=lambda one: (one.child_ref, _in_order(one.before[0])))
    return table


def _in_order(row: StatutoryRow) -> tuple[str, date, date, str, tuple[int, ...]]:
    assert row.start is not None
    return row.child_ref, row.start, row.end or ENDLESS, row.code, row.episode_ids


@dataclass
class _Child:
    """One child's way into the table."""

    told: ToldEpisode
    table: StatutoryTable

    def take(self, episodes: Sequence[ToldEpisode]) -> None:
        periods = [period for one in episodes if (period := self._period(one)) is not None]
        periods = self._ended(sorted(periods, key=lambda one: (one.start, one.at, one.ids)))
        missing = self._joined([one for one in periods if one.code == "M"])
        away = self._joined([one for one in periods if one.code == "A"])
        periods = [*missing, *(piece for one in away for piece in self._outside(one, missing))]
        self.table.rows += [self._row(one) for one in periods if self._belongs(one)]

    def _period(self, episode: ToldEpisode) -> Period | None:
        """An episode as days; None, with the reason told, where it cannot be in any table."""
        start = london_date(episode.started_at)
        end, unknown = _end_of(episode)
        period = Period(start, end, CODES[episode.category], (episode.id,), episode.started_at, unknown)
        rule, words = "", ""
        if episode.born_on is None:
            rule, words = NO_BIRTH_DATE, "No date of birth is recorded. Record it, and the episode is in."
        elif start <= episode.born_on:
            rule, words = "586", "It starts on or before the recorded date of birth. Correct one of the two."
        elif end < start:
            rule, words = "567", "Its end is before its start. Correct the one that is wrong."
        if rule and replace(period, end=max(start, end)).touches(self.table.year):
            self._leave_out(period, rule, words)
        return None if rule else period

    def _leave_out(self, period: Period, rule: str, words: str) -> None:
        for episode_id in period.ids:
            self.table.left_out.append(
                LeftOut(rule, self.told.child_id, self.told.child_ref, period.start, episode_id, words)
            )

    def _ended(self, periods: Sequence[Period]) -> list[Period]:
        """First rule. A period whose end is unknown is open up to that day alone."""
        found = []
        for place, period in enumerate(periods):
            later = periods[place + 1] if place + 1 < len(periods) else None
            is_open = period.unknown or period.end == ENDLESS
            if later and is_open and later.start <= period.end:
                shorter = replace(period, end=later.start, unknown=False)
                self._tell("ended", [period], [shorter])
                period = shorter
            found.append(period)
        return found

    def _joined(self, periods: Sequence[Period]) -> list[Period]:
        """Second rule."""
        groups: list[list[Period]] = []
        joined: list[Period] = []
        for period in sorted(periods, key=lambda one: (one.start, one.until, one.at, one.ids)):
            if joined and period.overlaps(joined[-1]):
                groups[-1].append(period)
                end, known = max(joined[-1].until, period.until)
                ids = (*joined[-1].ids, *period.ids)
                joined[-1] = replace(joined[-1], end=end, unknown=not known, ids=ids)
            else:
                groups.append([period])
                joined.append(period)
        for group, period in zip(groups, joined, strict=True):
            if len(group) > 1:
                self._tell("joined", group, [period])
        return joined

    def _outside(self, away: Period, missing: Sequence[Period]) -> list[Period]:
        """Third rule."""
        met = [one for one in missing if one.overlaps(away)]
        pieces, rest = [], away
        for one in met:
            if rest.start < one.start:
                pieces.append(replace(rest, end=one.start, unknown=False))
            rest = replace(rest, start=one.end)
        # what is left is outside, unless a period that ended later has swallowed it
        if not met or rest.start < rest.end:
            pieces.append(rest)
        if met:
            self._tell("cut" if pieces else "within", [away, *met], [*pieces, *met])
        return pieces

    def _belongs(self, period: Period) -> bool:
        """Whether it stands in this year's table; told as left out where nobody knows."""
        year = self.table.year
        if not period.unknown or period.end > year.last:
            return period.touches(year)
        day = day_words(period.end - timedelta(days=1))
        if period.end == year.first:
            words = f"Still missing on {day} by the table it came with; what followed is not known. Record the return."
            self._leave_out(period, "576", words)
        elif period.end > year.first:
            self._leave_out(period, "571", f"Whether it went on after {day} is not known. Record the return.")
        return False

    def _row(self, period: Period) -> StatutoryRow:
        goes_on = period.unknown or period.end > self.table.year.last
        return StatutoryRow(
            self.told.child_ref,
            self.told.born_on,
            period.code,
            period.start,
            None if goes_on else period.end,
            self.told.child_id,
            period.ids,
        )

    def _rows(self, periods: Sequence[Period]) -> tuple[StatutoryRow, ...]:
        return tuple(sorted((self._row(one) for one in periods), key=_in_order))

    def _tell(self, how: str, before: Sequence[Period], after: Sequence[Period]) -> None:
        """Only of what reaches into this year; the table of another year tells of its own."""
        if any(one.touches(self.table.year) for one in (*before, *after)):
            self.table.mended.append(
                Mended(
                    "574",
                    how,
                    self.told.child_id,
                    self.told.child_ref,
                    self._rows(before),
                    self._rows(after),
                )
            )


def _end_of(episode: ToldEpisode) -> tuple[date, bool]:
    if episode.returned_at:
        return london_date(episode.returned_at), False
    if episode.end_unknown_after:
        return episode.end_unknown_after + timedelta(days=1), True
    return ENDLESS, False
