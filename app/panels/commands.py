"""`homeward propose`: what a panel's rule would put on an agenda, and why. Nothing is changed."""

import json
from dataclasses import replace
from datetime import date

import click

from app import database
from app.door import Door
from app.lifecycle import Refused
from app.panels.agenda.queries import ordered_for_agenda
from app.panels.selection.queries import proposal_on
from app.panels.selection.rules import Proposal, ProposedItem
from app.panels.terms.queries import standing_panel, standing_panels
from app.panels.words import counted, long_day


class UnknownPanel(Exception):
    """No panel has this slug; the message lists those that exist."""


@click.command("propose")
@click.argument("panel")
@click.option("--on", "day", required=True, help="The day, such as 2026-03-31.")
@click.option("--json", "as_json", is_flag=True, help="Prints JSON for other programs.")
@click.pass_obj
def propose(door: Door, panel: str, day: str, as_json: bool) -> None:
    """What PANEL's rule would put on an agenda that day, with reasons; changes nothing."""
    try:
        on = date.fromisoformat(day)
    except ValueError:
        click.echo(f"“{day}” is not a date. Write it as 2026-03-31.", err=True)
        raise SystemExit(2) from None
    try:
        proposal = door.run(lambda: _proposal(door, panel, on))
    except (UnknownPanel, Refused) as problem:
        click.echo(str(problem), err=True)
        raise SystemExit(2) from None
    if as_json:
        click.echo(json.dumps(proposal.as_json(), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(proposal)))


async def _proposal(door: Door, slug: str, on: date) -> Proposal:
    async with database.transaction():
        panel = await standing_panel(slug)
        if panel is None:
            slugs = ", ".join(known.slug for known in await standing_panels())
            raise UnknownPanel(f"There is no panel “{slug}”. The panels are: {slugs}.")
        proposal = await proposal_on(panel, on, now=door.clock())
        if panel.kind.for_one_child:
            return replace(proposal, items=tuple(sorted(proposal.items, key=_by_due_date)))
        return await ordered_for_agenda(panel, proposal, on)


def _by_due_date(item: ProposedItem) -> tuple[str, str, int]:
    """The order of the list of meetings to convene; one that a rule gives no date comes first."""
    return item.facts.get("due_on", ""), item.facts.get("triggered_on", ""), item.child_id


def _lines(proposal: Proposal) -> list[str]:
    window = proposal.window.as_json()
    lines = [
        f"{proposal.panel} on {long_day(proposal.on)}",
        f"Rule: {proposal.rule} ({proposal.rule_version})",
        f"Window: from {window['from']} up to, not including, {window['to']}",
        "",
        f"{counted(len(proposal.items), 'child', 'children')} proposed",
    ]
    for number, item in enumerate(proposal.items, 1):
        refs = f" [{', '.join(item.episode_refs)}]" if item.episode_refs else ""
        lines.append(f"{number:>4}. {item.child_ref}: {item.reason}{refs}")
    if proposal.places:
        lines += ["", f"{counted(len(proposal.places), 'place')} that recur"]
        lines += [f"      {place.place}: {place.reason}" for place in proposal.places]
    if proposal.near_misses:
        lines += ["", "Near misses"]
        lines += [f"      {near.child_ref}: {near.reason}" for near in proposal.near_misses]
    return lines


COMMANDS: list[click.Command] = [propose]
