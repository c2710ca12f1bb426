"""The pages, files and the command of figures: who sees them, what they say, what they do with bad input."""

import asyncio
import csv
import io
import json
import re
from collections.abc import Awaitable, Callable, Coroutine
from datetime import date
from typing import Any

import click.testing
import pytest

from app.figures.catalogue import FIGURES
from app.figures.commands import figures
from app.settings import Settings
from tests import builders
from tests.conftest import SignIn, TestClock
from tests.figures.test_missing import at

KEYS = {
    "missing": "episodes children repeat_children returned_24h still_missing children_under_16 episodes_per_month "
    "sw_contact",
    "interviews": "eligible offered offered_72h completed_of_eligible completed_of_offered "
    "completed_of_eligible_repeat completed_72h offered_72h_informed declined_episodes declined_children "
    "declined_repeat_children declined_carer followed_up_after_decline unable not_required not_yet_due unaccounted",
    "recall": "met_threshold closed_of_met recalled_of_met sustained_of_met recalled_12m survival_3m survival_6m "
    "survival_12m rereferral_dfe",
    "reduction": "eligible reduced",
    "meetings": "initial_in_standard reviews_on_time held cancelled agendas_in_time",
    "attendance": "quorate agency_social_care agency_police agency_health held not_recorded",
    "minutes": "held due within_standard median_days p90_days outstanding oldest_outstanding_days "
    "draft_within_standard actions_due approved_median_days circulated_p90_days filed_outstanding",
    "actions": "due completed_on_time completed_late not_possible not_done overdue median_days",
}


async def some_records() -> None:
    child = await builders.a_child()
    for day in (2, 3, 4):
        await builders.an_episode(child, at(2026, 5, day))
    agency = await builders.insert("agency", name="=cmd|' /C calc'!A0")
    await builders.an_action("mace", agency, date(2026, 5, 10))
    await builders.an_action("general", agency, date(2026, 5, 10))
    await builders.a_meeting("mace", at(2026, 5, 5), status="held")


@pytest.mark.parametrize("name", FIGURES)
async def test_the_json_has_the_agreed_shape(sign_in: SignIn, name: str) -> None:
    await some_records()
    manager = await sign_in("manager")
    said = (await manager.get(f"/figures/{name}.json?from=2026-05-01&to=2026-07-01")).json()
    assert (said["figure"], said["from"], said["to"], said["as_at"]) == (
        name,
        "2026-05-01",
        "2026-07-01",
        "2026-06-10",
    )
    assert said["definition"] == FIGURES[name].definition.reference
    keys = [value["key"] for value in said["values"]]
    assert set(KEYS[name].split()) <= set(keys)
    assert len(keys) == len(set(keys))
    assert [row["month"] for row in said["by_month"]] == ["2026-05", "2026-06"]
    for row in [*said["by_month"], *(group for groups in said["by"].values() for group in groups)]:
        assert [value["key"] for value in row["values"]] == keys
    for value in said["values"]:
        if "numerator" in value:
            assert {"key", "label", "numerator", "denominator", "percent"} <= set(value)
        else:
            assert set(value) - {"low", "high"} == {"key", "label", "value"}
    splits = {
        **{name: {"panel"} for name in ("minutes", "meetings", "attendance")},
        "actions": {"authority", "panel", "agency"},
    }.get(name, {"authority"})
    assert splits <= set(said["by"])


@pytest.mark.parametrize("name", FIGURES)
async def test_the_csv_holds_the_values_of_the_json(sign_in: SignIn, name: str) -> None:
    await some_records()
    manager = await sign_in("manager")
    window = "from=2026-05-01&to=2026-07-01"
    said = (await manager.get(f"/figures/{name}.json?{window}")).json()
    answer = await manager.get(f"/figures/{name}.csv?{window}")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == len(said["values"]) * (
        1 + len(said["by_month"]) + sum(len(groups) for groups in said["by"].values())
    )
    for value, row in zip(said["values"], rows, strict=False):
        for column in ("key", "label", "value", "numerator", "denominator", "percent"):
            assert row[column] == ("" if value.get(column) is None else str(value[column]))
        assert row["split"] == "all"


