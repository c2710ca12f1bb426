"""What was decided about a place, for its page. Wired by the house."""

from collections.abc import Sequence

from app import database
from app.access import Identity, Permission, Scope, permits
from app.episodes.handed_in import ChronologyMoment
from app.minutes.marking.rules import marks_from_text, seen_by
from app.panels.hotspots.queries import ABOUT_PLACE
from app.panels.restricting.queries import seer, sees_item


async def moments_of_place(
    who: Identity, place_ids: Sequence[int], names: Sequence[str]
) -> list[ChronologyMoment]:
    """The decisions about a place in minutes that this person may read; drafts are for those who work on them."""
    rows = await database.fetch(
        "SELECT i.meeting, m.panel, p.name, m.starts_at, m.date_only, d.outcome, d.decision, "
        "jsonb_build_object('decision', r.text -> 'marks' -> 'decision') AS mark, "
        "coalesce(w.status IN ('approved', 'circulated'), false) AS is_settled "
        "FROM discussion d JOIN agenda_item i ON i.id = d.agenda_item JOIN meeting m ON m.id = i.meeting "
        "JOIN panel p ON p.id = m.panel LEFT JOIN minutes w ON w.meeting = m.id "
        "LEFT JOIN discussion_revision r ON r.discussion = d.id AND r.version = d.version "
        f"WHERE {ABOUT_PLACE} AND m.status = 'held' AND d.decision <> '' AND {sees_item(3)}",
        list(place_ids),
        list(names),
        *seer(who),
    )
    return [
        ChronologyMoment(
            at=row["starts_at"],
            kind="minutes",
            title=f"Decided by {row['name']}",
            words=row["decision"],
            url=f"/meetings/{row['meeting']}/minutes",
            date_only=row["date_only"],
        )
        for row in rows
        if permits(
            who,
            Permission.SEE_MINUTES if row["is_settled"] else Permission.SEE_DRAFT_MINUTES,
            Scope(panel_ids=frozenset({row["panel"]})),
        )
        and all(map(seen_by(who, row["panel"]), marks_from_text(row["mark"]).values()))
    ]
