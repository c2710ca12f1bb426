"""The places of concern of the example: made by the panel officer from what episodes said, two merged, some left."""

from datetime import datetime

from app.episodes.places.changes import add_name, make_place, merge_place
from app.episodes.places.queries import all_places
from app.episodes.places.rules import Details, PlaceFacts
from app.example.names import OTHER_SPELLINGS
from app.example.stage import Stage

PLACES = (
    Details(
        "Sampleford bus station", "transport", "Sampleford Central", note="Meeting point on Friday evenings."
    ),
    Details("Mockton shopping centre", "shop", "Mockton"),
    Details(
        "Pretend Quay", "open-space", "Mockton", note="Badly lit at the far end; the council has been told."
    ),
    Details("Samplesby railway station", "transport", "Samplesby"),
    Details("Testwood retail park", "shop", "Testwood"),
    Details("Exemplar Park bandstand", "open-space", "Sampleford Central"),
    Details("Fable Street arcade", "shop", "Sampleford Central"),
    Details("Exemplar House", "residential", "Testwood"),
    Details("Sampleford bus interchange", "transport", "Sampleford Central"),
)
SAME = ("Sampleford bus interchange", "Sampleford bus station")


async def make_places(stage: Stage, now: datetime) -> None:
    officer = stage.cast.officer
    made: dict[str, int] = {}
    for details in PLACES:
        made[details.name] = await make_place(officer, details, now=now)
    for name, others in OTHER_SPELLINGS.items():
        # the last of them stands among the names that belong to no place yet
        for other in others[:-1]:
            if name in made and other not in made:
                await add_name(officer, await _place(made[name]), other, now=now)
    doubled, kept = (made[name] for name in SAME)
    await merge_place(officer, await _place(doubled), kept, seen=1, now=now)


async def _place(place_id: int) -> PlaceFacts:
    return next(place for place in await all_places() if place.id == place_id)
