"""Builds the house: wires the rooms, and what a later room hands in to an earlier one. The clock is a parameter."""

import asyncio
import importlib
from collections.abc import Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from app import database, migrating
from app.access import Identity
from app.actions.carried import queries as carried
from app.actions.merging import changes as merging_of_actions
from app.actions.reviewing import queries as reviewing
from app.actions.search import queries as search_of_actions
from app.door import Clock, Job
from app.episodes import handed_in as episodes_handed_in
from app.figures.cases import queries as cases_in_figures
from app.london import london_date
from app.minutes import handed_in as minutes_handed_in
from app.minutes.extracts import changes as extracts
from app.minutes.extracts import queries as extract_queries
from app.minutes.outcomes import queries as minutes
from app.minutes.places import queries as discussed
from app.minutes.timeliness import changes as timeliness
from app.outbox.rules import sender_of
from app.panels import handed_in as panels_handed_in
from app.panels.chronology import queries as chronology
from app.panels.handed_in import CarriedAction, OpenAction
from app.panels.hotspots import queries as hotspots
from app.panels.merging import changes as merging_of_panels
from app.panels.standing import queries as standing
from app.settings import Settings

Result = TypeVar("Result")


def real_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class House:
    """The wired service. Use `run` for commands; the web server keeps the database open by itself."""

    settings: Settings
    clock: Clock

    def run(self, work: Callable[[], Coroutine[Any, Any, Result]], bring_up: bool = True) -> Result:
        """Brings the database up, awaits `work()` with the pool open, closes it, and returns what came back.

        Raises DatabaseProblem or MigrationsPending with a sentence.
        """
        database.settle(self.settings)

        async def opened() -> Result:
            await database.open_pool(most=4)
            try:
                if bring_up:
                    await migrating.bring_up()
                return await work()
            finally:
                await database.close_pool()

        return asyncio.run(opened())

    @property
    def jobs(self) -> Sequence[Job]:
        """The recurring jobs of every room, in the order of a round."""
        return _collect(
            "JOBS",
            (
                "app.outbox.jobs",
                "app.episodes.jobs",
                "app.panels.rhythm.jobs",
                "app.minutes.circulation.jobs",
                "app.minutes.reminding.jobs",
                "app.minutes.search.jobs",
                "app.actions.jobs",
                "app.history.jobs",
            ),
        )


def create_house(settings: Settings, clock: Clock = real_clock) -> House:
    _hand_in(settings, clock)
    return House(settings, clock)


def _collect(what: str, modules: tuple[str, ...]) -> list[Any]:
    """The lists of this name, read when they are asked for: a command does not load every page."""
    return [one for name in modules for one in getattr(importlib.import_module(name), what)]


def routes() -> list[Any]:
    """Every route of every room."""
    return _collect(
        "ROUTES",
        (
            "app.people.routes",
            "app.people.record.routes",
            "app.episodes.routes",
            "app.panels.routes",
            "app.minutes.routes",
            "app.minutes.search.routes",
            "app.actions.routes",
            "app.figures.routes",
            "app.figures.home.routes",
            "app.figures.ssda903.routes",
            "app.figures.inspection.routes",
        ),
    )


def commands() -> list[Any]:
    """Every command of every room."""
    return _collect(
        "COMMANDS",
        (
            "app.people.commands",
            "app.episodes.commands",
            "app.panels.commands",
            "app.figures.commands",
            "app.figures.ssda903.commands",
            "app.history.commands",
            "app.outbox.commands",
        ),
    )


def _hand_in(settings: Settings, clock: Clock) -> None:
    """What later rooms give to earlier ones."""

    async def open_actions(
        child_ids: Collection[int], who: Identity | None = None, *, all_of_them: bool = False
    ) -> dict[int, list[OpenAction]]:
        return await carried.open_actions(child_ids, london_date(clock()), who, all_of_them=all_of_them)

    async def open_actions_of_items(item_ids: Collection[int]) -> dict[int, list[OpenAction]]:
        return await carried.open_actions_of_items(item_ids, london_date(clock()))

    async def carried_actions(who: Identity, meeting_id: int) -> list[CarriedAction]:
        return await reviewing.carried_to_meeting(who, meeting_id, london_date(clock()))

    front_door = episodes_handed_in.handed_in
    front_door.scopes_of_children = chronology.scopes_of_children
    front_door.children_of_panels = chronology.children_of_panels
    front_door.people_seated = standing.people_seated
    front_door.child_movers = [
        merging_of_panels.OF_CHILDREN,
        merging_of_actions.OF_CHILDREN,
        extracts.OF_CHILDREN,
    ]
    front_door.episode_movers = [merging_of_panels.OF_EPISODES]
    front_door.moments = [chronology.moments_of, carried.moments_of]
    front_door.place_moments = [
        hotspots.moments_of_place,
        discussed.moments_of_place,
        carried.moments_of_place,
    ]
    front_door.scheduled = lambda: _collect("SCHEDULED", ("app.figures.report_schedules.kinds",))
    front_door.import_kinds = _collect("IMPORT_KINDS", ("app.panels.imports", "app.actions.imports"))

    panels = panels_handed_in.handed_in
    panels.overdue_actions = carried.overdue_actions
    panels.open_actions = open_actions
    panels.open_actions_of_items = open_actions_of_items
    panels.carried_actions = carried_actions
    panels.actions_looked_at = reviewing.words_looked_at
    panels.items_not_reached = minutes.items_not_reached
    panels.minutes_status = minutes.minutes_status
    panels.extracts_words = extract_queries.extracts_words
    panels.last_outcomes = minutes.last_outcomes
    panels.record_stamps = timeliness.record_stamps
    panels.case_in_figures = cases_in_figures.case_in_figures
    panels.own_names = settings.authority_names
    panels.organizer = sender_of(settings.smtp_url, settings.base_url)

    minutes_handed_in.handed_in.actions_of = carried.actions_of
    minutes_handed_in.handed_in.reviews_of = reviewing.reviewed_for_minutes
    minutes_handed_in.handed_in.actions_issued_at = carried.actions_issued_at
    minutes_handed_in.handed_in.find_actions = search_of_actions.find_actions
    minutes_handed_in.handed_in.show_actions = search_of_actions.show_actions
