"""The example's posts with their covers, and who leads whom."""

from datetime import datetime

from app.example.people import Cast
from app.people.agencies.changes import add_post, set_line_lead
from app.people.agencies.rules import PostNamed

POSTS = (
    ("Duty social worker", "robin.homely@example.org", "blair.vicewell@example.org"),
    ("Missing persons desk", "nico.nightshift@example.org", "police@example.org"),
    ("Safeguarding nurse on call", "health@example.org", "toni.clinicwell@example.org"),
    ("Virtual school duty line", "sky.learnwell@example.org", "lee.lookson@example.org"),
)
"""Each with its holder and its cover; the agency is theirs."""

LINES = (
    ("chair@example.org", "manager@example.org"),
    ("officer@example.org", "manager@example.org"),
    ("blair.vicewell@example.org", "chair@example.org"),
    ("robin.homely@example.org", "blair.vicewell@example.org"),
    ("minutes@example.org", "officer@example.org"),
    ("sam.secondly@example.org", "officer@example.org"),
    ("nico.nightshift@example.org", "police@example.org"),
    ("health@example.org", "toni.clinicwell@example.org"),
    ("lee.lookson@example.org", "sky.learnwell@example.org"),
)
"""Whom, and the line lead above them."""


async def fill_posts(cast: Cast, now: datetime, address: str) -> None:
    admin = cast.people["admin@example.org"]
    for name, holder_email, cover_email in POSTS:
        holder, cover = cast.people[holder_email], cast.people[cover_email]
        post = PostNamed(name, holder.person_id, cover.person_id)
        await add_post(admin, holder.agency_id, post, now=now, base_url=address)
    for email, lead_email in LINES:
        person, lead = cast.people[email], cast.people[lead_email]
        await set_line_lead(admin, person.agency_id, person.person_id, lead.person_id, now=now)
