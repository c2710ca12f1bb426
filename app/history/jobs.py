"""The recurring job of the record: sealing new entries."""

from app.door import Door
from app.history.sealing import seal_entries


async def seal_history(door: Door) -> int:
    """Seals what can be sealed and returns how many entries that were."""
    return await seal_entries(door.settings.secret_key, door.settings.data_dir)


JOBS = [seal_history]
