"""What a case waits for before it is closed or kept open. Pure."""

from dataclasses import replace
from datetime import date

import pytest

from app.access import Identity, SeatHeld
from app.lifecycle import Refused
from app.panels.cases.rules import CASE, Decision
from app.panels.standing.rules import scope_of

CHAIR = Identity(
    1, "Cara Chairwell", "chair@example.org", 1, "Example Council", seats=(SeatHeld(1, "chair", 1),)
)
GOOD = Decision(
    date(2026, 1, 1),
    date(2026, 6, 17),
    "reduced-risk",
    date(2026, 9, 1),
    rationale="Safe at home since March",
)


@pytest.mark.parametrize(
    ("move", "decision", "words"),
    [
        ("close", replace(GOOD, closure_reason=""), "why the case is closed"),
        ("close", replace(GOOD, closure_reason="bored"), "why the case is closed"),
        ("close", replace(GOOD, rationale="  "), "understands"),
        ("close", replace(GOOD, decided_on=date(2025, 12, 31)), "accepted later"),
        ("keep open", replace(GOOD, next_review_on=date(2026, 6, 17)), "after the day"),
    ],
)
def test_a_case_waits_for_what_its_move_requires(move: str, decision: Decision, words: str) -> None:
    with pytest.raises(Refused, match=words):
        CASE.check(move, "open", CHAIR, scope_of(1), decision)


def test_a_case_with_all_that_is_needed_moves() -> None:
    assert CASE.check("close", "open", CHAIR, scope_of(1), GOOD).target == "closed"
    assert CASE.check("keep open", "open", CHAIR, scope_of(1), GOOD).target == "open"
