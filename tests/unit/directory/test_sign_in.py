"""Signing in, with real Argon2id, real tokens and a real database."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from directory.assembly import Directory, assemble
from directory.demonstration import DEMONSTRATION_PASSWORD
from directory.errors import SessionEnded, TokenInvalid, TooManyAttempts, WrongPassword
from directory.principal import Role
from directory.sign_in import TokenRules
from foundation.clock import ManualClock
from foundation.database import Database
from foundation.identifiers import SeededIdentifiers
from tests.unit.directory.conftest import KEY


async def test_a_password_gives_a_principal(house: Directory) -> None:
    signed_in = await house.sign_in.sign_in("clerk001", DEMONSTRATION_PASSWORD, "10.0.0.1")
    principal, expires_at = await house.sign_in.verify(signed_in.access_token)
    assert principal == signed_in.principal
    assert principal.roles == {Role.CLERK}
    assert principal.site_path == "/district/town-01"
    assert expires_at == signed_in.access_expires_at


@pytest.mark.parametrize("account", ["clerk001", "nobody", "point050", "' OR 1=1 --"])
async def test_a_wrong_password_says_nothing_more(house: Directory, account: str) -> None:
    with pytest.raises(WrongPassword):
        await house.sign_in.sign_in(account, "wrong", "10.0.0.1")


async def test_the_demonstration_is_not_let_in_elsewhere(
    house: Directory, database: Database, clock: ManualClock, identifiers: SeededIdentifiers
) -> None:
    real = assemble(database, clock, identifiers, TokenRules(KEY, demonstration=False))
    await real.catalogue.load()
    with pytest.raises(WrongPassword):
        await real.sign_in.sign_in("clerk001", DEMONSTRATION_PASSWORD, "10.0.0.1")


async def test_too_many_wrong_passwords_lock_for_a_while(house: Directory, clock: ManualClock) -> None:
    for _ in range(8):
        with pytest.raises(WrongPassword):
            await house.sign_in.sign_in("clerk001", "wrong", "10.0.0.1")
    with pytest.raises(TooManyAttempts) as locked:
        await house.sign_in.sign_in("clerk001", DEMONSTRATION_PASSWORD, "10.0.0.1")
    assert locked.value.parameters["minutes"] == 15
    await house.sign_in.sign_in("clerk002", DEMONSTRATION_PASSWORD, "10.0.0.1")
    clock.advance(15 * 60 + 1)
    await house.sign_in.sign_in("clerk001", DEMONSTRATION_PASSWORD, "10.0.0.1")


async def test_a_refresh_token_changes_at_every_use(house: Directory) -> None:
    first = await house.sign_in.sign_in("point001", DEMONSTRATION_PASSWORD, "10.0.0.1")
    second = await house.sign_in.refresh(first.refresh_token)
    assert second.refresh_token != first.refresh_token
    assert second.principal == first.principal


@pytest.mark.both_databases
async def test_a_refresh_token_used_twice_ends_the_family(house: Directory) -> None:
    first = await house.sign_in.sign_in("point001", DEMONSTRATION_PASSWORD, "10.0.0.1")
    second = await house.sign_in.refresh(first.refresh_token)
    with pytest.raises(SessionEnded):
        await house.sign_in.refresh(first.refresh_token)
    with pytest.raises(SessionEnded):
        await house.sign_in.refresh(second.refresh_token)


@pytest.mark.both_databases
async def test_of_two_refreshes_at_once_one_wins(house: Directory) -> None:
    first = await house.sign_in.sign_in("point001", DEMONSTRATION_PASSWORD, "10.0.0.1")
    results = await asyncio.gather(
        *(house.sign_in.refresh(first.refresh_token) for _ in range(5)), return_exceptions=True
    )
    assert sum(isinstance(result, SessionEnded) for result in results) >= 4


async def test_signing_out_ends_the_family(house: Directory) -> None:
    signed_in = await house.sign_in.sign_in("point001", DEMONSTRATION_PASSWORD, "10.0.0.1")
    await house.sign_in.sign_out(signed_in.refresh_token)
    with pytest.raises(SessionEnded):
        await house.sign_in.refresh(signed_in.refresh_token)


@pytest.mark.both_databases
async def test_a_refresh_token_ends_with_the_shift(house: Directory, clock: ManualClock) -> None:
    signed_in = await house.sign_in.sign_in("point001", DEMONSTRATION_PASSWORD, "10.0.0.1")
    clock.advance(timedelta(hours=14, seconds=1).total_seconds())
    with pytest.raises(SessionEnded):
        await house.sign_in.refresh(signed_in.refresh_token)


def _claims(clock: ManualClock, **changes: Any) -> dict[str, Any]:
    now = int(clock.now().timestamp())
    claims = {
        "iss": "cloud-window",
        "aud": "cloud-window-pages",
        "sub": "staff-clerk001",
        "jti": "1",
        "iat": now,
        "exp": now + 60,
    } | changes
    return {name: value for name, value in claims.items() if value is not None}


async def test_the_matrix_of_broken_tokens(house: Directory, clock: ManualClock) -> None:
    good = jwt.encode(_claims(clock), KEY, algorithm="HS256")
    assert (await house.sign_in.verify(good))[0].account == "clerk001"
    rsa_key = rsa.generate_private_key(65537, 2048)
    now = int(clock.now().timestamp())
    broken = [
        "",
        "a.b.c",
        good[:-2],
        good.replace(".", "..", 1),
        jwt.encode(_claims(clock), None, algorithm="none"),
        jwt.encode(_claims(clock), b"x" * 32, algorithm="HS256"),
        jwt.encode(_claims(clock), KEY + KEY, algorithm="HS512"),
        jwt.encode(_claims(clock), rsa_key, algorithm="RS256"),
        *(jwt.encode(_claims(clock, **{name: None}), KEY) for name in ("iss", "aud", "sub", "jti", "iat", "exp")),
        jwt.encode(_claims(clock, iss="somebody"), KEY),
        jwt.encode(_claims(clock, aud="other"), KEY),
        jwt.encode(_claims(clock, sub="staff-gone"), KEY),
        jwt.encode(_claims(clock, exp=now), KEY),
        jwt.encode(_claims(clock, exp=10**30), KEY),
    ]
    for token in broken:
        with pytest.raises(TokenInvalid):
            await house.sign_in.verify(token)


async def test_an_access_token_ends_after_a_quarter_of_an_hour(house: Directory, clock: ManualClock) -> None:
    signed_in = await house.sign_in.sign_in("clerk001", DEMONSTRATION_PASSWORD, "10.0.0.1")
    clock.advance(14 * 60)
    await house.sign_in.verify(signed_in.access_token)
    clock.advance(61)
    with pytest.raises(TokenInvalid):
        await house.sign_in.verify(signed_in.access_token)
