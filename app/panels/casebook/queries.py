"""Reads the referrals and cases of children on panels as casebooks. Nothing is written here."""

from collections.abc import Collection

from app import database
from app.panels.casebook.rules import Casebook, Ids, StoredCase, StoredReferral

Pair = tuple[int, int]
"""A panel and a child."""

OF_PAIRS = "JOIN unnest($1::bigint[], $2::bigint[]) AS wanted(panel, child) USING (panel, child)"


async def casebooks(pairs: Collection[Pair], most: int) -> dict[Pair, Casebook]:
    """What is stored of these children on these panels, and ids for as many as `most` referrals and cases.

    Of several referrals of one day the book holds the one that opened a case, else the first.
    """
    wanted = sorted(pairs)
    asked = [pair[0] for pair in wanted], [pair[1] for pair in wanted]
    referrals = await database.fetch_as(
        StoredReferral,
        "SELECT id, panel, child, referred_on, threshold, threshold <> '' AND decided_at IS NOT NULL AS decided_here "
        f"FROM referral {OF_PAIRS} "
        "ORDER BY EXISTS (SELECT FROM panel_case c WHERE c.referral = referral.id), id DESC",
        *asked,
    )
    cases = await database.fetch_as(
        StoredCase,
        "SELECT id, panel, child, referral, accepted_on, first_meeting_on, closed_on, closure_reason, risk_at_start, "
        "risk_at_close, recall_of, "
        "(last_reviewed_on IS NOT NULL OR closed_by IS NOT NULL OR came_by <> '') AS met_here "
        # a case that came from another panel keeps the first one's referral: that one goes before it
        f"FROM panel_case {OF_PAIRS} ORDER BY came_by <> '', id",
        *asked,
    )
    ids = Ids(await _new_ids("referral", most), await _new_ids("panel_case", most))
    books = {pair: Casebook({}, [], ids) for pair in wanted}
    for referral in referrals:
        books[referral.panel, referral.child].referrals[referral.referred_on] = referral
    for case in cases:
        books[case.panel, case.child].cases.append(case)
    return books


async def _new_ids(table: str, many: int) -> list[int]:
    rows = await database.fetch(
        f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) AS id FROM generate_series(1, $1)", many
    )
    return [row["id"] for row in rows]
