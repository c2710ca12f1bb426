"""How what agencies contributed comes into the text of an item, each with its source, and none of it twice. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.minutes.discussion.rules import Said
from app.panels.contributions.rules import ContributionFacts
from app.panels.contributions.words import source_line, text_for_minutes


def brought_in(text: str, sent: Sequence[ContributionFacts]) -> frozenset[int]:
    """The contributions that stand in a text: under their source's line, however their words were changed since.

    Where one source sent several, each is looked for by a line of its own.
    """
    lines = {line.strip() for line in text.splitlines()}
    headings = [source_line(one) for one in sent]
    return frozenset(
        one.id
        for one, heading in zip(sent, headings, strict=True)
        if heading in lines and (headings.count(heading) == 1 or lines.intersection(_lines_of(one)))
    )


def _lines_of(one: ContributionFacts) -> set[str]:
    return {line.strip() for line in text_for_minutes([one], "").splitlines()[1:] if line.strip()}


def with_contributions(
    said: Said, key: str, sent: Sequence[ContributionFacts], wanted: Iterable[ContributionFacts]
) -> Said:
    """The text with those wanted after what the section holds, without those that stand there.

    A section that holds one agency's words alone is marked with it as its source, and with none once there are more.
    """
    before = said.flat().get(key, "")
    there = brought_in(before, sent)
    added = [one for one in wanted if one.id not in there]
    if not added:
        return said
    mark, agencies = said.mark(key), {one.agency_id for one in added}
    if mark.source:
        agencies.add(mark.source)
    source = agencies.pop() if len(agencies) == 1 and (mark.source or not before) else None
    text = text_for_minutes(added, before)
    return said.with_texts({key: text}).with_marks({key: replace(mark, source=source)})
