"""Pages, saves and proposals of one authority, measured in this process. Builds nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from app import database
from app.house import create_house
from app.london import day_start, london_date
from app.main import create_app
from app.panels.planner.rules import triable
from app.panels.selection.queries import proposal_for
from app.panels.selection.rules import Proposal
from app.panels.terms.queries import standing_panels
from app.panels.terms.rules import StandingPanel
from app.settings import Settings
from app.web.sessions import cookie_name, form_token, hash_token
from benchmarks.authority import CHAIR, CONVENER, FEED_TOKEN, MANAGER, MINUTE_TAKER, POLICE, Built
from benchmarks.measuring import Measured, not_there, timed

PROPOSAL_AIM = 50
SAVE_AIM = 10
PACK_AIM = 300
PRINT_AIM = 500
FEED_AIM = 30
MATCHES_AIM = 1000
MY_ACTIONS_AIM = 25
OVERVIEW_AIM = 60
OF_AN_AGENCY = "/actions/overview?panel=mace&state=all&age=open-2&text=safety+plan&sort=owner"
PLANNER_AIM = 1000
"""It counts thirteen meetings under two sets of terms."""
PAGE_AIMS = {"small": 25, "large": 60, "dense": 60}


class NotThere(Exception):
    """The page answers with another status than it should."""


def settings_for(folder: Path) -> Settings:
    return Settings(
        data_dir=folder,
        database_url=None,
        secret_key="a key for measuring alone",
        base_url="http://127.0.0.1:8000",
        smtp_url=None,
        authority_names=("Sampleshire",),
    )


async def begin_session(person: int, now: datetime) -> str:
    """A living session of this person; returns the cookie's value."""
    token = f"token-of-{person}"
    await database.execute(
        "INSERT INTO session (token_hash, person, began_at, last_seen_at) VALUES ($1, $2, $3, $3) "
        "ON CONFLICT (token_hash) DO UPDATE SET began_at = $3, last_seen_at = $3",
        hash_token(token),
        person,
        now,
    )
    return token


class Reader:
    """Somebody signed in, who asks for pages of the app in this process."""

    def __init__(self, app: object, settings: Settings, token: str) -> None:
        self.csrf_token = form_token(settings, hash_token(token))
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),  # type: ignore[arg-type]
            base_url="http://127.0.0.1:8000",
            cookies={cookie_name(settings): token},
            headers={"Sec-Fetch-Site": "same-origin", "Accept": "text/html", "Accept-Encoding": "gzip"},
        )

    async def get(self, path: str) -> httpx.Response:
        answer = await self.client.get(path)
        if answer.status_code != 200:
            raise NotThere(f"{path} answers {answer.status_code}")
        return answer

    async def post(self, path: str, form: dict[str, str], headers: dict[str, str]) -> httpx.Response:
        filled = {"csrf_token": self.csrf_token, **form}
        answer = await self.client.post(path, data=filled, headers=headers)
        if answer.status_code != 200:
            raise NotThere(f"{path} answers {answer.status_code}")
        return answer


@asynccontextmanager
async def readers(built: Built, folder: Path) -> AsyncIterator[dict[int, Reader]]:
    settings = settings_for(folder)
    app = create_app(create_house(settings, lambda: built.now))
    people = (CHAIR, MANAGER, MINUTE_TAKER, POLICE, CONVENER)
    found = {person: Reader(app, settings, await begin_session(person, built.now)) for person in people}
    try:
        yield found
    finally:
        for reader in found.values():
            await reader.client.aclose()


async def measure_pages(built: Built, folder: Path, only: str) -> AsyncIterator[Measured]:
    """Every page as it leaves the app: sign-in, queries, the entry of who read it, template, compression."""
    aim = PAGE_AIMS[built.size.name]
    asked = [(*one, aim) for one in (*_of_every_day(built), *_of_panels(built), *_of_records(built))]
    asked += [
        ("My actions", POLICE, "/actions", MY_ACTIONS_AIM),
        ("actions of an agency", POLICE, "/actions/overview", OVERVIEW_AIM),
        ("actions of an agency, filtered", POLICE, OF_AN_AGENCY, OVERVIEW_AIM),
        ("actions of an agency, by owner", POLICE, f"{OF_AN_AGENCY}&by=owner", OVERVIEW_AIM),
        ("actions of all agencies, filtered", MANAGER, OF_AN_AGENCY, OVERVIEW_AIM),
        ("silent agencies, all panels", MANAGER, "/actions/overview/silent-agencies", OVERVIEW_AIM),
        ("possible matches of children", MANAGER, "/children/possible-matches", MATCHES_AIM),
        ("planner, one threshold", CHAIR, await _planner(), PLANNER_AIM),
        ("calendar feed of 200 meetings", POLICE, f"/calendar/{FEED_TOKEN}.ics", FEED_AIM),
        ("agenda pack, 30 items, PDF", CHAIR, f"/meetings/{built.issued}/agenda.pdf", PACK_AIM),
        ("agenda pack, 30 items, Word", CHAIR, f"/meetings/{built.issued}/agenda.docx", PACK_AIM),
        ("minutes of 30 items, PDF", CHAIR, f"/meetings/{built.held}/minutes.pdf", PRINT_AIM),
        ("minutes of 30 items, Word", CHAIR, f"/meetings/{built.held}/minutes.docx", PRINT_AIM),
    ]
    async with readers(built, folder) as people:
        for what, person, path, its_aim in asked:
            if only in what:
                yield await _page(what, people[person], path, its_aim)
        if only in "saving a minute's text":
            yield await _save(built, people[MINUTE_TAKER])


