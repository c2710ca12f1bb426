"""Asks the figures for the six numbers, of the last period and the one before. Counts nothing itself."""

from datetime import datetime

from app.figures.catalogue import FIGURES, FigureKind, figure_for
from app.figures.headlines.rules import HEADLINES, NUMBERS, Compared, Headline, windows
from app.figures.rules import Figure, Question
from app.london import london_date
from app.windows import Window


async def six_numbers(now: datetime, own_names: tuple[str, ...]) -> list[Compared]:
    """The first six headlines whose figures there are. Nothing is kept: they are counted whenever they are shown."""
    found: list[Compared] = []
    for headline in HEADLINES:
        kind = FIGURES.get(headline.figure)
        if kind is not None and len(found) < NUMBERS:
            found.append(await _compared(kind, headline, now, own_names))
    return found


async def _compared(
    kind: FigureKind, headline: Headline, now: datetime, own_names: tuple[str, ...]
) -> Compared:
    window, earlier = windows(headline.span, london_date(now), kind.followed_for)

    async def counted(one: Window) -> Figure:
        return await figure_for(kind, Question(one.first, one.last, now, own_names, brief=True))

    figure, before = await counted(window), await counted(earlier)
    return Compared(
        headline,
        figure.value(headline.key),
        before.value(headline.key),
        window,
        earlier,
        kind.followed_for,
        figure.value(headline.beside) if headline.beside else None,
    )
