"""The people of the example: agencies, sign-ins, seats. Made through the rooms' own changes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app import database
from app.access import Identity
from app.panels.kinds import KINDS
from app.panels.standing.changes import give_seat
from app.panels.standing.queries import panel_for, seats_of
from app.panels.terms.rules import StandingPanel
from app.people import changes

PASSWORD = "homeward-example-1"

AGENCIES = (
    ("Exampleshire Children’s Services", "social-care"),
    ("Exampleshire Police", "police"),
    ("Exampleshire Health Trust", "health"),
    ("Exampleshire Schools Partnership", "education"),
    ("Exampleshire Youth Justice Service", "youth-justice"),
    ("Lantern (charity for young people)", "charity"),
    ("Exampleshire Housing Company", "other"),
)
FARAWAY = "Faraway Youth Trust"
"""Works with none of the panels; only the outsider belongs to it."""

ACADEMY = "Sampleford Academy"
"""A school: nobody of it has a seat; its lead is asked to an item now and then."""


@dataclass(frozen=True)
class Somebody:
    """`agency`: its kind, or its name where none of its kind sits on a panel.

    `seat`: the role on all seven panels, or on those named in `panels`; none where empty.
    """

    email: str
    name: str
    agency: str
    roles: tuple[str, ...] = ()
    seat: str = ""
    panels: tuple[str, ...] = ()
    signs_in: bool = False


CAST = (
    Somebody("admin@example.org", "Addie Minster", "social-care", ("administrator",), signs_in=True),
    Somebody("manager@example.org", "Morgan Guardwell", "social-care", ("safeguarding-manager",), signs_in=True),
    Somebody("officer@example.org", "Ollie Panelby", "social-care", ("panel-officer",), signs_in=True),
    Somebody("chair@example.org", "Charlie Chairwell", "social-care", seat="chair", signs_in=True),
    Somebody("minutes@example.org", "Minnie Takewright", "social-care", seat="minute-taker", signs_in=True),
    Somebody(
        "police@example.org", "Pax Constable-Sample", "police", ("agency-lead",), seat="member", signs_in=True,
    ),
    Somebody("health@example.org", "Heather Wellby", "health", seat="member", signs_in=True),
    Somebody("outsider@example.org", "Otto Outsider", FARAWAY, signs_in=True),
    Somebody("guest@example.org", "Gale Schoolworth", ACADEMY, signs_in=True),
    Somebody("blair.vicewell@example.org", "Blair Vicewell", "social-care", seat="vice-chair"),
    Somebody("robin.homely@example.org", "Robin Homely", "social-care", ("agency-lead",), seat="member"),
    Somebody("sky.learnwell@example.org", "Sky Learnwell", "education", ("agency-lead",), seat="member"),
    Somebody("jules.fairplay@example.org", "Jules Fairplay", "youth-justice", seat="member"),
    Somebody("ash.lanternby@example.org", "Ash Lanternby", "charity", seat="member"),
    Somebody(
        "nico.nightshift@example.org", "Nico Nightshift", "police", seat="member",
        panels=("multiple-missing-hotspots", "high-risk-misper", "missing-children-panel"),
    ),
    Somebody(
        "toni.clinicwell@example.org", "Toni Clinicwell", "health", ("agency-lead",), seat="member",
        panels=("mace", "child-exploitation-tracking"),
    ),
    Somebody(
        "dana.keysworth@example.org", "Dana Keysworth", "other", seat="member",
        panels=("multiple-missing-hotspots", "missing-operational-group"),
    ),
    Somebody(
        "lee.lookson@example.org", "Lee Lookson", "education", seat="observer",
        panels=("missing-operational-group", "mace"),
    ),
    Somebody("sam.secondly@example.org", "Sam Secondly", "social-care", seat="minute-taker", panels=("mace",)),
    Somebody("analyst@example.org", "Andi Countwell", "social-care", ("analyst",), signs_in=True),
)  # fmt: skip


@dataclass(frozen=True)
class Cast:
    """Everybody by e-mail address, the seven panels by slug, and the agencies by kind."""

    people: dict[str, Identity]
    panels: dict[str, StandingPanel]
    agencies: dict[str, int]

    @property
    def chair(self) -> Identity:
        return self.people["chair@example.org"]

    @property
    def taker(self) -> Identity:
        return self.people["minutes@example.org"]

    @property
    def vice_chair(self) -> Identity:
        return self.people["blair.vicewell@example.org"]

    @property
    def second_taker(self) -> Identity:
        return self.people["sam.secondly@example.org"]

    @property
    def guest(self) -> Identity:
        return self.people["guest@example.org"]

    @property
    def officer(self) -> Identity:
        return self.people["officer@example.org"]

    def seated_on(self, slug: str) -> Sequence[Identity]:
        """Everybody with a seat on a panel, in the order of the cast."""
        panel_id = self.panels[slug].id
        return [who for who in self.people.values() if panel_id in who.seat_panels()]

    def members_of(self, slug: str) -> Sequence[Identity]:
        """Those with a seat on a panel who take part, in the order of the cast."""
        panel_id = self.panels[slug].id
        return [
            who
            for who in self.people.values()
            if panel_id in who.seat_panels("member", "chair", "vice-chair")
        ]


async def seat_the_cast(now: datetime) -> Cast:
    """Makes agencies, people, passwords and seats, all of them at this instant."""
    agencies = {kind: await changes.add_agency(None, name, kind, now=now) for name, kind in AGENCIES}
    names = {kind: name for name, kind in AGENCIES} | {FARAWAY: FARAWAY, ACADEMY: ACADEMY}
    working = agencies | {
        FARAWAY: await changes.add_agency(None, FARAWAY, "charity", now=now),
        ACADEMY: await changes.add_agency(None, ACADEMY, "education", now=now),
    }
    hashed = await asyncio.to_thread(changes.HASHER.hash, PASSWORD)
    people: dict[str, Identity] = {}
    for one in CAST:
        person_id = await changes.add_person(
            None,
            email=one.email,
            name=one.name,
            agency_id=working[one.agency],
            roles=list(one.roles),
            now=now,
        )
        people[one.email] = Identity(
            person_id, one.name, one.email, working[one.agency], names[one.agency], frozenset(one.roles)
        )
    await database.execute(
        "UPDATE person SET password_hash = $1 WHERE id = ANY($2)",
        hashed,
        [people[one.email].person_id for one in CAST if one.signs_in],
    )
    officer = people["officer@example.org"]
    panels = {slug: await panel_for(officer, slug) for slug in KINDS if slug != "general"}
    for one in CAST:
        for slug in (one.panels or panels) if one.seat else ():
            await give_seat(
                officer,
                panels[slug],
                person_id=people[one.email].person_id,
                role=one.seat,
                agency_id=None,
                now=now,
                submission_key=None,
            )
    seated = {email: replace(who, seats=await seats_of(who.person_id)) for email, who in people.items()}
    return Cast(seated, panels, agencies)
