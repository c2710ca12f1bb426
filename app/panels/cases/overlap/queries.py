"""Reads which other panels have the same children: one query for all of them, and their actions, handed in."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from app import database
from app.access import Identity
from app.panels.cases.overlap.rules import OtherPanel, may_know, may_open, month_around
from app.panels.handed_in import OpenAction, handed_in
from app.panels.restricting.queries import seer, sees_item

# A meeting to come counts once its agenda is issued; an item that is restricted, for those it names.
OTHERS = f"""
    SELECT found.child, p.id AS panel_id, p.slug, p.name, max(found.met_at) AS met_at,
           max(found.meeting_id) AS meeting_id, max(found.case_id) AS case_id, max(found.case_since) AS case_since
    FROM (
        (SELECT DISTINCT ON (i.child, m.panel) i.child, m.panel, m.starts_at AS met_at, m.id AS meeting_id,
               NULL::bigint AS case_id, NULL::date AS case_since
        FROM agenda_item i JOIN meeting m ON m.id = i.meeting
        WHERE i.child = ANY($1::bigint[]) AND m.panel <> $2 AND i.status = 'on-agenda'
          AND (m.status = 'held' OR (m.status = 'agenda-issued' AND i.first_issued_in IS NOT NULL))
          AND m.starts_at >= $3 AND m.starts_at < $4
          AND {sees_item(5)}
        ORDER BY i.child, m.panel, m.starts_at DESC, m.id DESC)
        UNION ALL
        SELECT k.child, k.panel, NULL, NULL, k.id, k.accepted_on FROM panel_case k
        WHERE k.child = ANY($1::bigint[]) AND k.panel <> $2 AND k.closed_on IS NULL
        UNION ALL
        SELECT child, panel, NULL, NULL, NULL, NULL FROM unnest($9::bigint[], $10::bigint[]) AS acting(child, panel)
    ) found JOIN panel p ON p.id = found.panel
    GROUP BY found.child, p.id ORDER BY found.child, p.name, p.id
"""


async def also_on(
    who: Identity, panel_id: int, child_ids: Collection[int], day: date
) -> dict[int, list[OtherPanel]]:
    """By child, the other panels with an open case of it, a meeting about it within a month, or open actions.

    Only what this person may know; children on no other panel are left out. The same few queries for any number.
    """
    if not child_ids:
        return {}
    since, until = month_around(day)
    actions = await handed_in.open_actions(list(child_ids), who)
    acting = {(child, one.panel_id) for child, found in actions.items() for one in found}
    acting = {(child, panel) for child, panel in acting if panel not in (0, panel_id)}
    rows = await database.fetch(
        OTHERS,
        list(child_ids),
        panel_id,
        since,
        until,
        *seer(who),
        [child for child, _ in acting],
        [panel for _, panel in acting],
    )
    others: dict[int, list[OtherPanel]] = {}
    for row in rows:
        child, there = row.pop("child"), row["panel_id"]
        if may_know(who, panel_id, there):
            other = OtherPanel(**row, may_open=may_open(who, there))
            others.setdefault(child, []).append(_with_actions(other, actions.get(child, [])))
    return others


def _with_actions(other: OtherPanel, actions: list[OpenAction]) -> OtherPanel:
    return replace(other, actions=tuple(one for one in actions if one.panel_id == other.panel_id))
