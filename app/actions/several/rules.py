"""One word for several actions: what must hold, and what is said when some of them have moved. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from app.actions.extensions.rules import new_date_problem
from app.actions.rules import LIFECYCLE, UpdateFacts
from app.lifecycle import MovedOn
from app.panels.words import long_day

MORE_TIME = "more-time"
MOVES = {
    "complete": "Done",
    "start": "In progress",
    "find-not-possible": "Not possible",
    "leave-undone": "Not done",
    MORE_TIME: "More time",
}
MOST_AT_ONCE = 50
"""As many as a page of the list shows."""


@dataclass(frozen=True)
class Several:
    """The chosen actions with the versions that the person had before them, and what is said of all of them."""

    versions: dict[int, int]
    move: str
    note: str
    until: date | None = None

    @property
    def words(self) -> str:
        day = f" until {long_day(self.until)}" if self.move == MORE_TIME and self.until is not None else ""
        return f"{MOVES.get(self.move, '')}{day}"


class SomeMoved(MovedOn):
    """Some of the chosen actions have changed meanwhile, so none was; `sentences` say what happened, by action."""

    def __init__(self, sentences: dict[int, str]) -> None:
        names = ", ".join(str(action_id) for action_id in sorted(sentences))
        one = len(sentences) == 1
        super().__init__(
            f"Nothing was changed, because {'action' if one else 'actions'} {names} {'has' if one else 'have'} "
            "changed meanwhile. Look at what happened, then go on with the others."
        )
        self.sentences = sentences


def read_chosen(given: Collection[str]) -> dict[int, int]:
    """The versions by action of what the list's boxes send, such as `12:3`; what cannot be read is left out."""
    chosen = {}
    for one in given:
        action_id, _, version = one.partition(":")
        if action_id.isdecimal() and version.isdecimal() and len(action_id) < 19 and len(version) < 10:
            chosen[int(action_id)] = int(version)
    return chosen


def several_problems(several: Several) -> dict[str, str]:
    """What is wrong with the word, whatever the actions; by field."""
    problems = {}
    if not several.versions:
        problems["chosen"] = "Choose at least one action"
    elif len(several.versions) > MOST_AT_ONCE:
        problems["chosen"] = f"Choose up to {MOST_AT_ONCE} actions at once"
    if several.move not in MOVES:
        problems["move"] = "Choose what happened"
    elif several.move == MORE_TIME:
        if several.until is None:
            problems["until"] = "Enter the date until which there is more time"
        if not several.note.strip():
            problems["note"] = "Say why there is more time"
    else:
        for requirement in LIFECYCLE.move(several.move).requires:
            sentence = requirement(UpdateFacts(several.note))
            if sentence and "note" not in problems:
                problems["note"] = sentence
    return problems


def dates_problem(until: date, due_dates: dict[int, date], today: date) -> str | None:
    """Why this date gives not all of them more time; names those."""
    wrong = {
        id: problem for id, due_on in due_dates.items() if (problem := new_date_problem(until, due_on, today))
    }
    if not wrong:
        return None
    if len(wrong) == len(due_dates):
        return next(iter(wrong.values()))
    names = ", ".join(str(action_id) for action_id in sorted(wrong))
    return f"This date gives no more time to {'action' if len(wrong) == 1 else 'actions'} {names}. Choose a later one"


def more_time_mail(action_ids: Collection[int], until: date, base_url: str) -> tuple[str, str]:
    """One mail to one person about all their actions that got more time: references and links, no names."""
    links = "\n".join(
        f"Action {action_id}: {base_url}/actions/{action_id}" for action_id in sorted(action_ids)
    )
    return f"More time: due {long_day(until)}", (
        f"The panel has given more time. These are now due on {long_day(until)}:\n\n{links}\n\n"
        "This message names nobody on purpose. Sign in to read more.\n"
    )
