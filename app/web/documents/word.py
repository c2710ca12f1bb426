"""A document as a Word file: real headings, tables with header rows, the reader's name at the foot of every page."""

import asyncio
import io
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from docx import Document as new_file
from docx.document import Document as WordFile
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from app.web.documents.prose import Prose
from app.web.documents.shapes import Block, Chapter, Document, Table
from app.web.markdown import Run

LANGUAGE = "en-GB"
FACE = "Arial"
ACCENT = RGBColor(0x15, 0x5E, 0x68)
TEXT_WIDTH = Mm(174)
NAMES = nsdecls("w")
_BEGIN, _END = '<w:t xml:space="preserve">', "</w:t>"


async def word_of(document: Document, *, made_at: datetime) -> bytes:
    """The document as a .docx, written in another thread so that pages are answered meanwhile."""
    return await asyncio.to_thread(write_word, document, made_at)


def write_word(document: Document, made_at: datetime) -> bytes:
    file = new_file()
    _settle(file, document, made_at)
    _cover(file, document)
    follows_own_page = document.has_contents
    for number, chapter in enumerate(document.chapters, 1):
        _chapter(file, number, chapter, new_page=chapter.own_page or follows_own_page)
        follows_own_page = chapter.own_page
    written = io.BytesIO()
    file.save(written)
    return written.getvalue()


def _settle(file: WordFile, document: Document, made_at: datetime) -> None:
    """Paper, language, faces, properties, and what runs along every page."""
    properties = file.core_properties
    properties.title = f"{_clean(document.kicker)}: {_clean(document.title)}"
    properties.author = _clean(document.authority)
    properties.language = LANGUAGE
    properties.comments = ""
    properties.created = properties.modified = made_at.astimezone(UTC).replace(tzinfo=None)
    for style in ("Normal", "Title", "Heading 1", "Heading 2", "List Bullet"):
        face = file.styles[style].font
        face.name = FACE
        fonts = file.styles[style].element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
        for kind in ("eastAsia", "cs"):
            fonts.set(qn(f"w:{kind}"), FACE)
        if style != "Normal":
            face.color.rgb = ACCENT if style == "Heading 2" else RGBColor(0x0B, 0x1C, 0x1F)
    file.styles["Normal"].font.size = Pt(10.5)
    file.styles["List Bullet"].font.size = Pt(10.5)
    for language in file.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin, section.bottom_margin = Mm(22), Mm(22)
    _line(section.header.paragraphs[0], document.running, document.marking)
    foot = _line(section.footer.paragraphs[0], document.reference, "Page ")
    _field(foot, "PAGE")
    foot.add_run(" of ")
    _field(foot, "NUMPAGES")
    if document.foot:
        section.footer.add_paragraph(_clean(document.foot))
    section.footer.add_paragraph(_clean(document.opened_by))


def _line(paragraph: Paragraph, left: str, right: str) -> Paragraph:
    """One line with words at both its ends."""
    stops = paragraph.paragraph_format.tab_stops
    stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    # the header's own stop in the middle of a narrower page would catch the words first
    stops.add_tab_stop(Mm(76.2), WD_TAB_ALIGNMENT.CLEAR)
    stops.add_tab_stop(Mm(82.55), WD_TAB_ALIGNMENT.CLEAR)
    stops.add_tab_stop(Mm(152.4), WD_TAB_ALIGNMENT.CLEAR)
    stops.add_tab_stop(Mm(165.1), WD_TAB_ALIGNMENT.CLEAR)
    paragraph.add_run(f"{_clean(left)}\t{_clean(right)}")
    return paragraph


def _field(paragraph: Paragraph, name: str) -> None:
    """A number that Word works out."""
    for kind in ("begin", "separate", "end"):
        run = paragraph.add_run("1" if kind == "end" else "")
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        if kind == "end":
            paragraph.add_run()._r.append(mark)
            continue
        run._r.append(mark)
        if kind == "begin":
            asked = OxmlElement("w:instrText")
            asked.text = name
            paragraph.add_run()._r.append(asked)


def _cover(file: WordFile, document: Document) -> None:
    file.add_paragraph(_clean(document.authority))
    file.add_paragraph(_clean(document.kicker)).runs[0].bold = True
    _styled(file, _clean(document.title), "Title")
    for block in document.cover:
        _block(file, block)
    if document.notice:
        file.add_paragraph().add_run(_clean(document.notice)).bold = True
    if document.chapters and document.has_contents:
        _styled(file, "Contents", "Heading2")
        has_times = any(chapter.at for chapter in document.chapters)
        for chapter in document.chapters:
            _entry(file.add_paragraph(), chapter, has_times=has_times)


def _entry(paragraph: Paragraph, chapter: Chapter, *, has_times: bool) -> None:
    """A line of the contents: the time where there is one, and the title as a link."""
    stops = paragraph.paragraph_format.tab_stops
    stops.add_tab_stop(Mm(22))
    stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    paragraph.paragraph_format.space_after = Pt(1)
    if has_times:
        paragraph.add_run(f"{_clean(chapter.at)}\t")
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), chapter.key)
    run = paragraph.add_run(_clean(chapter.title))
    run.font.color.rgb = ACCENT
    link.append(run._r)
    paragraph._p.append(link)


