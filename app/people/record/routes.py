"""`/history`: the record of changes and reads, for managers and administrators."""

from math import ceil
from typing import Any, ClassVar, Literal
from urllib.parse import urlencode

from litestar import Request, get
from litestar.response import Template
from pydantic import Field

from app.access import Permission
from app.people import queries as people
from app.people.record.queries import PER_PAGE, entries
from app.web.forms import Form, check_form
from app.web.pages import page
from app.web.routing import needs


class HistoryFilter(Form):
    wrong: ClassVar[dict[str, str]] = {
        "child": "Enter the number of a child, such as 12",
        "person": "Choose a person from the list",
        "only": "Choose reads or changes",
        "page": "There is no such page",
    }
    child: int | None = Field(default=None, ge=1, le=2**62)
    person: int | None = Field(default=None, ge=1, le=2**62)
    only: Literal["", "reads", "changes"] = ""
    page: int = Field(default=1, ge=1, le=100_000)


@get("/history", opt=needs(Permission.SEE_HISTORY))
async def history(request: Request[Any, Any, Any]) -> Template:
    given = {name: value for name, value in request.query_params.items() if value}
    filled = check_form(given, HistoryFilter)
    chosen = filled.value or HistoryFilter()
    found, total = await entries(
        child_id=chosen.child, person_id=chosen.person, only=chosen.only, page=chosen.page
    )
    kept = {name: value for name, value in given.items() if name in ("child", "person", "only")}
    return page(
        request,
        "people/history.html",
        status=422 if filled.errors else 200,
        entries=found,
        total=total,
        pages=max(1, ceil(total / PER_PAGE)),
        chosen=chosen,
        given=given,
        errors=filled.errors,
        people=await people.people(),
        href="/history?" + urlencode(kept | {"page": ""}),
    )


ROUTES = [history]
