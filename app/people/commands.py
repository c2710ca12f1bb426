"""`homeward people`: adding a person from the command line, such as the first administrator."""

import click

from app.access import Role
from app.door import Door
from app.lifecycle import Refused
from app.people import changes, queries


@click.group("people")
def people() -> None:
    """People who may sign in."""


@people.command("add")
@click.option("--email", required=True, help="The address to sign in with.")
@click.option("--name", required=True)
@click.option("--agency", required=True, help="The agency's name; a new one is made.")
@click.option("--role", "roles", multiple=True, type=click.Choice([str(role) for role in Role]))
@click.pass_obj
def add(door: Door, email: str, name: str, agency: str, roles: tuple[str, ...]) -> None:
    """Creates a person and prints a one-time link to set a password, valid for 48 hours."""

    async def work() -> str:
        now = door.clock()
        known = {facts.name.casefold(): facts.id for facts in await queries.agencies()}
        agency_id = known.get(agency.strip().casefold())
        if agency_id is None:
            agency_id = await changes.add_agency(None, agency.strip(), "other", now=now)
        person_id = await changes.add_person(
            None, email=email, name=name, agency_id=agency_id, roles=list(roles), now=now
        )
        return await changes.invite(None, person_id, now=now)

    try:
        token = door.run(work)
    except (Refused, ValueError) as problem:
        click.echo(str(problem), err=True)
        raise SystemExit(2) from None
    click.echo(f"{door.settings.base_url}/set-password/{token}")


COMMANDS = [people]
