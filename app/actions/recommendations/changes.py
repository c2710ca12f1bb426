"""Writing a recommendation down, mending it, saying how it stands, judging it. One verb each."""

from dataclasses import dataclass
from datetime import date, datetime

from app import database
from app.access import Identity, Permission, permits
from app.actions.recommendations.queries import (
    Lead,
    ListedRecommendation,
    leads_to_choose,
    people_to_tell,
    recommendation_for,
)
from app.actions.recommendations.rules import (
    RECOMMENDATION_LIFECYCLE,
    Recommended,
    lead_mail,
    recommended_problems,
    timescale_words,
)
from app.actions.rules import FINISHED, ISSUED, UpdateFacts, words_of_the_first
from app.actions.tracking.changes import keep_judgement
from app.actions.tracking.rules import RECOMMENDATION, Judged
from app.history.changes import record, refuse_second
from app.lifecycle import Forbidden, MovedOn, Refused
from app.london import london_date
from app.outbox.changes import write_message


async def add_recommendation(
    who: Identity, told: Recommended, *, now: datetime, base_url: str, submission_key: str | None = None
) -> int:
    """Writes a recommendation down, tells whoever leads on it, and returns its id.

    Raises Forbidden, Refused by field, AlreadySubmitted.
    """
    if not permits(who, Permission.MANAGE_RECOMMENDATION):
        raise Forbidden(Permission.MANAGE_RECOMMENDATION)
    async with database.transaction():
        lead = await _lead(told, now)
        person_id, post_id = _ids(lead)
        made: int = await database.fetch_value(
            "INSERT INTO recommendation (source, source_title, source_on, reference, text, owner, post, agency, "
            "due_on, original_due_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) RETURNING id",
            told.source,
            told.source_title.strip(),
            told.source_on,
            told.reference.strip(),
            told.text.strip(),
            person_id,
            post_id,
            lead.agency_id,
            told.due_on,
        )
        await _say(who, made, ISSUED, "", now)
        await _note(who, "recommendation added", made, now, submission_key)
        await _tell_lead(who, made, told.due_on, base_url, now)
    return made


async def change_recommendation(
    who: Identity,
    recommendation_id: int,
    told: Recommended,
    *,
    seen: int,
    now: datetime,
    base_url: str,
    submission_key: str | None = None,
) -> None:
    """Mends what stands in it, or moves its timescale: the first one is kept, and its story says so. Whoever leads
    on it from now on is told.

    `seen`: the version on screen. Raises Invisible, Forbidden, Refused by field, MovedOn, AlreadySubmitted.
    """
    async with database.transaction():
        await database.execute("SELECT FROM recommendation WHERE id = $1 FOR UPDATE", recommendation_id)
        before = await recommendation_for(who, recommendation_id, Permission.MANAGE_RECOMMENDATION)
        await refuse_second(submission_key)
        lead = await _lead(told, now, before.lead_key)
        person_id, post_id = _ids(lead)
        changed = await database.fetch_value(
            "UPDATE recommendation SET source = $3, source_title = $4, source_on = $5, reference = $6, text = $7, "
            "owner = $8, post = $9, agency = $10, due_on = $11, version = version + 1 "
            "WHERE id = $1 AND version = $2 RETURNING id",
            before.id,
            seen,
            told.source,
            told.source_title.strip(),
            told.source_on,
            told.reference.strip(),
            told.text.strip(),
            person_id,
            post_id,
            lead.agency_id if lead.key != before.lead_key else before.agency_id,
            told.due_on,
        )
        if changed is None:
            raise MovedOn("Somebody changed this recommendation just now. What you wrote is kept below.")
        if told.due_on != before.due_on:
            await _say(who, before.id, before.status, timescale_words(before.due_on, told.due_on), now)
        await _note(who, "recommendation changed", before.id, now, submission_key)
        if lead.key != before.lead_key:
            await _tell_lead(who, before.id, told.due_on, base_url, now)


@dataclass(frozen=True)
class Said:
    """What a person says of a recommendation: the move, a note, and the version that they had before them."""

    move: str
    note: str
    version: int


