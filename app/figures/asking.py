"""A figure as a request asks for it: who may ask which, with which panels, and the question read. No counting."""

from dataclasses import dataclass, replace
from typing import Any

from litestar import Request

from app.access import Identity, Permission, Scope, permits
from app.figures.catalogue import FIGURES, FigureKind
from app.figures.queries import PanelChoice, panels_for_figures
from app.figures.questions.rules import FIELDS, Asked, definition_problem, read_question
from app.lifecycle import Forbidden, Invisible
from app.web.pages import now_of, who_of

Web = Request[Any, Any, Any]


@dataclass(frozen=True)
class FigureAsked:
    """A figure that this person may see, what they asked of it, and the panels that they may ask for."""

    kind: FigureKind
    asked: Asked
    panels: list[PanelChoice]

    @property
    def path(self) -> str:
        return f"/figures/{self.kind.name}"

    @property
    def panel(self) -> PanelChoice | None:
        """The panel asked for, where the figure is about panels."""
        given = self.asked.given["panel"] if self.kind.about_panels else ""
        return next((panel for panel in self.panels if panel.slug == given), None)


async def figure_asked(request: Web, name: str) -> FigureAsked:
    """What a request asks of a figure. Raises Invisible for a name of none, Forbidden where it is not for them."""
    who = who_of(request)
    kind, panels = FIGURES.get(name), panels_of(who, await panels_for_figures())
    if kind is None:
        raise Invisible
    if not may_see(who, kind, panels):
        raise Forbidden(name)
    given = {field: request.query_params.get(field, "") for field in FIELDS}
    asked = asked_with(request, panels, given, kind.followed_for)
    problem = definition_problem(kind.definition, request.query_params.get("definition", ""))
    if problem:
        asked = replace(asked, question=None, errors=asked.errors | {"definition": problem})
    return FigureAsked(kind, asked, panels)


def asked_with(
    request: Web, panels: list[PanelChoice], given: dict[str, str], followed_for: int = 0
) -> Asked:
    """The question of these fields; who leads panels asks for one of them, the first unless another is named."""
    if not sees_everything(who_of(request)) and not given.get("panel") and panels:
        given = given | {"panel": panels[0].slug}
    return read_question(
        given,
        now=now_of(request),
        own_names=request.app.state.settings.authority_names,
        panels=[panel.slug for panel in panels],
        followed_for=followed_for,
    )


def sees_everything(who: Identity) -> bool:
    """Managers, officers and analysts see every figure; who leads a panel sees that panel's."""
    return permits(who, Permission.SEE_FIGURES, Scope())


def may_see(who: Identity, kind: FigureKind, panels: list[PanelChoice]) -> bool:
    """`panels`: those that this person may ask for."""
    return sees_everything(who) or (kind.about_panels and bool(panels))


def panels_of(who: Identity, panels: list[PanelChoice]) -> list[PanelChoice]:
    return [panel for panel in panels if permits(who, Permission.SEE_FIGURES, Scope(frozenset({panel.id})))]
