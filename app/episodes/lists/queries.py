"""The episodes on a list of missing children, as far as this person may see the children."""

from collections.abc import Collection
from datetime import datetime

from app import database
from app.access import Identity, Permission, Scope, permits
from app.episodes.handed_in import handed_in
from app.episodes.lists.rules import ListedEpisode, ListKind, is_listed
from app.episodes.queries import EPISODE_COLUMNS, episode_facts
from app.episodes.rules import cohort_of, told_or_childs

_LISTED = f"""
    SELECT {EPISODE_COLUMNS}, c.id AS child_id, coalesce(nullif(c.name, ''), c.child_ref) AS known_as, c.child_ref,
           c.born_on, c.responsible_authority AS childs_authority, c.placed_in AS childs_placed_in,
           c.legal_status AS childs_legal_status
    FROM episode e JOIN child c ON c.id = e.child
    WHERE e.merged_into IS NULL AND e.started_at <= $1
"""
_OPEN = "(e.returned_at IS NULL AND e.end_unknown_after IS NULL)"
# Only narrows: what is on a list is for the rule to say. A return without a time counts to the end of its day.
_NARROWED = {
    ListKind.MISSING_NOW: f" AND ({_OPEN} OR e.returned_at > $2)",
    ListKind.MISSING_THIS_WEEK: f" AND (e.started_at >= $2 OR e.returned_at >= $2 - interval '25 hours' OR {_OPEN})",
}


async def episodes_listed(
    who: Identity, kind: ListKind, first: datetime, as_at: datetime, own_names: tuple[str, ...]
) -> list[ListedEpisode]:
    """The episodes of all categories on the list from `first` until `as_at`; merged and withdrawn ones are left out."""
    if sees_every_child(who):
        return await every_episode_listed(kind, first, as_at, own_names)
    among = await handed_in.children_of_panels(who.seat_panels(), who)
    return await _episodes_listed(kind, first, as_at, own_names, among)


async def every_episode_listed(
    kind: ListKind, first: datetime, as_at: datetime, own_names: tuple[str, ...]
) -> list[ListedEpisode]:
    """The same of every child, for what those alone can open who see every child."""
    return await _episodes_listed(kind, first, as_at, own_names, None)


async def _episodes_listed(
    kind: ListKind,
    first: datetime,
    as_at: datetime,
    own_names: tuple[str, ...],
    among: Collection[int] | None,
) -> list[ListedEpisode]:
    values: list[object] = [as_at, as_at if kind is ListKind.MISSING_NOW else first]
    reach = ""
    if among is not None:
        values.append(sorted(among))
        reach = " AND e.child = ANY($3::bigint[])"
    async with database.planned_for_its_values():
        rows = await database.fetch(_LISTED + _NARROWED[kind] + reach, *values)
    listed = [_listed(row, own_names) for row in rows]
    return [one for one in listed if is_listed(kind, one.episode, first, as_at)]


def sees_every_child(who: Identity) -> bool:
    """Else the lists hold the children alone that this person's panels list."""
    return permits(who, Permission.SEE_CHILD, Scope())


def _listed(row: dict[str, object], own_names: tuple[str, ...]) -> ListedEpisode:
    of_child = {name: row.pop(name) for name in ("child_id", "known_as", "child_ref", "born_on")}
    childs = {name: str(row.pop(f"childs_{name}")) for name in ("authority", "placed_in", "legal_status")}
    episode = episode_facts(row)
    authority = told_or_childs(episode.responsible_authority, childs["authority"])
    placed_in = told_or_childs(episode.placed_in, childs["placed_in"])
    return ListedEpisode(
        **of_child,  # type: ignore[arg-type]
        cohort=cohort_of(authority, placed_in, own_names),
        authority=authority,
        placed_in=placed_in,
        legal_status=told_or_childs(episode.legal_status, childs["legal_status"]),
        episode=episode,
    )
