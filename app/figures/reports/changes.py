"""What happens to a report: made, written in, fixed, discarded, made anew. One verb each."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app import database
from app.access import Identity, Permission, Scope, permits
from app.figures.reports.building import RETIRED, Look, content_now
from app.figures.reports.content import as_read, children_in
from app.figures.reports.kinds import ReportKind, kind_of
from app.figures.reports.queries import report_by_id, words_of_version
from app.figures.reports.rules import REPORTS, ReportFacts, ReportStatus, together, too_long
from app.figures.sections import Audience
from app.history.changes import record, refuse_second
from app.lifecycle import Forbidden, MovedOn, Refused, Stale
from app.minutes.fixed_text.rules import canonical, fingerprint
from app.windows import Window

ABOUT = "report"


async def make_report(
    who: Identity | None,
    kind: ReportKind,
    audience: Audience,
    window: Window,
    *,
    panel: str | None = None,
    now: datetime,
    submission_key: str | None = None,
) -> int:
    """A new draft; without a person, a schedule made it. Returns its id.

    Raises Refused by field, Forbidden, AlreadySubmitted.
    """
    _require_maker(who)
    if audience not in kind.audiences:
        raise Refused("Choose one from the list", {"audience": "This report is not made for them"})
    if panel and not kind.about_panels:
        raise Refused("Choose one from the list", {"panel": "This report is about all panels together"})
    async with database.transaction():
        await refuse_second(submission_key)
        made: int = await database.fetch_value(
            "INSERT INTO report (kind, audience, from_on, to_on, panel, made_by, made_at) "
            "VALUES ($1, $2, $3, $4, (SELECT id FROM panel WHERE slug = $5), $6, $7) RETURNING id",
            kind.slug,
            audience.value,
            window.first,
            window.last,
            panel,
            who.person_id if who else None,
            now,
        )
        await _record(who, "report made", made, now, {"kind": kind.slug}, submission_key)
    return made


async def write_words(
    who: Identity,
    report_id: int,
    words: Mapping[str, str],
    *,
    seen: int,
    joins: bool = True,
    now: datetime,
) -> int:
    """Keeps the officer's words by section and returns their version. `seen`: the one that the form was based on.

    What a colleague wrote meanwhile in other sections stays beside it; a page that `joins` nothing is told instead.
    Sent twice, the same words are kept once. Raises Stale with the stored words where both changed the same section,
    Refused by field, MovedOn once it is fixed, Invisible, Forbidden.
    """
    async with database.transaction():
        report = await report_by_id(report_id, lock=True)
        _check("write", who, report)
        if words == report.narrative:
            return report.version
        problems = too_long(words)
        if problems:
            raise Refused(next(iter(problems.values())), problems)
        both = together(await words_of_version(report, seen), report.narrative, words)
        if both.apart or (seen != report.version and not joins):
            raise Stale(dict(report.narrative), report.written_by, report.version)
        await database.execute(
            "UPDATE report SET narrative = $2, written_by = $3, written_at = $4, version = version + 1 "
            "WHERE id = $1",
            report_id,
            json.dumps(both.words),
            who.person_id,
            now,
        )
        changed = sorted(
            key
            for key in {*both.words, *report.narrative}
            if both.words.get(key) != report.narrative.get(key)
        )
        await _record(who, "report written", report_id, now, {"sections": changed}, None)
    return report.version + 1


async def fix_report(
    look: Look,
    report_id: int,
    version: int,
    reading: str | None = None,
    *,
    submission_key: str | None = None,
) -> str:
    """Writes what the report says once and for all and returns its SHA-256.

    `reading`: the fingerprint of what was on screen; without one, nobody had to read it.
    Raises MovedOn (also when the numbers are not what was read), Invisible, Forbidden, AlreadySubmitted.
    """
    who, now = look.who, look.now
    await refuse_second(submission_key)
    report = await report_by_id(report_id)
    _check("fix", who, report)
    by = {"by": who.name if who else "", "at": now.isoformat()}
    content = await content_now(report, look, fixed=by)
    async with database.transaction():
        locked = await report_by_id(report_id, lock=True)
        await refuse_second(submission_key)
        _check("fix", who, locked)
        if not version == report.version == locked.version:
            raise MovedOn(
                "Somebody wrote in this report while you were reading it. Read it again, then fix it."
            )
        if reading and reading != fingerprint(canonical(as_read(content))):
            raise MovedOn(
                "Records changed while you were reading, and with them the numbers. Read the report again, then "
                "fix it."
            )
        text = canonical(content)
        sha256 = fingerprint(text)
        await database.execute(
            "UPDATE report SET status = $2, content = $3, sha256 = $4, fixed_by = $5, fixed_at = $6, "
            "version = version + 1 WHERE id = $1",
            report_id,
            ReportStatus.FIXED.value,
            text,
            sha256,
            who.person_id if who else None,
            now,
        )
        details = {"sha256": sha256}
        await _record(who, "report fixed", report_id, now, details, submission_key, children_in(content))
    return sha256


async def discard_report(
    who: Identity, report_id: int, version: int, *, now: datetime, submission_key: str | None = None
) -> None:
    """Takes a draft off the list; its words stay in the past.

    Raises MovedOn, Invisible, Forbidden, AlreadySubmitted.
    """
    async with database.transaction():
        report = await report_by_id(report_id, lock=True)
        await refuse_second(submission_key)
        _check("discard", who, report)
        if version != report.version:
            raise MovedOn("Somebody wrote in this report meanwhile. Read it again before you discard it.")
        await database.execute(
            "UPDATE report SET status = $2, version = version + 1 WHERE id = $1",
            report_id,
            ReportStatus.DISCARDED.value,
        )
        await _record(who, "report discarded", report_id, now, {}, submission_key)


async def make_new_version(
    who: Identity, report_id: int, *, now: datetime, submission_key: str | None = None
) -> int:
    """A draft with the words of a fixed report, about the same time, with the numbers of now. Returns its id.

    Raises MovedOn where it is no fixed one or has a new version, Invisible, Forbidden, AlreadySubmitted.
    """
    async with database.transaction():
        # of a fixed row nothing changes: what keeps two versions apart is the lock alone
        report = await report_by_id(report_id, lock=True)
        await refuse_second(submission_key)
        _check("make a new version", who, report)
        if kind_of(report.kind) is None:
            raise MovedOn(RETIRED)
        if report.followed_by:
            raise MovedOn("There is a new version of this report already. Nothing was changed.")
        made: int = await database.fetch_value(
            "INSERT INTO report (kind, audience, from_on, to_on, panel, narrative, number, follows, made_by, made_at) "
            "SELECT kind, audience, from_on, to_on, panel, narrative, number + 1, id, $2, $3 FROM report "
            "WHERE id = $1 RETURNING id",
            report_id,
            who.person_id,
            now,
        )
        await _record(
            who, "report made", made, now, {"kind": report.kind, "follows": report_id}, submission_key
        )
    return made


def _check(move: str, who: Identity | None, report: ReportFacts) -> None:
    """Whether this may be done now; a schedule may whatever the status allows."""
    if who is not None:
        REPORTS.check(move, report.status, who, Scope(), report)
    elif report.status not in REPORTS.move(move).sources:
        raise MovedOn(f"This report is already {report.status}. Nothing was changed.")


def _require_maker(who: Identity | None) -> None:
    if who is not None and not permits(who, Permission.MAKE_REPORT):
        raise Forbidden(Permission.MAKE_REPORT)


async def _record(
    who: Identity | None,
    kind: str,
    report_id: int,
    now: datetime,
    details: dict[str, Any],
    submission_key: str | None,
    children: list[int] | None = None,
) -> None:
    await record(
        who.person_id if who else None,
        kind,
        ABOUT,
        [report_id],
        now=now,
        children=children or [],
        details=details,
        submission_key=submission_key,
    )
