"""Which panel or person a cell names."""

from dataclasses import dataclass

from app import database
from app.episodes.imports.rules import slug_of


@dataclass(frozen=True)
class NamedPanels:
    """Panel ids by slug and by name, whatever the case. `slugs`: those that exist, for the sentence of a rejection."""

    ids: dict[str, int]
    slugs: tuple[str, ...]

    def id_of(self, named: str) -> int | None:
        return self.ids.get(named.casefold()) or self.ids.get(slug_of(named))

    @property
    def unknown(self) -> str:
        return f"There is no panel of this name. Write one of: {', '.join(self.slugs)}."


async def named_panels() -> NamedPanels:
    rows = await database.fetch("SELECT id, slug, name FROM panel ORDER BY id")
    ids = {row["name"].casefold(): row["id"] for row in rows} | {row["slug"]: row["id"] for row in rows}
    return NamedPanels(ids, tuple(row["slug"] for row in rows))


async def named_people() -> dict[str, int]:
    """Ids of people by e-mail address and by name, case-folded; a name that two people bear is left out."""
    rows = await database.fetch(
        "SELECT lower(email) AS named, id FROM person UNION ALL "
        "SELECT lower(name), min(id) FROM person GROUP BY lower(name) HAVING count(*) = 1"
    )
    return {row["named"]: row["id"] for row in rows}