async def test_a_spreadsheet_takes_no_cell_for_a_formula(sign_in: SignIn) -> None:
    await some_records()
    manager = await sign_in("manager")
    text = (await manager.get("/figures/actions.csv?from=2026-05-01&to=2026-06-01")).content.decode(
        "utf-8-sig"
    )
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert "'=cmd|' /C calc'!A0" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("name", FIGURES)
async def test_a_page_shows_numbers_with_their_counts_and_the_definition(sign_in: SignIn, name: str) -> None:
    await some_records()
    manager = await sign_in("manager")
    answer = await manager.get(f"/figures/{name}?from=2026-05-01&to=2026-06-01")
    assert answer.status_code == 200
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))
    assert "1 May 2026 to 31 May 2026, as at 10 June 2026" in text
    assert f"Definition {FIGURES[name].definition.reference}" in text
    for words in FIGURES[name].definition.words:
        assert words.replace("'", "&#39;") in text
    assert "&lt;built-in" not in text
    assert answer.text.count("<h1") == 1


async def test_an_authority_without_records_has_pages_with_dashes(sign_in: SignIn) -> None:
    manager = await sign_in("manager")
    for name in FIGURES:
        answer = await manager.get(f"/figures/{name}")
        assert answer.status_code == 200
        assert "–" in answer.text
    assert (await manager.get("/figures")).status_code == 200


async def test_bad_input_is_answered_with_a_sentence_and_kept(sign_in: SignIn) -> None:
    manager = await sign_in("manager")
    address = "/figures/actions?from=2026-05-01&to=2026-01-01&authority=ola&panel=gone"
    answer = await manager.get(address)
    assert answer.status_code == 422
    assert "must be later than the first day" in answer.text
    assert "There is no panel “gone”" in answer.text
    assert 'value="2026-01-01"' in answer.text
    assert '<option value="ola" selected>' in answer.text
    assert (await manager.get(address.replace("actions", "actions.json"))).json()["errors"].keys() == {
        "to",
        "panel",
    }
    assert (await manager.get(address.replace("actions", "actions.csv"))).status_code == 422
    for query, says in (
        ("from=2027-01-01&to=2027-02-01", "The window begins after today"),
        ("as_at=2026-06-11", "This day has not come yet"),
        ("known_at=2026-06-10T11:00", "This moment has not come yet"),
    ):
        answer = await manager.get(f"/figures/actions?{query}")
        assert answer.status_code == 422
        assert says in answer.text


@pytest.mark.parametrize("address", ["nonsense", "missing.pdf", "missing.", "missing.csv.json", ".csv"])
async def test_an_unknown_figure_is_not_found(sign_in: SignIn, address: str) -> None:
    manager = await sign_in("manager")
    assert (await manager.get(f"/figures/{address}")).status_code == 404


@pytest.mark.parametrize("form", ["", ".csv", ".json"])
@pytest.mark.parametrize("name", FIGURES)
async def test_who_may_see_which_figure(sign_in: SignIn, name: str, form: str) -> None:
    about_panels = FIGURES[name].about_panels
    expected = {"manager": 200, "officer": 200, "analyst": 200, "chair": 200 if about_panels else 403}
    expected |= dict.fromkeys(("minute_taker", "police", "health", "admin", "outsider"), 403)
    for person, status in expected.items():
        browser = await sign_in(person)
        assert (await browser.get(f"/figures/{name}{form}")).status_code == status, person


