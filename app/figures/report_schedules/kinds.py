"""Every kind of report as something that can go out by schedule: its draft is made, once, and a link is sent."""

from dataclasses import replace

from app.episodes.schedules.kinds import Mail, Occasion, Scheduled, off_until_chosen
from app.episodes.schedules.rules import Periods, sent_when
from app.figures.report_schedules.queries import report_about
from app.figures.reports.changes import make_report
from app.figures.reports.kinds import KINDS, ReportKind
from app.figures.reports.periods import SEVEN_DAYS, WEEK

MONDAYS = (1,)
TWICE_A_WEEK = (1, 4)
DAYS_OF = {WEEK: MONDAYS, SEVEN_DAYS: TWICE_A_WEEK}
"""What is about weeks goes out on days of the week; everything else after its period."""


def scheduled(kind: ReportKind) -> Scheduled:
    """The report for its usual readers, about all panels together."""
    audience = kind.audiences[0]

    async def prepare(occasion: Occasion) -> Mail:
        window = kind.period.last_complete(occasion.due_on)
        made = await report_about(kind.slug, audience.value, window)
        report_id = made or await make_report(None, kind, audience, window, now=occasion.now)
        return Mail(
            f"{kind.title}: a draft about {window.words}",
            f"The report “{kind.title}” about {window.words} is there as a draft. Sign in to read it, to write what it "
            f"means, and to fix it.\n\n{occasion.base_url}/reports/{report_id}\n\n"
            f"{sent_when(occasion.schedule)} A panel officer or an administrator chooses who gets it.\n",
        )

    days = DAYS_OF.get(kind.period, ())
    default = off_until_chosen(kind.slug, days)
    if not days:
        default = replace(
            default, periods=Periods(kind.period.noun, lambda day: kind.period.last_complete(day).last)
        )
    return Scheduled(kind.title, kind.about, default, prepare)


SCHEDULED: tuple[Scheduled, ...] = tuple(scheduled(kind) for kind in KINDS)
