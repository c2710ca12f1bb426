"""What `homeward propose` prints is what the page of the next meeting proposes: the same children, in one order."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app import database
from app.house import create_house
from app.london import london_date
from app.main import create_app
from app.panels.commands import _lines as lines_of
from app.panels.commands import _proposal as proposed_by_command
from app.panels.kinds import KINDS
from app.web.sessions import cookie_name, hash_token
from tests import builders
from tests.example.conftest import HERE, NOW

pytestmark = pytest.mark.usefixtures("example")
REFERENCE = re.compile(r"EX-\d{5}")
HOUSE = create_house(HERE, lambda: NOW)


@pytest.fixture
async def chair(example: None, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The browser of the example's chair."""
    token = f"token-{next(builders.numbers)}"
    person = await database.fetch_value("SELECT id FROM person WHERE email = 'chair@example.org'")
    await builders.insert(
        "session", token_hash=hash_token(token), person=person, began_at=NOW, last_seen_at=NOW
    )
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=create_app(HOUSE)),  # type: ignore[arg-type]
        base_url="http://testserver",
        cookies={cookie_name(HERE): token},
        headers={"Accept": "text/html"},
    ) as client:
        yield client


def references(html: str) -> list[str]:
    """Every child's reference, in the order in which the page comes to it first."""
    return list(dict.fromkeys(REFERENCE.findall(html)))


@pytest.mark.parametrize("slug", [slug for slug, kind in KINDS.items() if slug != "general"])
async def test_the_command_agrees_with_the_page_of_the_next_meeting(
    slug: str, chair: httpx.AsyncClient
) -> None:
    meeting = await database.fetch_one(
        "SELECT m.id, m.starts_at FROM meeting m JOIN panel p ON p.id = m.panel "
        "WHERE p.slug = $1 AND m.status = 'planned' AND m.starts_at > $2 ORDER BY m.starts_at LIMIT 1",
        slug,
        NOW,
    )
    assert meeting is not None
    if KINDS[slug].for_one_child:
        # each of its meetings is about one child: what the rule proposes is the list of those to meet about
        address, heading, day = f"/panels/{slug}/to-convene", "Meetings to convene</h1>", london_date(NOW)
    else:
        address, heading = f"/meetings/{meeting['id']}/agenda", 'id="proposed"'
        day = london_date(meeting["starts_at"])
    answer = await chair.get(address)
    assert answer.status_code == 200
    before, _, after = answer.text.partition(heading)
    assert after
    proposed, *rest = re.split("</section>|<h2", after, maxsplit=1)
    told = await proposed_by_command(HOUSE, slug, day)
    children = [item.child_ref for item in told.items]
    assert children
    waiting = references(proposed)
    # what stands on the agenda already, such as what was brought forward, is not proposed again
    assert waiting == [child for child in children if child in waiting]
    assert set(children) - set(waiting) <= set(references(before + "".join(rest)))
    printed = references("\n".join(lines_of(told)))
    assert [child for child in printed if child in children] == children
