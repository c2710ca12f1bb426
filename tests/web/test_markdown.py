"""Light Markdown: bold, lists and links are shown, everything else stands as typed and can do nothing."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.markdown import as_html, lines_of


def test_bold_lists_and_links():
    shown = as_html(
        "Said **twice** by [the school](https://example.org/a?b=1&c).\n\n- one\n  - within\n- two\n1. first"
    )
    assert "<strong>twice</strong>" in shown
    assert (
        '<a class="govuk-link" href="https://example.org/a?b=1&amp;c" rel="noopener noreferrer">the school</a>'
        in shown
    )
    assert re.sub(r' class="[^"]*"', "", shown).endswith(
        "<ul><li>one<ul><li>within</li></ul></li><li>two</li></ul><ol><li>first</li></ol></div>"
    )


@pytest.mark.parametrize(
    "typed",
    [
        "2*3*4 and **not closed",
        "5 * 3 = 15",
        "# no heading",
        "_under_ `code` ![x](y)",
        "[dead](javascript:alert(1))",
        "[dead](JaVaScRiPt:alert)",
        "[dead](data:text/html;base64,AAAA)",
        "[dead](//elsewhere.example)",
    ],
)
def test_what_is_not_known_stands_as_typed(typed):
    assert as_html(typed) == f'<div class="hw-prose" dir="auto"><p class="hw-said">{typed}</p></div>'


def test_signs_that_turn_the_direction_are_gone():
    assert "\u202e" not in as_html("invoice\u202egpj.exe \u2066x\u2069")


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words = ""

    def handle_starttag(self, tag, attrs):
        assert tag in {"div", "p", "br", "ul", "ol", "li", "strong", "a"}
        assert set(dict(attrs)) <= {"class", "dir", "href", "rel", "start"}
        assert re.match(r"(?i)https?://|mailto:", dict(attrs).get("href", "https://"))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data


PARTS = st.sampled_from(
    [
        "**",
        "- ",
        "  - ",
        "      * ",
        "1. ",
        "\n",
        "\n\n",
        "[",
        "](",
        ")",
        "https://",
        "javascript:",
        "<script>",
        "&",
        '"',
        "a",
        " ",
        "é",
    ]
)


@given(st.lists(PARTS, max_size=40).map("".join))
def test_whatever_is_typed_becomes_sound_html_of_a_few_elements_with_all_its_words(text):
    page = Seen()
    page.feed(str(as_html(text)))
    page.close()
    assert not page.open
    assert [one for one in page.words if one in "aé"] == [
        one for line in lines_of(text) for run in line.runs for one in run.text if one in "aé"
    ]


@pytest.mark.parametrize("bomb", ["**a ", "[a](", "[", "**", "- - ", "      - x\n", "[a](https://e/ "])
@pytest.mark.parametrize("length", [19_999, 200_000])
def test_a_bomb_becomes_a_page_little_longer_than_itself_and_no_deeper_than_three_lists(bomb, length):
    text = (bomb * length)[:length]
    html = str(as_html(text))
    assert len(html) < 10 * length
    deepest = depth = 0
    for piece in re.findall(r"</?[uo]l\b", html):
        depth += -1 if piece.startswith("</") else 1
        deepest = max(deepest, depth)
    assert (depth, deepest <= 3) == (0, True)
