"""What a command or a job is given of the house: its settings, its clock, and a way to run with the database open."""

from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from app.settings import Settings

Result = TypeVar("Result")
Clock = Callable[[], datetime]
"""Says the present instant, in UTC."""


class Door(Protocol):
    @property
    def settings(self) -> Settings: ...

    @property
    def clock(self) -> Clock: ...

    def run(self, work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        """Brings the database up, awaits `work()` with the pool open, closes it, and returns what came back."""
        ...

    @property
    def jobs(self) -> Sequence["Job"]:
        """The recurring jobs of every room."""
        ...


Job = Callable[[Door], Coroutine[Any, Any, int]]
"""A recurring job: with the database open it does what is due now and returns how many things it did."""
