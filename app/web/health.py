"""`/healthz` (the process answers) and `/readyz` (database and migrations)."""

from typing import Any

from litestar import Response, get

from app import database
from app.migrating import pending
from app.web.routing import public


@get("/healthz", opt=public())
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


@get("/readyz", opt=public())
async def readyz() -> Response[Any]:
    """503 with a sentence when the database does not answer or is older than this program."""
    found = await database.health()
    problem = found.problem
    if found.answers and await pending():
        problem = "The database is older than this program. Run: homeward migrate"
    return Response(
        {"status": "problem" if problem else "ok", "problem": problem}, status_code=503 if problem else 200
    )
