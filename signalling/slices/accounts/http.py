"""Signing in and out; the renewal token travels in a cookie that scripts cannot read."""

from __future__ import annotations

from aiohttp import web

from directory.devices import LASTS
from directory.errors import (
    AccountDisabled,
    AuditBusy,
    NoSuchSite,
    PasswordChangeRequired,
    PasswordCommon,
    PasswordTooLong,
    PasswordTooShort,
    PasswordUnchanged,
    SessionEnded,
    SignInBusy,
    TemporaryPasswordEnded,
    TooManyAttempts,
    WrongPassword,
)
from directory.sign_in import SignedIn
from foundation.database.pool import DatabaseBusy
from foundation.errors import Unauthenticated
from signalling.slices.accounts.messages import ChangePasswordBody, SignInBody
from signalling.slices.accounts.parts import Parts
from signalling.slices.accounts.ports import signed_in_body
from signalling.transport.http.client_address import address_of, came_by_https
from signalling.transport.http.cookie import COOKIE, COOKIE_PATH, DEVICE_COOKIE
from signalling.transport.http.details import Details, Parameter
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.transport.http.reading import bearer_token, json_response
from signalling.wire.bodies import Nothing, SignedInBody


async def sign_in(parts: Parts, call: Call) -> web.StreamResponse:
    """Checks account and password."""
    body: SignInBody = call.body
    address, kept = address_of(call.request), _device(parts, call)
    device = parts.devices.name(kept)
    signed_in = await parts.sign_in.sign_in(body.account, body.password, address, device)
    return _keep_device(call, kept, _signed_in(parts, call, signed_in))


async def change_password(parts: Parts, call: Call) -> web.StreamResponse:
    """Checks account and password, takes the new one, and ends all other sessions of the person."""
    body: ChangePasswordBody = call.body
    address, kept = address_of(call.request), _device(parts, call)
    signed_in = await parts.sign_in.change_password(
        body.account, body.password, body.new_password, address, parts.devices.name(kept)
    )
    return _keep_device(call, kept, _signed_in(parts, call, signed_in))


async def renew_token(parts: Parts, call: Call) -> web.StreamResponse:
    """Gives a new access token for the cookie."""
    token = call.request.cookies.get(COOKIE)
    if token is None:
        raise SessionEnded
    return _signed_in(parts, call, await parts.sign_in.renew(token))


async def sign_out(parts: Parts, call: Call) -> web.StreamResponse:
    """Ends the session of the cookie, or of the access token, and clears what the browser keeps of it."""
    token = call.request.cookies.get(COOKIE)
    if token is None and "Authorization" in call.request.headers:
        token = bearer_token(call.request)
    if token is not None:
        await parts.sign_in.sign_out(token, address_of(call.request))
    response = json_response(Nothing())
    response.del_cookie(COOKIE, path=COOKIE_PATH)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _device(parts: Parts, call: Call) -> str:
    """What the device keeps of ours, or a new name for it."""
    kept = call.request.cookies.get(DEVICE_COOKIE, "")
    return kept if parts.devices.name(kept) else parts.devices.new()


def _keep_device(call: Call, kept: str, response: web.Response) -> web.Response:
    response.set_cookie(
        DEVICE_COOKIE,
        kept,
        max_age=int(LASTS.total_seconds()),
        path=COOKIE_PATH,
        secure=came_by_https(call.request),
        httponly=True,
        samesite="Strict",
    )
    return response


def _signed_in(parts: Parts, call: Call, signed_in: SignedIn) -> web.Response:
    token, ends_at = signed_in.access_token, signed_in.access_ends_at
    response = json_response(signed_in_body(parts.catalogue, signed_in.principal, token, ends_at))
    response.set_cookie(
        COOKIE,
        signed_in.renewal_token,
        max_age=int((signed_in.session_ends_at - parts.clock.now()).total_seconds()),
        path=COOKIE_PATH,
        secure=came_by_https(call.request),
        httponly=True,
        samesite="Strict",
    )
    return response


_KEPT = {"Set-Cookie": "The renewal token, for this origin alone"}
_BOTH_KEPT = {"Set-Cookie": "The renewal token, and the name of the device, for this origin alone"}
_OF_DEVICE = Parameter(DEVICE_COOKIE, "cookie", "The name of the device: tries to sign in are counted by it, too")
_OF_SIGN_IN = Parameter(COOKIE, "cookie", "The renewal token")
_BY_PASSWORD = frozenset(
    {
        DatabaseBusy,
        AccountDisabled,
        AuditBusy,
        NoSuchSite,
        SignInBusy,
        TemporaryPasswordEnded,
        TooManyAttempts,
        WrongPassword,
    }
)
_SIGN_IN = Details(parameters=(_OF_DEVICE,), headers=_BOTH_KEPT, refusals=_BY_PASSWORD | {PasswordChangeRequired})
_CHANGE = Details(
    parameters=(_OF_DEVICE,),
    headers=_BOTH_KEPT,
    refusals=_BY_PASSWORD | {PasswordCommon, PasswordTooLong, PasswordTooShort, PasswordUnchanged},
)
_RENEW = Details(parameters=(_OF_SIGN_IN,), headers=_KEPT, refusals=frozenset({DatabaseBusy, NoSuchSite, SessionEnded}))
_SIGN_OUT = Details(
    parameters=(_OF_SIGN_IN, Parameter("Authorization", "header", "The access token, where there is no cookie")),
    headers={"Clear-Site-Data": "What the browser forgets"},
    refusals=frozenset({AuditBusy, DatabaseBusy, Unauthenticated}),
)

ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    Endpoint(
        "POST",
        "/api/v1/sign-in",
        "Sign in",
        sign_in,
        body=SignInBody,
        answer=SignedInBody,
        open=True,
        details=_SIGN_IN,
    ),
    Endpoint(
        "POST",
        "/api/v1/password",
        "Change the password and sign in",
        change_password,
        body=ChangePasswordBody,
        answer=SignedInBody,
        open=True,
        details=_CHANGE,
    ),
    Endpoint(
        "POST",
        "/api/v1/token",
        "Renew the access token",
        renew_token,
        body=Nothing,
        answer=SignedInBody,
        open=True,
        details=_RENEW,
    ),
    Endpoint(
        "POST", "/api/v1/sign-out", "Sign out", sign_out, body=Nothing, answer=Nothing, open=True, details=_SIGN_OUT
    ),
)