async def test_a_chair_sees_the_panel_they_lead_and_no_other(sign_in: SignIn, cast: Any) -> None:
    await some_records()
    await builders.insert(
        "seat",
        panel=await builders.panel_id("mace"),
        person=cast.outsider.person_id,
        agency=cast.outsider.agency_id,
        role="vice-chair",
    )
    leader = await sign_in("outsider")
    window = "from=2026-05-01&to=2026-06-01"
    said = (await leader.get(f"/figures/actions.json?{window}")).json()
    assert (said["panel"], said["values"][0]["value"]) == ("mace", 1)
    assert [group["key"] for group in said["by"]["panel"]] == ["mace"]
    other = await leader.get(f"/figures/actions.json?{window}&panel=general")
    assert other.status_code == 422
    assert "general" not in (await leader.get("/figures")).text
    assert "Missing episodes" not in (await leader.get("/figures")).text


async def test_the_overview_asks_recall_about_closures_that_were_followed_for_a_year(sign_in: SignIn) -> None:
    manager = await sign_in("manager")
    text = (await manager.get("/figures")).text
    at_once = sum(kind.followed_for == 0 for kind in FIGURES.values())
    assert text.count("1 June 2025 to 31 May 2026, as at 10 June 2026") == at_once
    assert "1 June 2024 to 31 May 2025, as at 10 June 2026" in text


class OpenDoor:
    """What a command is given; its work runs on the test's own event loop, where the database is open."""

    def __init__(self, settings: Settings, clock: TestClock) -> None:
        self.settings = settings
        self.clock = clock
        self.loop = asyncio.get_running_loop()

    def run(self, work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        return asyncio.run_coroutine_threadsafe(work(), self.loop).result()


Command = Callable[..., Awaitable[click.testing.Result]]


@pytest.fixture
def command(db: None, settings: Settings, clock: TestClock) -> Command:
    async def run(*words: str) -> click.testing.Result:
        runner = click.testing.CliRunner()
        return await asyncio.to_thread(runner.invoke, figures, words, obj=OpenDoor(settings, clock))

    return run


async def test_the_command_prints_the_json_of_the_page(command: Command, sign_in: SignIn) -> None:
    await some_records()
    manager = await sign_in("manager")
    for name in FIGURES:
        given = (
            "--from",
            "2026-05-01",
            "--to",
            "2026-06-01",
            "--as-at",
            "2026-06-01",
            "--authority",
            "own",
            "--json",
        )
        printed = await command(name, *given)
        assert printed.exit_code == 0, printed.output
        page = await manager.get(
            f"/figures/{name}.json?from=2026-05-01&to=2026-06-01&as_at=2026-06-01&authority=own"
        )
        assert json.loads(printed.stdout) == page.json()


async def test_the_command_prints_a_table_to_read(command: Command) -> None:
    await some_records()
    printed = await command("missing", "--from", "2026-05-01", "--to", "2026-06-01", "--panel", "mace")
    assert printed.exit_code == 0
    assert "1 May 2026 to 31 May 2026, as at 10 June 2026" in printed.stdout
    assert re.search(r"^Returned within 24 hours +100 % \(3 of 3\)$", printed.stdout, re.MULTILINE)
    assert "Left aside, since it means nothing here: panel" in printed.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ("shoes", "--from", "2026-05-01", "--to", "2026-06-01"),
            "There is no figure “shoes”. The figures are: missing",
        ),
        (
            ("missing", "--from", "2026-06-01", "--to", "2026-05-01"),
            "--to: The day after the last must be later",
        ),
        (("minutes", "--from", "2026-05-01", "--to", "2026-06-01", "--panel", "x"), "The panels are: "),
        (
            ("missing", "--from", "2026-05-01", "--to", "2026-06-01", "--legal-status", "x"),
            "--legal-status: “x” is not",
        ),
        (("missing", "--from", "soon", "--to", "2026-06-01"), "--from: Enter the first day"),
        (
            ("missing", "--from", "2026-05-01", "--to", "2026-06-01", "--definition", "missing/9"),
            "--definition: There is no version “missing/9” of this figure. The one that holds now is missing/",
        ),
    ],
)
async def test_the_command_refuses_with_a_sentence(
    command: Command, words: tuple[str, ...], says: str
) -> None:
    printed = await command(*words)
    assert printed.exit_code == 2
    assert says in printed.stderr
    assert not printed.stdout
