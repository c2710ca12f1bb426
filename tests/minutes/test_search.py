"""Search finds what the reader's own pages show, and nothing else."""

from tests.minutes.conftest import MakeMeeting


async def test_a_word_is_found_in_every_form_and_marked_as_text(sign_in, make_meeting: MakeMeeting, discuss):
    meeting = await make_meeting(2)
    await discuss(meeting, 0, "The school told of new trainers & <b>bold</b> words.")
    browser = await sign_in("chair")
    answer = await browser.post("/search", {"words": "schools trainer"})
    page = await browser.get(answer.headers["location"])
    assert "1 found" in page.text
    assert 'The <mark class="hw-found">school</mark> told of new' in page.text
    assert "&amp; &lt;b&gt;bold&lt;/b&gt; words" in page.text