def _of_every_day(built: Built) -> list[tuple[str, int, str]]:
    mace, weekly = built.coming["mace"], built.coming["missing-children-panel"]
    return [
        ("home page, chair", CHAIR, "/"),
        ("home page, chair of repeat missing", CONVENER, "/"),
        ("agenda page, 30 items", CHAIR, f"/meetings/{mace}/agenda"),
        ("agenda page, weekly panel, all proposed", CHAIR, f"/meetings/{weekly}/agenda"),
        ("meeting page", CHAIR, f"/meetings/{built.held}"),
        ("minutes page, 30 items", MINUTE_TAKER, f"/meetings/{built.held}/minutes"),
        ("minutes page of one item", MINUTE_TAKER, f"/meetings/{built.held}/minutes/items/{built.items[3]}"),
        ("panels", CHAIR, "/panels"),
        ("children, safeguarding manager", MANAGER, "/children"),
        ("children, chair", CHAIR, "/children"),
        ("minutes promptness, a year", MANAGER, "/minutes/promptness"),
        ("quality of minutes", MANAGER, "/minutes/quality"),
        ("figures, safeguarding manager", MANAGER, "/figures"),
        ("a child's page", MANAGER, f"/children/{built.child}"),
    ]


async def _planner() -> str:
    """The weekly panel's, with its first threshold one higher."""
    weekly = next(panel for panel in await standing_panels() if panel.slug == "missing-children-panel")
    threshold = triable(weekly)[0]
    return f"/panels/{weekly.slug}/planner?{threshold.path}={threshold.default + 1}"


def _of_panels(built: Built) -> list[tuple[str, int, str]]:
    return [
        ("briefing", CHAIR, "/briefing"),
        ("referrals", CHAIR, "/referrals"),
        ("cases of a panel", CHAIR, "/panels/mace/cases"),
        ("cases of a panel, by risk", CHAIR, "/panels/mace/cases?sort=risk"),
        ("case files of a panel", CHAIR, "/panels/mace/cases/checklist"),
        ("a case", CHAIR, f"/cases/{built.case}"),
        ("contributions, chair, 30 items", CHAIR, f"/meetings/{built.issued}/contributions"),
        ("contributions, police, 30 items", POLICE, f"/meetings/{built.issued}/contributions"),
        ("meetings to convene", CONVENER, "/panels/repeat-missing/to-convene"),
    ]


def _of_records(built: Built) -> list[tuple[str, int, str]]:
    return [
        ("children missing now", MANAGER, "/missing-now"),
        ("children missing this week", MANAGER, "/missing-this-week"),
        ("open clocks", MANAGER, "/clocks"),
        ("open episodes", MANAGER, "/episodes/open"),
        ("possible duplicates of episodes", MANAGER, "/episodes/possible-duplicates"),
        ("places", MANAGER, "/places"),
        ("one place", CHAIR, f"/places/{built.place}"),
    ]


async def _page(what: str, reader: Reader, path: str, aim: float) -> Measured:
    try:
        size = len((await reader.get(path)).content)
        return await timed(what, lambda: reader.get(path), aim, f"{size / 1000:.0f} kB")
    except NotThere as problem:
        return not_there(what, problem)


async def _save(built: Built, reader: Reader) -> Measured:
    """What the page sends by itself while somebody types: the whole form, based on the version before."""
    path = f"/meetings/{built.held}/minutes/items/{built.items[5]}"
    version = await database.fetch_value(
        "SELECT version FROM discussion WHERE agenda_item = $1", built.items[5]
    )
    what = "saving a minute's text"

    async def save() -> None:
        nonlocal version
        form = {
            "version": str(version),
            "editing": "bench",
            "edits": str(version),
            "outcome": "discussed",
            "discussion": f"Text {version}. " + "What the worker, the school and the family told. " * 12,
        }
        answer = await reader.post(path, form, {"X-Autosave": "1", "Accept": "application/json"})
        version = answer.json()["version"]

    try:
        return await timed(what, save, SAVE_AIM, "history, revision and answer included")
    except NotThere as problem:
        return not_there(what, problem)


async def measure_proposals(built: Built, only: str) -> AsyncIterator[Measured]:
    """What the rule of each kind proposes for its panel's next meeting, with reasons; where that meeting is about one
    child alone, for everybody as well."""
    start = day_start(london_date(built.now) + timedelta(days=1)) + timedelta(hours=10)
    for panel in await standing_panels():
        meeting_id = built.coming.get(panel.slug)
        if meeting_id is None:
            continue
        asked: list[tuple[str, int | None]] = [(f"proposing, {panel.slug}", meeting_id)]
        if panel.kind.for_one_child:
            asked = [
                (f"proposing, {panel.slug}, its child", meeting_id),
                (f"proposing, {panel.slug}, all", None),
            ]
        for what, meeting in asked:
            if only in what:
                yield await _proposal(built, panel, start, what, meeting)


async def _proposal(
    built: Built, panel: StandingPanel, start: datetime, what: str, meeting_id: int | None
) -> Measured:
    async def propose() -> Proposal:
        async with database.transaction():
            return await proposal_for(panel, start, now=built.now, meeting_id=meeting_id)

    found = await propose()
    note = f"{len(found.items):,} children, {len(found.near_misses):,} near misses"
    if found.places:
        note += f", {len(found.places):,} places"
    return await timed(what, propose, PROPOSAL_AIM, note)
