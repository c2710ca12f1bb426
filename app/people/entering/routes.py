"""Pages of entering: signing in and out, setting a password, one's own account."""

from typing import Any, ClassVar

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath
from litestar.response import Template
from pydantic import field_validator

from app.access import Permission
from app.lifecycle import Refused
from app.people import changes, queries
from app.people.rules import ROLE_NAMES
from app.web.forms import Form, read_form
from app.web.pages import flash, now_of, page, seconds_left, see_other, who_of
from app.web.routing import needs, public
from app.web.sessions import cookie_name, hash_token, signed_in

Answer = Template | Response[Any]


class SignInForm(Form):
    blank: ClassVar[dict[str, str]] = {
        "email": "Enter your e-mail address",
        "password": "Enter your password",
    }
    email: str
    password: str
    next: str = "/"

    @field_validator("next")
    @classmethod
    def keep_own_address(cls, value: str) -> str:
        """Only a path of this service: never another site, however it is written."""
        is_own = value.startswith("/") and not value.startswith("//") and "\\" not in value
        is_plain = value.isascii() and value.isprintable()  # browsers skip a tab and read the rest as a site
        return value if is_own and is_plain else "/"


class PasswordForm(Form):
    blank: ClassVar[dict[str, str]] = {"password": "Enter a password", "again": "Enter the password again"}
    password: str
    again: str


class AccountForm(Form):
    blank: ClassVar[dict[str, str]] = {
        "old_password": "Enter your present password",
        "new_password": "Enter a new password",
        "again": "Enter the new password again",
    }
    old_password: str
    new_password: str
    again: str


@get("/sign-in", opt=public())
async def sign_in_page(request: Request[Any, Any, Any]) -> Answer:
    if signed_in(request):
        return see_other("/")
    return page(
        request, "people/sign-in.html", given={"next": request.query_params.get("next", "/")}, errors={}
    )


@post("/sign-in", opt=public(), status_code=303)
async def sign_in(request: Request[Any, Any, Any]) -> Answer:
    filled = await read_form(request, SignInForm)
    given = {key: value for key, value in filled.given.items() if key != "password"}
    if filled.value is None:
        return page(request, "people/sign-in.html", status=422, errors=filled.errors, given=given)
    address = request.client.host if request.client else ""
    try:
        token = await changes.sign_in(filled.value.email, filled.value.password, address, now=now_of(request))
    except Refused as problem:
        errors = {"email": problem.sentence}
        return page(request, "people/sign-in.html", status=422, errors=errors, given=given)
    answer = see_other(filled.value.next)
    settings = request.app.state.settings
    answer.set_cookie(
        Cookie(
            key=cookie_name(settings),
            value=token,
            httponly=True,
            secure=settings.is_https,
            samesite="lax",
            path="/",
        )
    )
    return answer


@post("/sign-out", opt=needs(Permission.USE_SERVICE), status_code=303)
async def sign_out(request: Request[Any, Any, Any]) -> Answer:
    found = signed_in(request)
    assert found is not None
    await changes.sign_out(found.identity, found.session_hash, now=now_of(request))
    answer = see_other("/sign-in")
    answer.delete_cookie(cookie_name(request.app.state.settings), path="/")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@get("/session", opt=needs(Permission.USE_SERVICE, passive=True))
async def session(request: Request[Any, Any, Any]) -> Answer:
    """How long this session lasts, for pages that warn before it ends; asking does not make it longer."""
    return _how_long(request)


@post("/session", opt=needs(Permission.USE_SERVICE), status_code=200)
async def stay_signed_in(request: Request[Any, Any, Any]) -> Answer:
    """The button of that warning: somebody is there."""
    return _how_long(request)


def _how_long(request: Request[Any, Any, Any]) -> Answer:
    found = signed_in(request)
    assert found is not None
    left = {"left": seconds_left(found, now_of(request)), "final": found.is_final}
    return Response(left, media_type="application/json")


@get("/set-password/{token:str}", opt=public())
async def set_password_page(request: Request[Any, Any, Any], token: FromPath[str]) -> Answer:
    invitation = await queries.invitation_of(hash_token(token), now_of(request))
    status = 200 if invitation else 404
    return page(
        request, "people/set-password.html", status=status, invitation=invitation, token=token, errors={}
    )


@post("/set-password/{token:str}", opt=public(), status_code=303)
async def set_password(request: Request[Any, Any, Any], token: FromPath[str]) -> Answer:
    filled = await read_form(request, PasswordForm)
    errors = dict(filled.errors)
    if filled.value and filled.value.password != filled.value.again:
        errors["again"] = "The two passwords are not the same"
    if filled.value and not errors:
        try:
            await changes.accept_invitation(token, filled.value.password, now=now_of(request))
        except Refused as problem:
            errors = problem.errors or {"password": problem.sentence}
        else:
            await flash(request, "Your password is set. Sign in with it now.")
            return see_other("/sign-in")
    invitation = await queries.invitation_of(hash_token(token), now_of(request))
    return page(
        request, "people/set-password.html", status=422, invitation=invitation, token=token, errors=errors
    )


@get("/account", opt=needs(Permission.USE_SERVICE))
async def account(request: Request[Any, Any, Any]) -> Answer:
    return page(request, "people/account.html", errors={}, role_names=ROLE_NAMES)


@post("/account", opt=needs(Permission.USE_SERVICE), status_code=303)
async def change_password(request: Request[Any, Any, Any]) -> Answer:
    filled = await read_form(request, AccountForm)
    errors = dict(filled.errors)
    if filled.value and filled.value.new_password != filled.value.again:
        errors["again"] = "The two passwords are not the same"
    if filled.value and not errors:
        try:
            await changes.change_password(
                who_of(request), filled.value.old_password, filled.value.new_password, now=now_of(request)
            )
        except Refused as problem:
            errors = problem.errors
        else:
            await flash(request, "Your password is changed. Sign in with the new one.")
            return see_other("/sign-in")
    return page(request, "people/account.html", status=422, errors=errors, role_names=ROLE_NAMES)


ROUTES = [
    sign_in_page,
    sign_in,
    sign_out,
    session,
    stay_signed_in,
    set_password_page,
    set_password,
    account,
    change_password,
]
