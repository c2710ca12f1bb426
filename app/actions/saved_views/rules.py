"""When a view may be kept, and under which name. Pure."""

MOST = 20
LONGEST_NAME = 60


def name_of(given: str) -> str:
    """A name as it is kept: blanks in one."""
    return " ".join(given.split())


def needs_a_name(name: str) -> str | None:
    if not name:
        return "Enter a name for this view"
    return None if len(name) <= LONGEST_NAME else f"Use {LONGEST_NAME} characters or fewer"


def needs_room(many: int) -> str | None:
    """`many`: how many views the person keeps already."""
    return None if many < MOST else f"You keep {MOST} views already. Remove one before you save another."
