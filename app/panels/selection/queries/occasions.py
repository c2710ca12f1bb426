"""Reads of the occasion of a proposal: the meeting, the one held before it and the next one, the risk scales."""

from dataclasses import dataclass
from datetime import date, datetime

from app import database
from app.london import day_end, day_start, london_date
from app.panels.selection.rules.occasions import HeldMeeting, Occasion
from app.panels.selection.rules.scales import Scale, Scales
from app.panels.terms.queries import terms_at
from app.panels.terms.rules import StandingPanel, Terms


@dataclass(frozen=True)
class Meeting:
    id: int
    starts_at: datetime
    date_only: bool
    child_id: int | None

    @property
    def begins(self) -> datetime:
        """What has happened by then comes before the meeting; one without a time takes in its whole day."""
        return HeldMeeting(self.starts_at, self.date_only).covers_until


MEETING = "SELECT id, starts_at, date_only, child AS child_id FROM meeting "


async def meeting_by_id(meeting_id: int) -> Meeting:
    return (await database.fetch_as(Meeting, MEETING + "WHERE id = $1", meeting_id))[0]


async def first_meeting(panel: StandingPanel, day: date) -> Meeting | None:
    """The panel's first meeting of a London day; those cancelled or for one child alone do not count."""
    rows = await database.fetch_as(
        Meeting,
        MEETING + "WHERE panel = $1 AND starts_at >= $2 AND starts_at < $3 AND status <> 'cancelled' "
        "AND child IS NULL ORDER BY starts_at, id LIMIT 1",
        panel.id,
        day_start(day),
        day_end(day),
    )
    return rows[0] if rows else None


async def occasion_of(
    panel: StandingPanel,
    at: datetime,
    on: date,
    now: datetime,
    meeting: Meeting | None,
    under: Terms | None = None,
) -> Occasion:
    """`under`: other terms than those that hold that day."""
    terms = under or await terms_at(panel, on)
    meeting_id = None if meeting is None else meeting.id
    row = await database.fetch_one(
        "SELECT held.starts_at, held.date_only, next.starts_at AS next_at, scales.eras FROM "
        "(SELECT array_agg(jsonb_build_object('levels', levels, 'from', holds_from) ORDER BY holds_from) AS eras "
        " FROM risk_scale) scales "
        "LEFT JOIN LATERAL (SELECT starts_at, date_only FROM meeting WHERE panel = $1 AND status = 'held' "
        " AND child IS NULL AND starts_at < $2 AND id IS DISTINCT FROM $3 ORDER BY starts_at DESC LIMIT 1) held "
        "ON true LEFT JOIN LATERAL (SELECT starts_at FROM meeting WHERE panel = $1 AND status <> 'cancelled' "
        " AND child IS NULL AND starts_at >= $2 AND id IS DISTINCT FROM $3 ORDER BY starts_at LIMIT 1) next ON true",
        panel.id,
        at,
        meeting_id,
    )
    assert row is not None
    eras = tuple(Scale(tuple(era["levels"]), date.fromisoformat(era["from"])) for era in row["eras"] or ())
    return Occasion(
        panel=panel,
        terms=terms,
        scales=Scales(eras or (Scale(("low", "medium", "high"), date.min),)),
        at=at,
        on=on,
        now=now,
        next_on=london_date(row["next_at"]) if row["next_at"] else terms.kind.rhythm.after(on),
        meeting_id=meeting_id,
        only_child=None if meeting is None else meeting.child_id,
        last_held=HeldMeeting(row["starts_at"], row["date_only"]) if row["starts_at"] else None,
    )