async def update_recommendation(
    who: Identity, recommendation_id: int, said: Said, *, now: datetime, submission_key: str | None = None
) -> ListedRecommendation:
    """Moves it by the lifecycle of actions, keeps the word, and returns it as it stands then.

    Raises Invisible, Forbidden, Refused (a reason is missing), MovedOn (somebody was first), AlreadySubmitted.
    """
    async with database.transaction():
        await database.execute("SELECT FROM recommendation WHERE id = $1 FOR UPDATE", recommendation_id)
        one = await recommendation_for(who, recommendation_id)
        await refuse_second(submission_key)
        if one.version != said.version:
            raise MovedOn(words_of_the_first(one.status, one.last_by, one.last_at, one.last_note))
        move = RECOMMENDATION_LIFECYCLE.check(said.move, one.status, who, one.scope, UpdateFacts(said.note))
        moved = await database.fetch_value(
            "UPDATE recommendation SET status = $3, finished_on = $4, version = version + 1 "
            "WHERE id = $1 AND version = $2 AND finished_on IS NULL RETURNING id",
            one.id,
            said.version,
            move.target,
            london_date(now) if move.target in FINISHED else None,
        )
        if moved is None:
            one = await recommendation_for(who, recommendation_id)
            raise MovedOn(words_of_the_first(one.status, one.last_by, one.last_at, one.last_note))
        await _say(who, one.id, move.target, said.note.strip(), now)
        await _note(who, "recommendation updated", one.id, now, submission_key)
        return await recommendation_for(who, recommendation_id)


async def assess_recommendation(
    who: Identity, recommendation_id: int, judged: Judged, *, now: datetime, submission_key: str | None = None
) -> None:
    """Records how it turned out, by the rules that actions are judged by.

    Raises Invisible, Forbidden, Refused by field, AlreadySubmitted.
    """
    async with database.transaction():
        await database.execute("SELECT FROM recommendation WHERE id = $1 FOR UPDATE", recommendation_id)
        one = await recommendation_for(who, recommendation_id, Permission.MANAGE_RECOMMENDATION)
        await refuse_second(submission_key)
        await keep_judgement(who, RECOMMENDATION, one.id, one, judged, now=now)
        await _note(
            who, "recommendation assessed", one.id, now, submission_key, {"category": judged.category}
        )


async def _lead(told: Recommended, now: datetime, present: str = "") -> Lead:
    """Who leads. Whoever leads already may go on, also where they could not be chosen anew. Raises Refused."""
    leads = {lead.key: lead for lead in await leads_to_choose()}
    if present and told.lead == present and present not in leads:
        kind, _, _ = present.partition("-")
        leads[present] = Lead(present, kind, "", 0)
    problems = recommended_problems(told, set(leads), london_date(now))
    if problems:
        raise Refused(next(iter(problems.values())), problems)
    return leads[told.lead]


def _ids(lead: Lead) -> tuple[int | None, int | None]:
    """Person and post; both None where an agency leads."""
    number = int(lead.key.partition("-")[2])
    return number if lead.kind == "person" else None, number if lead.kind == "post" else None


async def _tell_lead(
    who: Identity, recommendation_id: int, due_on: date, base_url: str, now: datetime
) -> None:
    subject, body = lead_mail(recommendation_id, due_on, base_url)
    for person_id, email in await people_to_tell(recommendation_id):
        if person_id != who.person_id:
            await write_message(person_id=person_id, recipient=email, subject=subject, body=body, now=now)


async def _say(who: Identity, recommendation_id: int, status: str, note: str, now: datetime) -> None:
    await database.execute(
        "INSERT INTO recommendation_update (recommendation, person, status, note, made_at) "
        "VALUES ($1, $2, $3, $4, $5)",
        recommendation_id,
        who.person_id,
        status,
        note,
        now,
    )


async def _note(
    who: Identity,
    kind: str,
    recommendation_id: int,
    now: datetime,
    submission_key: str | None,
    details: dict[str, object] | None = None,
) -> None:
    await record(
        who.person_id,
        kind,
        "recommendation",
        [recommendation_id],
        now=now,
        details=details,
        submission_key=submission_key,
    )
