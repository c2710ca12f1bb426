"""What an address asks of the tracking table: the quarter, how it is grouped, which rows, which page. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from app.actions.tracking.rules import BY_AGENCY, BY_NUMBER, BY_PANEL, OF_NO_PANEL, Tracked, category_of
from app.london import add_months
from app.windows import EARLIEST, LATEST, Window, last_quarter, quarter_start, quarter_words

ADDRESS = "/actions/tracking"
UNJUDGED = "none"
PER_PAGE = 50
MOST_ON_ONE_PAGE = 2_000
QUARTERS_BACK = 8


@dataclass(frozen=True)
class TrackingFilters:
    """`quarter`: its first day. `category`: a number as text, or `none`. `rows`: `all` for one page to print."""

    quarter: date
    by: str = BY_PANEL
    panel: str = ""
    agency: str = ""
    category: str = ""
    rows: str = ""
    page: int = 1

    @property
    def window(self) -> Window:
        return Window(self.quarter, add_months(self.quarter, 3))

    @property
    def words(self) -> str:
        return quarter_words(self.quarter)

    def query(self, **changed: str | int | date) -> str:
        """The address's query with some filters changed; defaults left out, the quarter always told."""
        one = replace(self, **changed)  # type: ignore[arg-type]
        told: dict[str, str] = {"quarter": f"{one.quarter:%Y-%m}"}
        told |= {"by": one.by} if one.by != BY_PANEL else {}
        told |= {
            name: getattr(one, name) for name in ("panel", "agency", "category", "rows") if getattr(one, name)
        }
        return urlencode(told | ({"page": str(one.page)} if one.page > 1 else {}))

    def address(self, **changed: str | int | date) -> str:
        return f"{ADDRESS}?{self.query(**changed)}"

    def rows_of(self, key: str, category: int | str | None) -> str:
        """The address of the rows behind one number: of a panel or agency (all where blank) and a category."""
        chosen = UNJUDGED if category is None else str(category)
        where = {} if not key else {"agency" if self.by == BY_AGENCY else "panel": key}
        return self.address(**where, category=chosen, page=1, rows="") + "#rows"

    def step(self, quarters: int) -> str:
        return self.address(quarter=add_months(self.quarter, 3 * quarters), page=1)

    def counts(self, row: Tracked) -> bool:
        """Whether a row is of the panel and the agency asked for."""
        panel = OF_NO_PANEL if not row.panel_slug else row.panel_slug
        return self.panel in ("", panel) and self.agency in ("", str(row.agency_id))

    def shows(self, row: Tracked, today: date) -> bool:
        """Whether a counted row is of the category asked for."""
        return self.category in ("", str(category_of(row, today) or UNJUDGED))


def read_filters(given: Mapping[str, str], today: date) -> TrackingFilters:
    """The filters of an address; what cannot be read falls back to the last complete quarter, all rows."""
    category, page, agency = given.get("category", ""), given.get("page", ""), given.get("agency", "")
    return TrackingFilters(
        quarter=_quarter(given.get("quarter", "")) or last_quarter(today).first,
        by=BY_AGENCY if given.get("by") == BY_AGENCY else BY_PANEL,
        panel=given.get("panel", "")[:60],
        agency=agency if agency.isdecimal() and len(agency) < 10 else "",
        category=category if category == UNJUDGED or category in map(str, BY_NUMBER) else "",
        rows="all" if given.get("rows") == "all" else "",
        page=max(1, int(page)) if page.isdecimal() and len(page) < 6 else 1,
    )


def _quarter(text: str) -> date | None:
    """The first day of the quarter of a month such as 2026-07."""
    try:
        first = quarter_start(date.fromisoformat(f"{text}-01"))
    except ValueError:
        return None
    return first if EARLIEST <= first < LATEST else None


def quarter_choices(today: date, chosen: date) -> list[tuple[str, str]]:
    """The coming quarter, the present one and the two years before them, and whichever is chosen."""
    this = quarter_start(today)
    offered = {add_months(this, 3 * step) for step in range(1, -QUARTERS_BACK - 1, -1)} | {chosen}
    return [(f"{first:%Y-%m}", quarter_words(first)) for first in sorted(offered, reverse=True)]
