"""So that things which a test does at once really happen at once."""

import asyncio

from app import database


async def several_connections(number: int = 8) -> None:
    """Opens the pool's connections beforehand: opened one by one, they would let the first change finish alone."""
    await asyncio.gather(*(database.fetch_value("SELECT pg_sleep(0.05)") for _ in range(number)))
