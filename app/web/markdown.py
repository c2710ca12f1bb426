"""Light Markdown as minutes are typed: bold, lists and links, read into values and shown as HTML. Pure.

Nothing else of Markdown is known: any other sign stands for itself, and whatever looks like HTML is text.
"""

import re
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape

LONGEST = 20_000
"""A longer text is shown as it was typed: what costs a reader's time costs it once."""
DEEPEST = 3
"""Lists within lists; deeper ones stand on this level."""
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the direction of what follows them, also beyond the text that they stand in."""

BULLET = re.compile(r"^( {0,12})(?:([-*•])|(\d{1,3})[.)]) +(\S.*)$")
PIECES = re.compile(
    r"\*\*(?=[^\s*])(?P<bold>[^\n]{1,500}?)(?<=\S)\*\*"
    r"|\[(?P<words>[^\[\]\n]{1,300})\]\((?P<url>(?:https?://|mailto:)[^\s()<>\"]{1,1000})\)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Run:
    """A stretch of one line; `url` only of the schemes http, https and mailto."""

    text: str
    bold: bool = False
    url: str = ""


@dataclass(frozen=True)
class Line:
    """A line with its runs. `level` 0 is a paragraph's line; a list's are 1 to 3, `number` where it is counted."""

    runs: tuple[Run, ...]
    level: int = 0
    number: int | None = None


def lines_of(text: str) -> list[Line]:
    """The lines of a text; an empty one (without runs) parts paragraphs."""
    clean = TURNS.sub("", text)
    if len(clean) > LONGEST:
        return [Line((Run(line),) if line.strip() else ()) for line in clean.splitlines()]
    return [_line(line.rstrip()) for line in clean.splitlines()]


def _line(text: str) -> Line:
    found = BULLET.match(text)
    if found is None:
        return Line(tuple(_runs(text)) if text.strip() else ())
    level = min(DEEPEST, 1 + len(found[1]) // 2)
    return Line(tuple(_runs(found[4])), level, int(found[3]) if found[3] else None)


def _runs(text: str) -> list[Run]:
    runs, at = [], 0
    for found in PIECES.finditer(text):
        if found.start() > at:
            runs.append(Run(text[at : found.start()]))
        bold = found["bold"]
        runs.append(Run(bold, bold=True) if bold else Run(found["words"], url=found["url"]))
        at = found.end()
    return runs + ([Run(text[at:])] if at < len(text) else [])


def as_html(text: str) -> Markup:
    """The text as paragraphs and lists. Everything typed is escaped."""
    blocks = []
    for kind, lines in groupby(
        lines_of(text or ""), key=lambda line: "list" if line.level else bool(line.runs)
    ):
        if kind == "list":
            blocks.append(_list(list(lines)))
        elif kind:
            blocks.append(f'<p class="hw-said">{"<br>".join(_html(line) for line in lines)}</p>')
    return Markup('<div class="hw-prose" dir="auto">' + "".join(blocks) + "</div>")


def _list(lines: list[Line]) -> str:
    """One list with those within it; a line that is deeper than one level below the line before is taken as one."""
    html = ""
    open_lists: list[str] = []
    for line in lines:
        level, kind = min(line.level, len(open_lists) + 1), "ul" if line.number is None else "ol"
        while len(open_lists) > level or (len(open_lists) == level and open_lists[-1] != kind):
            html += f"</li></{open_lists.pop()}>"
        if len(open_lists) == level:
            html += "</li>"
        else:
            start = f' start="{line.number}"' if line.number not in (None, 1) else ""
            style = "bullet" if kind == "ul" else "number"
            html += f'<{kind} class="govuk-list govuk-list--{style}"{start}>'
            open_lists.append(kind)
        html += f"<li>{_html(line)}"
    return html + "".join(f"</li></{kind}>" for kind in reversed(open_lists))


def _html(line: Line) -> str:
    return "".join(_run(run) for run in line.runs)


def _run(run: Run) -> str:
    if run.url:
        return (
            f'<a class="govuk-link" href="{escape(run.url)}" rel="noopener noreferrer">{escape(run.text)}</a>'
        )
    return f"<strong>{escape(run.text)}</strong>" if run.bold else str(escape(run.text))
