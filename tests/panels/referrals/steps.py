"""What tests of referrals and briefings do again and again: a form filled in, a referral made, a decision."""

from datetime import UTC, date, datetime
from typing import Any

from app import database
from app.access import Identity
from app.panels.referrals.changes import decide_referral, receive_referral
from app.panels.referrals.decisions.rules import Decision
from app.panels.referrals.queries import referral_facts
from app.panels.referrals.rules import ReferralFacts, Told
from tests import builders

NOW = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)
TODAY = date(2026, 6, 10)


def filled(child: int | str, agency: int, **changed: Any) -> dict[str, Any]:
    """A referral as a browser sends it."""
    return {
        "child": str(child),
        "referred_on": "2026-06-10",
        "agency": str(agency),
        "referrer": "Ms Marlow, form tutor",
        "concerns": ["county-lines", "missing"],
        "risk_level": "high",
        "consent": "given",
        "lawful_basis": "consent",
        "wanted": "A plan that all of us know",
    } | changed


async def referred(who: Identity, child: int, *, now: datetime = NOW, **changed: Any) -> int:
    told = Told(**{"referred_on": TODAY, "agency_id": who.agency_id, "consent": "given"} | changed)
    return await receive_referral(who, child, told, now=now)


async def facts(referral_id: int) -> ReferralFacts:
    found = await referral_facts(referral_id)
    assert found is not None
    return found


async def decided(
    who: Identity, referral_id: int, threshold: str = "met", slug: str = "mace", *, now: datetime = NOW
) -> None:
    found = await facts(referral_id)
    decision = Decision(threshold, await builders.panel_id(slug), "early help", "as agreed")
    await decide_referral(who, found, decision, version=found.version, now=now)


async def cases_of(child: int) -> list[dict[str, Any]]:
    return await database.fetch(
        "SELECT k.id, p.slug, k.referral, k.accepted_on, k.closed_on, k.recall_of, k.risk_at_start FROM panel_case k "
        "JOIN panel p ON p.id = k.panel WHERE k.child = $1 ORDER BY k.id",
        child,
    )
