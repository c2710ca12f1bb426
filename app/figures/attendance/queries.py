"""Reading which agencies came to held meetings, for the figure `attendance`. What a quorum is, the panels say."""

from app.figures.attendance.rules import DEFINITION, TESTS, MeetingAttended, told_of
from app.figures.counting import Noun
from app.figures.facts import FactCounting, FactUnit
from app.figures.queries import Records, Row, standards_known
from app.figures.rules import Question
from app.london import london_date
from app.minutes.timeliness.queries import Standards
from app.panels.attendance.rules import quorum_among

# A seat holds until it ends, and of several of one person the one that ended next after the meeting held at it. Who
# came without a seat and was asked as a guest is one. A reply before the meeting is no note of who came.
HELD = """
WITH held AS MATERIALIZED (
    SELECT m.id, m.panel, m.starts_at, p.slug, p.name, p.kind FROM {meeting} m JOIN panel p ON p.id = m.panel
    WHERE m.status = 'held' AND m.starts_at >= {from_at} AND m.starts_at < {to_at} AND m.starts_at < {until}
        AND ({panel} IS NULL OR p.slug = {panel})
), seats AS MATERIALIZED (
    SELECT s.panel, s.person, s.role, s.ended_at,
        lag(s.ended_at) OVER (PARTITION BY s.panel, s.person ORDER BY s.ended_at, s.id) AS since
    FROM {seat} s
), guests AS (
    SELECT DISTINCT g.meeting, g.person FROM {guest_slot} g WHERE g.person IS NOT NULL
), came AS (
    SELECT a.meeting,
        array_agg(DISTINCT a.agency) FILTER (
            WHERE a.status IN ('present', 'deputy') AND a.person IS NOT NULL AND s.role IS DISTINCT FROM 'observer'
            AND (s.role IS NOT NULL OR g.person IS NULL)) AS agencies,
        bool_or(a.status IN ('present', 'deputy', 'information-sent', 'absent')
            OR (a.replied_at IS NULL AND a.confidentiality_at IS NULL)) AS is_noted
    FROM held h JOIN {attendance} a ON a.meeting = h.id
        LEFT JOIN seats s ON s.panel = h.panel AND s.person = a.person
            AND (s.since IS NULL OR s.since <= h.starts_at) AND (s.ended_at IS NULL OR h.starts_at < s.ended_at)
        LEFT JOIN guests g ON g.meeting = h.id AND g.person = a.person
    GROUP BY a.meeting
)
SELECT h.id, h.panel AS panel_id, h.starts_at, h.slug, h.name, h.kind, c.agencies,
    coalesce(c.is_noted, false) AS is_noted
FROM held h LEFT JOIN came c ON c.meeting = h.id
"""


async def meetings_attended(question: Question) -> list[MeetingAttended]:
    """The meetings held in the window, of the panel asked for or of all, with the kinds of agency that came."""
    rows = await Records(question).rows(HELD)
    kinds = {
        row["id"]: row["kind"] for row in await Records(question).rows("SELECT g.id, g.kind FROM {agency} g")
    }
    known = await standards_known(question)
    return [_meeting(row, kinds, known) for row in rows]


def _meeting(row: Row, kinds: dict[int, str], known: Standards) -> MeetingAttended:
    held_on = london_date(row["starts_at"])
    terms = known.of(row["panel_id"], row["kind"], held_on)
    came = {agency: kinds[agency] for agency in row["agencies"] or () if agency in kinds}
    quorum = quorum_among(came, terms.quorum, terms.required_agencies, len(came))
    return MeetingAttended(
        id=row["id"],
        on=held_on,
        panel=row["slug"],
        panel_name=row["name"],
        required=frozenset(terms.required_agencies),
        came=frozenset(came.values()),
        is_noted=row["is_noted"],
        quorum=quorum,
    )


ATTENDANCE = FactCounting(DEFINITION, (FactUnit(Noun.MEETING, meetings_attended, TESTS, tell=told_of),))
