"""Every kind of file that can be brought: this room's and those that later rooms hand in."""

from app.episodes.handed_in import handed_in
from app.episodes.imports.children import CHILDREN
from app.episodes.imports.episodes import EPISODES
from app.episodes.imports.interviews import INTERVIEWS
from app.episodes.imports.kinds import ImportKind
from app.episodes.imports.risks import RISKS
from app.episodes.imports.ssda903 import SSDA903

OWN_KINDS: tuple[ImportKind, ...] = (CHILDREN, EPISODES, SSDA903, INTERVIEWS, RISKS)

SLUGS = ("children", "episodes", "interviews", "risks", "referrals", "cases", "meetings", "actions")
LAYOUTS = ("homeward", "ssda903")


def import_kinds() -> list[ImportKind]:
    return [*OWN_KINDS, *handed_in.import_kinds]


def import_kind(slug: str, layout: str = "homeward") -> ImportKind | None:
    """The kind of this name in this layout; None where there is none."""
    return next((kind for kind in import_kinds() if (kind.slug, kind.layout) == (slug, layout)), None)
