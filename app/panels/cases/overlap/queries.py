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
    ) found JOIN panel p ON p.id = found.panel
    GROUP BY found.child, p.id ORDER BY found.child, p.name, p.id
"""


async def also_on(
    who: Identity, panel_id: int, child_ids: Collection[int], day: date
) -> dict[int, list[OtherPanel]]:
    """By child, the other panels with an open case of it or a meeting about it within a month of the day.

    Only what this person may know; children on no other panel are left out. The same few queries for any number.
    """
    if not child_ids:
        return {}
    since, until = month_around(day)
    rows = await database.fetch(OTHERS, list(child_ids), panel_id, since, until, *seer(who))
    others: dict[int, list[OtherPanel]] = {}
    for row in rows:
        child = row.pop("child")
        if may_know(who, panel_id, row["panel_id"]):
            others.setdefault(child, []).append(OtherPanel(**row, may_open=may_open(who, row["panel_id"])))
    actions = await handed_in.open_actions(list(others), who) if others else {}
    return {
        child: [_with_actions(other, actions.get(child, [])) for other in found]
        for child, found in others.items()
    }


def _with_actions(other: OtherPanel, actions: list[OpenAction]) -> OtherPanel:
    return replace(other, actions=tuple(one for one in actions if one.panel_id == other.panel_id))
