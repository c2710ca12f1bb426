"""The children of the example: who they are, where they live, how much is happening around them. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from random import Random

from app.example.names import (
    CHILDRENS_HOMES,
    FIRST_NAMES,
    OTHER_AREAS,
    OTHER_AUTHORITIES,
    SCHOOLS,
    SHARED_HOMES,
    STAFF_FIRST_NAMES,
    STAFF_SURNAMES,
    STREETS,
    SURNAMES,
    TEAMS,
)
from app.example.rules import Present, Size, chance, choose

HEAVY_SHARE = 0.04
HEAVY_EPISODES = 0.28
"""A published study of one force: 4 % of children made 28 % of the incidents."""

ETHNICITIES = (
    ("White British", 58), ("Mixed", 14), ("Asian or Asian British", 11), ("Black or Black British", 10),
    ("Other", 2), ("", 5),
)  # fmt: skip
DISABILITIES = (
    ("None", 68), ("Autism", 8), ("Learning disability", 7), ("ADHD", 5), ("Hearing", 2), ("", 10),
)  # fmt: skip
"""As files have them; blank where nobody recorded it."""


@dataclass(frozen=True)
class ExampleChild:
    """`episodes`: how often missing in the time the example covers. `strain` from 0 to 1: how much worries people."""

    number: int
    ref: str
    name: str
    born_on: date
    sex: str
    ethnicity: str
    disability: str
    legal_status: str
    responsible_authority: str
    placed_in: str
    placement: str
    provider: str
    lives_at: str
    lives_in: str
    social_worker: str
    team: str
    school: str
    episodes: int
    strain: float

    def as_row(self) -> dict[str, str]:
        """As the council's file of children tells it."""
        worker = self.social_worker.lower().replace(" ", ".")
        return {
            "child_ref": self.ref,
            "child_name": self.name,
            "dob": self.born_on.isoformat(),
            "sex": self.sex,
            "ethnicity": self.ethnicity,
            "disability": self.disability,
            "other_refs": f"EXPOL-{self.number + 7000:05};EXNHS-{self.number + 3000:05}",
            "social_worker": self.social_worker,
            "social_worker_email": f"{worker}@example.org" if worker else "",
            "team": self.team,
            "school": self.school,
            "placement": self.placement,
            "provider": self.provider,
            "placed_in": self.placed_in,
            "legal_status": self.legal_status,
            "responsible_authority": self.responsible_authority,
        }


def children_of(size: Size, present: Present) -> list[ExampleChild]:
    luck = chance("children")
    names = luck.sample([f"{first} {last}" for first, last in product(FIRST_NAMES, SURNAMES)], size.children)
    counts = episode_counts(size)
    luck.shuffle(counts)
    return [
        _child(luck, number + 1, names[number], counts[number], present) for number in range(size.children)
    ]


def episode_counts(size: Size) -> list[int]:
    """How often each child was missing: few very often, most now and then, some never."""
    luck = chance("episode counts")
    heavy = max(2, round(size.children * HEAVY_SHARE))
    never = round(size.children * 0.06)
    rest = size.children - heavy - never
    many = _shared_out(
        luck, round(size.episodes * HEAVY_EPISODES), [luck.uniform(0.6, 1.4) for _ in range(heavy)]
    )
    some = _shared_out(luck, size.episodes - sum(many), [0.12 + luck.expovariate(1) for _ in range(rest)])
    most = min(many) - 1
    return many + [min(count, most) for count in some] + [0] * never


def _shared_out(luck: Random, total: int, weights: list[float]) -> list[int]:
    shares = [max(1, round(total * weight / sum(weights))) for weight in weights]
    while sum(shares) != total:
        place = luck.randrange(len(shares))
        step = 1 if sum(shares) < total else -1
        if shares[place] + step >= 1:
            shares[place] += step
    return shares


def _child(luck: Random, number: int, name: str, episodes: int, present: Present) -> ExampleChild:
    age = choose(luck, ((11, 3), (12, 6), (13, 12), (14, 18), (15, 24), (16, 22), (17, 16), (18, 4)))
    whose = choose(luck, (("own-here", 0.72), ("own-away", 0.12), ("ola-here", 0.16)))
    legal = "cla" if whose != "own-here" else choose(luck, (("cla", 4), ("cp", 2), ("cin", 3), ("none", 3)))
    placement, lives_at, lives_in, provider = _home(luck, legal)
    known = legal != "none"
    strain = min(1.0, episodes / 30 + luck.betavariate(1.2, 4))
    return ExampleChild(
        number=number,
        ref=f"EX-{number:05}",
        name=name,
        born_on=present.day - timedelta(days=age * 365 + age // 4 + luck.randrange(2, 363)),
        sex=choose(luck, (("female", 52), ("male", 45), ("other", 3))),
        ethnicity=choose(luck, ETHNICITIES),
        disability=choose(luck, DISABILITIES),
        legal_status=legal,
        responsible_authority=luck.choice(OTHER_AUTHORITIES) if whose == "ola-here" else "",
        placed_in=luck.choice(OTHER_AREAS) if whose == "own-away" else "",
        placement=placement,
        provider=provider,
        lives_at=lives_at,
        lives_in=lives_in,
        social_worker=f"{luck.choice(STAFF_FIRST_NAMES)} {luck.choice(STAFF_SURNAMES)}" if known else "",
        team=luck.choice(TEAMS) if known else "",
        school=luck.choice(SCHOOLS),
        episodes=episodes,
        strain=strain,
    )


def _home(luck: Random, legal: str) -> tuple[str, str, str, str]:
    """The placement in words, where episodes start from, the kind of that place, and who provides it."""
    address = f"{luck.randrange(1, 90)} {luck.choice(STREETS)}"
    if legal != "cla":
        return "At home", address, "home", ""
    kind = choose(luck, (("residential", 4), ("foster", 4), ("semi-independent", 2)))
    if kind == "foster":
        return (
            "Foster care",
            f"Foster home, {address}",
            kind,
            choose(luck, (("own", 5), ("independent fostering", 4))),
        )
    if kind == "residential":
        return (
            "Children’s home",
            luck.choice(CHILDRENS_HOMES),
            kind,
            choose(luck, (("private", 6), ("own", 3))),
        )
    return "Semi-independent", luck.choice(SHARED_HOMES), kind, "private"
