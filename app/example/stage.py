"""What everybody who plays a part in the example has at hand. No behaviour of its own."""

from dataclasses import dataclass, field

from app.example.diary import Diary
from app.example.people import Cast
from app.example.referred import ExampleReferral
from app.example.rules import Present, Size


@dataclass(frozen=True)
class Stage:
    """`address`: of the service, as it stands in messages. `levels`: the risk scale, lowest first."""

    size: Size
    present: Present
    cast: Cast
    address: str
    levels: tuple[str, ...]
    diary: Diary
    referrals: dict[int, ExampleReferral] = field(default_factory=dict)
    """What was sent, by the id it was received under."""
