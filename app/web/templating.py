"""The template environment: where templates are, the filters and globals that every page may use."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path

from jinja2 import (
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
)
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template.config import TemplateConfig

from app.access import permits
from app.london import LONDON
from app.web.markdown import as_html

ROOT = Path(__file__).resolve().parent.parent.parent
STATIC = Path(__file__).resolve().parent / "static"


def make_environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader(
            [
                FileSystemLoader(ROOT / "templates"),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=ChainableUndefined,  # the design system's macros need it
    )
    filters: dict[str, Callable[..., str]] = {
        "day": day,
        "short_day": short_day,
        "clock": clock,
        "moment": moment,
        "markdown": as_html,
    }
    environment.filters.update(filters)
    environment.globals["asset"] = asset
    # for links alone: whether the page behind one is for this person ever; the route decides
    environment.globals["permits"] = permits
    return environment


def template_config() -> TemplateConfig[JinjaTemplateEngine]:
    return TemplateConfig(instance=JinjaTemplateEngine.from_environment(make_environment()))


@cache
def asset(name: str) -> str:
    """The address of a static file, with its content's hash so that browsers may keep it."""
    path = STATIC / name
    mark = hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.exists() else "missing"
    return f"/static/{name}?v={mark}"


def _local(value: date | datetime) -> date | datetime:
    return value.astimezone(LONDON) if isinstance(value, datetime) else value


def day(value: date | datetime | None) -> str:
    """Thursday 3 December 2026"""
    if not value:
        return ""
    local = _local(value)
    return f"{local:%A} {local.day} {local:%B %Y}"


def short_day(value: date | datetime | None) -> str:
    """3 Dec 2026"""
    if not value:
        return ""
    local = _local(value)
    return f"{local.day} {local:%b %Y}"


def clock(value: datetime | None) -> str:
    """2:30pm, in London"""
    if not value:
        return ""
    local = value.astimezone(LONDON)
    minutes = f":{local:%M}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def moment(value: datetime | None) -> str:
    """3 December 2026, 2:30pm"""
    if not value:
        return ""
    local = value.astimezone(LONDON)
    return f"{local.day} {local:%B %Y}, {clock(value)}"
