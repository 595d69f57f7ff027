"""Signing in."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from signalling.wire.values import Value


class SignInBody(Value, frozen=True, kw_only=True):
    """Account and password."""

    account: Annotated[str, Meta(min_length=1, max_length=100)]
    password: Annotated[str, Meta(min_length=1, max_length=200)]


class ChangePasswordBody(Value, frozen=True, kw_only=True):
    """Account, the password so far, and the one from now on."""

    account: Annotated[str, Meta(min_length=1, max_length=100)]
    password: Annotated[str, Meta(min_length=1, max_length=200)]
    new_password: Annotated[str, Meta(min_length=1, max_length=200)]
