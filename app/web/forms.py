"""Reading a form: all problems at once as sentences by field, and the person's input kept."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from litestar import Request
from litestar.datastructures import UploadFile
from pydantic import BaseModel, ConfigDict, ValidationError

from app.web.markdown import TURNS

MOST_CHARACTERS = 2_000_000
LARGEST_NUMBER = 2**31 - 1
"""No form asks for more: versions, minutes, and the ids of people, agencies, children and their episodes."""


class Form(BaseModel):
    """A form's fields. `blank` and `wrong` give the sentence for a field that is missing or cannot be read.

    A validator's ValueError is shown as it stands.
    """

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, arbitrary_types_allowed=True)

    blank: ClassVar[dict[str, str]] = {}
    wrong: ClassVar[dict[str, str]] = {}

    submission_key: str | None = None


Model = TypeVar("Model", bound=Form)


@dataclass(frozen=True)
class Filled(Generic[Model]):
    """What came of a form: the value when everything is right, else a sentence by field; `given` is the input."""

    value: Model | None
    errors: dict[str, str] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)


async def read_form(
    request: Request[Any, Any, Any], model: type[Model], lists: Iterable[str] = ()
) -> Filled[Model]:
    """The request's form as `model`; names in `lists` may come several times."""
    form = await request.form()
    repeated = set(lists)
    takes_a_file = {name for name, field in model.model_fields.items() if field.annotation is UploadFile}
    given: dict[str, Any] = {}
    for name in {*form.keys(), *repeated}:
        sent = form.getall(name, [])
        values = [_clean(one) for one in sent if name in takes_a_file or not isinstance(one, UploadFile)]
        kept = [value for value in values if value != ""]
        if name in repeated:
            given[name] = kept
        elif kept:
            given[name] = kept[0]
    return check_form(given, model)


def check_form(given: dict[str, Any], model: type[Model]) -> Filled[Model]:
    """Checks input that was already read, blank fields left out."""
    try:
        value = model.model_validate(given)
    except ValidationError as problem:
        return Filled(None, _sentences(problem, model), given)
    beyond = [name for name, number in value if _is_beyond(number)]
    if beyond:
        return Filled(None, {name: _wrong(name, model) for name in beyond}, given)
    return Filled(value, {}, given)


def _is_beyond(value: Any) -> bool:
    if isinstance(value, list):
        return any(_is_beyond(one) for one in value)
    return isinstance(value, int) and abs(value) > LARGEST_NUMBER


def _clean(value: Any) -> Any:
    if isinstance(value, UploadFile):
        return value if value.filename else ""
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")[:MOST_CHARACTERS]
    text = "".join(mark for mark in text if mark in "\n\t" or mark.isprintable() or ord(mark) > 0x9F)
    # what turns the writing round would show another sentence than the one that was typed
    text = TURNS.sub("", text)
    return text if any(mark.isprintable() and not mark.isspace() for mark in text) else ""


def _sentences(problem: ValidationError, model: type[Form]) -> dict[str, str]:
    sentences: dict[str, str] = {}
    for error in problem.errors():
        name = str(error["loc"][0]) if error["loc"] else "form"
        if name in sentences:
            continue
        label = name.replace("_", " ")
        if error["type"] == "missing":
            sentences[name] = model.blank.get(name, f"Enter the {label}")
        elif error["type"] == "value_error":
            sentences[name] = str(error["ctx"]["error"])
        else:
            sentences[name] = _wrong(name, model)
    return sentences


def _wrong(name: str, model: type[Form]) -> str:
    return model.wrong.get(name, f"Check the {name.replace('_', ' ')}")
