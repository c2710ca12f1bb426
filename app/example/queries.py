"""Whether anybody is here yet, and whether the example's people are among them."""

from app import database
from app.people.queries import example_people_exist
from app.people.rules import EXAMPLE_EMAILS


async def is_empty() -> bool:
    """Whether there are neither people nor children."""
    return not await database.fetch_value("SELECT EXISTS (SELECT FROM person) OR EXISTS (SELECT FROM child)")


async def example_is_here() -> bool:
    return await example_people_exist(EXAMPLE_EMAILS)


async def counts() -> dict[str, int]:
    """How many of everything there is, by what a person calls it."""
    row = await database.fetch_one(
        "SELECT (SELECT count(*) FROM child) AS children, "
        "(SELECT count(*) FROM episode) AS episodes, (SELECT count(*) FROM interview) AS interviews, "
        "(SELECT count(*) FROM meeting) AS meetings, (SELECT count(*) FROM action) AS actions"
    )
    return dict(row or {})
