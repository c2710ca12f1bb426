"""The recurring jobs of this room, gathered for the house."""

from app.door import Job
from app.episodes.schedules.jobs import JOBS as SCHEDULES
from app.episodes.uploads.jobs import JOBS as UPLOADS

JOBS: list[Job] = [*UPLOADS, *SCHEDULES]
