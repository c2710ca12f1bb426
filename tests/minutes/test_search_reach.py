"""Search finds exactly what the reader's own pages show: every word of a small world looked for by everybody."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app import database
from app.minutes.fixed_text.queries import gathered
from app.minutes.fixed_text.rules import canonical, content_of, fingerprint
from app.minutes.queries import minutes_of, who_came
from app.minutes.search.changes import catch_up
from app.minutes.search.queries import found, query_of
from app.minutes.search.rules import Asked
from app.minutes.search.texts.queries import meetings_of, shown_of
from app.panels.agenda.queries import items_of
from app.panels.meetings.queries import meeting_for
from app.panels.standing.queries import seats_of
from app.panels.versions.rules import snapshot
from tests import builders
from tests.conftest import Cast, SignIn
from tests.minutes.conftest import STARTS

READERS = ("chair", "minute_taker", "police", "health", "manager", "officer", "admin", "outsider")


class World:
    """Meetings, items and actions, each text with a word of its own."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.words: list[str] = []
        self.meetings: list[int] = []
        self.minuted: list[int] = []
        self.actions: list[int] = []

    def word(self) -> str:
        """One that stands nowhere else."""
        self.words.append(f"w{len(self.words):03}")
        return self.words[-1]

    async def meeting(self, slug: str = "mace", status: str = "held", *, issued: bool = True) -> list[int]:
        """Two items, on an agenda that was issued unless told otherwise."""
        starts_at = STARTS - timedelta(days=len(self.meetings))
        meeting = await builders.a_meeting(
            slug, starts_at, status=status, ended_at=starts_at if status == "held" else None
        )
        self.meetings.append(meeting)
        items = [
            await builders.an_item(
                meeting,
                await builders.a_child(name=f"Childof {self.word()}"),
                reason=f"because {self.word()}",
            )
            for _ in range(2)
        ]
        if issued:
            rows = snapshot(await items_of(meeting))
            await builders.insert("agenda_version", meeting=meeting, number=1, issued_at=STARTS, items=rows)
        return items

    async def said(self, item: int, **text: object) -> None:
        made = await builders.insert("discussion", agenda_item=item, outcome=text.get("outcome", "discussed"))
        sections = {"child_views": self.word(), "strengths": f"both {self.word()}"}
        words = {"outcome": "discussed", "sections": sections, "decision": self.word()}
        await builders.insert(
            "discussion_revision", discussion=made, version=1, saved_at=STARTS, text={**words, **text}
        )

    async def minutes(self, status: str) -> None:
        """Of the latest meeting; fixed where they are approved."""
        meeting, approver = self.meetings[-1], None
        self.minuted.append(meeting)
        held, fixed = await meeting_for(self.cast.chair, meeting), {}
        if status in ("approved", "circulated"):
            head, items = await gathered(held, await minutes_of(meeting), await who_came(held))
            approved = {"by": "Carys Chairwell", "at": STARTS.isoformat()}
            content = canonical(content_of(head, items, [], approved))
            fixed, approver = {"content": content, "sha256": fingerprint(content)}, self.cast.chair.person_id
        taker = self.cast.minute_taker.person_id
        await builders.insert(
            "minutes", meeting=meeting, status=status, taker=taker, approver=approver, **fixed
        )

    async def action(self, slug: str, agency: int, item: int | None = None, **columns: object) -> None:
        due_on = STARTS.date() + timedelta(days=9)
        text = f"Do {self.word()}"
        action = await builders.an_action(slug, agency, due_on, agenda_item=item, text=text, **columns)
        note = f"Did {self.word()}"
        await builders.insert("action_update", action=action, status="issued", note=note, made_at=STARTS)
        self.actions.append(action)

    @property
    def pages(self) -> list[str]:
        """Where the words can be read. Minutes that nobody has begun repeat the agenda to those who will write them."""
        texts = [f"/meetings/{meeting}/minutes/text" for meeting in self.minuted]
        agendas = [f"/meetings/{meeting}/agenda" for meeting in self.meetings]
        return [*texts, *agendas, *(f"/actions/{action}" for action in self.actions)]


@pytest.fixture
async def world(cast: Cast) -> World:
    made = World(cast)
    police, charity = cast.police.agency_id, cast.outsider.agency_id
    for status in ("circulated", "approved", "with-chair", "draft"):
        items = await made.meeting(issued=status != "approved")
        await made.said(items[0])
        nobody, source = (
            {"source": None, "agencies": [], "people": []},
            {"source": police, "agencies": [], "people": []},
        )
        readers = {
            "child_views": nobody | {"agencies": [police]},
            "decision": nobody | {"people": [cast.manager.person_id]},
        }
        await made.said(items[1], marks={**readers, "strengths": source})
        await made.minutes(status)
    closed, unreached = await made.meeting()
    await made.said(closed)
    await made.said(unreached, outcome="not-reached")
    await made.minutes("circulated")
    await database.execute(
        "UPDATE agenda_item SET restricted = true, open_title = 'A matter', allowed_people = $2 WHERE id = $1",
        closed,
        [cast.health.person_id],
    )
    await made.meeting(status="planned", issued=False)
    await made.meeting(status="agenda-issued")
    await builders.an_item(made.meetings[-1], None, kind="standing", title=f"New {made.word()}", reason="")
    await made.meeting(status="cancelled")
    for item in await made.meeting("general"):
        await made.said(item)
    await made.minutes("circulated")
    await database.execute(
        "DELETE FROM seat WHERE panel = $1 AND role = 'member'", await builders.panel_id("general")
    )
    await made.action("mace", police, items[0], child=await builders.a_child(name=f"Owed {made.word()}"))
    await made.action("mace", police, closed)
    await made.action("mace", charity, closed, owner=cast.outsider.person_id)
    await made.action("general", charity)
    await made.action("general", police)
    while await catch_up():
        pass
    return made


async def test_exactly_what_a_readers_pages_show_is_found(world: World, cast: Cast, sign_in: SignIn):
    for reader in READERS:
        person = getattr(cast, reader)
        who, browser = replace(person, seats=await seats_of(person.person_id)), await sign_in(reader)
        answers = [await browser.get(path) for path in world.pages]
        on_pages = "".join(answer.text for answer in answers if answer.status_code == 200)
        for word in world.words:
            query = await query_of(word)
            assert query is not None
            hits = (await found(who, Asked(words=word), query, None)).hits
            assert bool(hits) == (word in on_pages), f"{reader}: {word}"
            texts = await shown_of(who, hits, await meetings_of(hits))
            assert len(texts) == len(hits), "nothing is counted that is not shown"
            for one in texts.values():
                said = f"{one.title} {' '.join(part.text for part in one.passages)}"
                shown = {other for other in world.words if other in said}
                assert word in shown
                assert all(other in on_pages for other in shown), f"{reader}: {shown}"