def _chapter(file: WordFile, number: int, chapter: Chapter, *, new_page: bool) -> None:
    heading = _styled(file, "", "Heading1")
    heading.paragraph_format.page_break_before = new_page
    _anchor(heading, number, chapter)
    if chapter.tags:
        file.add_paragraph(_clean(" · ".join(chapter.tags))).runs[0].bold = True
    if chapter.lead:
        _prose(file, chapter.lead)
    for block in chapter.blocks:
        _block(file, block)


def _anchor(heading: Paragraph, number: int, chapter: Chapter) -> None:
    """The title, which the contents can point at."""
    for kind in ("bookmarkStart", "bookmarkEnd"):
        mark = OxmlElement(f"w:{kind}")
        mark.set(qn("w:id"), str(number))
        if kind == "bookmarkStart":
            mark.set(qn("w:name"), chapter.key)
        heading._p.append(mark)
        if kind == "bookmarkStart":
            heading.add_run(_clean(chapter.title))


def _block(file: WordFile, block: Block) -> None:
    if block.heading:
        _put(file, _paragraph(_run(block.heading), style="Heading2"))
    if block.text:
        _prose(file, block.text)
    _marked_down(file, block.prose)
    for label, words in block.facts:
        _put(file, _paragraph(_run(f"{label}: ", bold=True) + _run(words), space_after=Pt(2)))
    for point in block.points:
        _put(file, _paragraph(_run(point), style="ListBullet"))
    if block.table:
        _put(file, _table(block.table))


def _styled(file: WordFile, text: str, style_id: str) -> Paragraph:
    """By the style's id: looking for it by its name takes longer than all else."""
    paragraph = file.add_paragraph(text)
    paragraph._p.style = style_id
    return paragraph


def _prose(file: WordFile, text: str) -> None:
    for part in text.splitlines() or [""]:
        _put(file, _paragraph(_run(part)))


def _marked_down(file: WordFile, parts: Sequence[Prose], depth: int = 1) -> None:
    """Paragraphs and lists of a text with light Markdown; a counted item carries its number as it was typed."""
    for part in parts:
        if part.lines:
            lines = "<w:r><w:br/></w:r>".join(_runs(file, line) for line in part.lines)
            _put(file, _paragraph(lines))
        for item in part.items:
            bullet = f"ListBullet{depth if depth > 1 else ''}" if item.number is None else ""
            number = "" if item.number is None else _run(f"{item.number}. ")
            _put(file, _paragraph(number + _runs(file, item.runs), style=bullet))
            _marked_down(file, item.below, min(depth + 1, 3))


def _runs(file: WordFile, runs: Sequence[Run]) -> str:
    return "".join(_link(file, run) if run.url else _run(run.text, bold=run.bold) for run in runs)


def _link(file: WordFile, run: Run) -> str:
    to = file.part.relate_to(run.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    return f'<w:hyperlink {nsdecls("r")} r:id="{to}">{_run(run.text)}</w:hyperlink>'


# What a pack has hundreds of is written as XML: put together piece by piece it takes five times as long.


def _put(file: WordFile, xml: str) -> None:
    """At the end of the text, which the properties of the last section follow."""
    file.element.body[-1].addprevious(parse_xml(xml))


def _paragraph(runs: str, *, style: str = "", space_after: Length | None = None) -> str:
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    properties += f'<w:spacing w:after="{space_after.twips}"/>' if space_after else ""
    return f"<w:p {NAMES}><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def _run(text: str, *, bold: bool = False, size: Length | None = None) -> str:
    """Words in one face; a line break and a tab are signs of their own."""
    properties = "<w:b/>" if bold else ""
    properties += f'<w:sz w:val="{round(size.pt * 2)}"/>' if size else ""
    words = (
        escape(_clean(text)).replace("\t", f"{_END}<w:tab/>{_BEGIN}").replace("\n", f"{_END}<w:br/>{_BEGIN}")
    )
    return f"<w:r><w:rPr>{properties}</w:rPr>{_BEGIN}{words}{_END}</w:r>"


def _table(table: Table) -> str:
    whole = sum(table.widths)
    widths = [Length(TEXT_WIDTH * width // whole).twips for width in table.widths]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = _row(table.columns, widths, is_head=True) + "".join(_row(row, widths) for row in table.rows)
    return (
        f'<w:tbl {NAMES}><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="0" w:type="auto"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0" '
        f'w:noHBand="0" w:noVBand="1"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
    )


def _row(words: Sequence[str], widths: Sequence[int], *, is_head: bool = False) -> str:
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        f"<w:p>{_run(text, bold=is_head, size=Pt(9))}</w:p></w:tc>"
        for text, width in zip(words, widths, strict=True)
    )
    return f"<w:tr>{'<w:trPr><w:tblHeader/></w:trPr>' if is_head else ''}{cells}</w:tr>"


def _clean(text: str) -> str:
    """XML takes no control characters; marks that turn the direction of text could make it read otherwise."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        sign
        for sign in text
        if sign in "\n\t" or (unicodedata.category(sign) not in ("Cc", "Cs", "Cn") and sign not in _TURNS)
    )


_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
