"""The file of actions: a panel's action log, old or new. Its one typed kind; the reading is the front door's."""

from app.actions.imports.changes import import_actions
from app.actions.imports.rules import is_possible_action
from app.actions.rules import STATUSES
from app.episodes.imports.kinds import Column, ImportKind
from app.episodes.imports.rules import day, email, one_of, text, whole_number

ACTIONS = ImportKind(
    slug="actions",
    label="Actions",
    columns=(
        Column("action_ref", text),
        Column("panel", text, required=True),
        Column("meeting_on", day),
        Column("child_ref", text),
        Column("action", text, required=True),
        Column("owner_email", email),
        Column("agency", text),
        Column("issued_on", day),
        Column("due_on", day, required=True),
        Column(
            "status",
            one_of(*STATUSES, done="completed", complete="completed", open="issued", ongoing="in-progress"),
        ),
        Column("completed_on", day),
        Column("tracking", whole_number(1, 6)),
        Column("anticipated_on", day),
    ),
    one_of=(frozenset({"owner_email"}), frozenset({"agency"})),
    check=is_possible_action,
    apply=import_actions,
)

IMPORT_KINDS = [ACTIONS]
