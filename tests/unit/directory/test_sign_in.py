"""Signing in, with real Argon2id, real tokens and a real database."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from directory.assembly import Directory
from directory.attempts import FREE_TRIES
from directory.demonstration import DEMONSTRATION_PASSWORD
from directory.errors import (
    PasswordTooShort,
    PasswordUnchanged,
    SessionEnded,
    TokenInvalid,
    TooManyAttempts,
    WrongPassword,
)
from directory.principal import Principal, Role
from directory.sign_in import SignedIn
from directory.store import queries
from foundation.clock import ManualClock
from foundation.database import Database
from foundation.identifiers import SeededIdentifiers
from tests.unit.directory.conftest import KEY, make_house

HERE, ELSEWHERE = "10.0.0.1", "192.0.2.7"


async def _sign_in(house: Directory, account: str = "point001", address: str = HERE) -> SignedIn:
    return await house.sign_in.sign_in(account, DEMONSTRATION_PASSWORD, address)


async def _guess(house: Directory, account: str, address: str, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(WrongPassword):
            await house.sign_in.sign_in(account, "wrong", address)


async def test_a_password_gives_a_principal(house: Directory) -> None:
    signed_in = await house.sign_in.sign_in("clerk001", DEMONSTRATION_PASSWORD, "10.0.0.1")
    access = await house.sign_in.verify(signed_in.access_token)
    assert access.principal == signed_in.principal
    assert access.principal.roles == {Role.CLERK}
    assert access.principal.site_path == "/district/town-01"
    assert access.ends_at == signed_in.access_ends_at


@pytest.mark.parametrize("account", ["clerk001", "nobody", "point050", "' OR 1=1 --"])
async def test_a_wrong_password_says_nothing_more(house: Directory, account: str) -> None:
    with pytest.raises(WrongPassword):
        await house.sign_in.sign_in(account, "wrong", "10.0.0.1")


async def test_the_demonstration_is_not_let_in_elsewhere(
    house: Directory, database: Database, clock: ManualClock, identifiers: SeededIdentifiers
) -> None:
    real = make_house(database, clock, identifiers, demonstration=False)
    await real.start()
    with pytest.raises(WrongPassword):
        await real.sign_in.sign_in("clerk001", DEMONSTRATION_PASSWORD, "10.0.0.1")
    await real.close()


async def test_wrong_passwords_make_the_next_try_wait(house: Directory, clock: ManualClock) -> None:
    await _guess(house, "clerk001", HERE, times=5)
    for minutes in (1, 2, 4, 8, 15, 15):
        with pytest.raises(TooManyAttempts) as locked:
            await _sign_in(house, "clerk001")
        assert locked.value.parameters["minutes"] == minutes
        clock.advance(minutes * 60 + 1)
        await _guess(house, "clerk001", HERE)
    clock.advance(15 * 60 + 1)
    await _sign_in(house, "clerk001")
    await _guess(house, "clerk001", HERE, times=5)


async def test_a_stranger_locks_an_account_for_nobody_else(house: Directory) -> None:
    await _guess(house, "clerk001", ELSEWHERE, times=5)
    with pytest.raises(TooManyAttempts):
        await _sign_in(house, "clerk001", ELSEWHERE)
    await _sign_in(house, "clerk001", HERE)


async def test_invented_accounts_lock_nobody_at_their_address(house: Directory) -> None:
    for number in range(40):
        await _guess(house, f"invented{number}", HERE)
    await _sign_in(house, "clerk002", HERE)


async def test_tries_are_remembered_by_the_next_process(
    house: Directory, database: Database, clock: ManualClock, identifiers: SeededIdentifiers
) -> None:
    await _guess(house, "clerk001", HERE, times=5)
    again = make_house(database, clock, identifiers, demonstration=True)
    await again.start()
    with pytest.raises(TooManyAttempts):
        await _sign_in(again, "clerk001")
    await again.close()


@pytest.mark.both_databases
async def test_tries_at_once_are_counted_before_they_are_verified(house: Directory) -> None:
    """S4: of 200 tries at once five are verified, and the right password among the others opens nothing."""
    words = ["wrong"] * 200
    words[150] = DEMONSTRATION_PASSWORD
    results = await asyncio.gather(
        *(house.sign_in.sign_in("clerk001", word, HERE) for word in words), return_exceptions=True
    )
    kinds = [type(one) for one in results]
    assert kinds.count(WrongPassword) == 5
    assert kinds.count(TooManyAttempts) == 195


@pytest.mark.both_databases
async def test_one_account_is_tried_from_many_addresses_at_once(house: Directory) -> None:
    """They share a counter: nobody's try is lost, and none fails on another's."""
    tries = (house.sign_in.sign_in("clerk001", "wrong", f"198.51.100.{number}") for number in range(30))
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert {type(one) for one in results} == {WrongPassword}


async def test_a_password_that_is_changed_while_it_is_verified_opens_nothing(
    house: Directory, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits = house.hashes.fits

    async def changed_meanwhile(password_hash: str | None, password: str) -> bool:
        right = await fits(password_hash, password)
        async with database.write() as session:
            await queries.set_password(session, "staff-point001", "another")
        return right

    monkeypatch.setattr(house.hashes, "fits", changed_meanwhile)
    with pytest.raises(WrongPassword):
        await _sign_in(house)


async def test_sign_ins_stand_in_the_audit_log(house: Directory, database: Database) -> None:
    await _guess(house, "clerk001", ELSEWHERE)
    await _guess(house, "my secret in the wrong field", ELSEWHERE)
    signed_in = await _sign_in(house, "clerk001")
    await house.sign_in.sign_out(signed_in.renewal_token, HERE)
    async with database.read() as session:
        rows = await queries.audit_after(session, 0, 100)
    assert [(row.who, row.act, row.account, row.outcome, row.address) for row in rows] == [
        ("staff-clerk001", "sign_in", "clerk001", "wrong_password", ELSEWHERE),
        ("", "sign_in", "my secret in the wrong field", "wrong_password", ELSEWHERE),
        ("staff-clerk001", "sign_in", "clerk001", "done", HERE),
        ("staff-clerk001", "sign_out", "clerk001", "done", HERE),
    ]


async def test_refused_changes_of_a_password_stand_in_the_audit_log(house: Directory, database: Database) -> None:
    for new, refused in ((DEMONSTRATION_PASSWORD, PasswordUnchanged), ("short", PasswordTooShort)):
        with pytest.raises(refused):
            await house.sign_in.change_password("clerk001", DEMONSTRATION_PASSWORD, new, HERE)
    await house.sign_in.change_password("clerk001", DEMONSTRATION_PASSWORD, "pine lantern orbit", HERE)
    async with database.read() as session:
        rows = await queries.audit_after(session, 0, 100)
    assert [(row.act, row.account, row.outcome) for row in rows] == [
        ("password_change", "clerk001", "password_unchanged"),
        ("password_change", "clerk001", "password_too_short"),
        ("password_change", "clerk001", "done"),
    ]


async def test_tries_that_are_not_verified_are_counted_for_their_address(house: Directory, database: Database) -> None:
    for _ in range(FREE_TRIES):
        await _guess(house, "clerk001", ELSEWHERE)
    for _ in range(30):
        with pytest.raises(TooManyAttempts):
            await house.sign_in.sign_in("clerk001", "wrong", ELSEWHERE)
    await house.intake.close()
    async with database.read() as session:
        rows = await queries.audit_after(session, 0, 100)
    assert [row.outcome for row in rows] == ["wrong_password"] * FREE_TRIES + ["too_many_attempts"] * 2
    assert (rows[-1].account, rows[-1].address, json.loads(rows[-1].what)) == ("", ELSEWHERE, {"again": "29"})


async def test_a_renewal_token_changes_at_every_use(house: Directory) -> None:
    first = await _sign_in(house)
    second = await house.sign_in.renew(first.renewal_token)
    assert second.renewal_token != first.renewal_token
    assert second.principal == first.principal


@pytest.mark.both_databases
async def test_a_renewal_token_used_again_later_ends_the_session(house: Directory, clock: ManualClock) -> None:
    first = await _sign_in(house)
    second = await house.sign_in.renew(first.renewal_token)
    await house.sign_in.verify(second.access_token)
    clock.advance(31)
    with pytest.raises(SessionEnded):
        await house.sign_in.renew(first.renewal_token)
    for token in (first.access_token, second.access_token):
        with pytest.raises(TokenInvalid):
            await house.sign_in.verify(token)
    with pytest.raises(SessionEnded):
        await house.sign_in.renew(second.renewal_token)


@pytest.mark.both_databases
async def test_two_pages_renew_at_once(house: Directory, clock: ManualClock) -> None:
    """S13: neither is signed out, whichever cookie the browser keeps; a lost answer is asked for again."""
    first = await _sign_in(house)
    second, third = await asyncio.gather(*(house.sign_in.renew(first.renewal_token) for _ in range(2)))
    clock.advance(14 * 60)
    for kept in (second, third):
        await house.sign_in.verify(kept.access_token)
    await house.sign_in.renew(third.renewal_token)
    clock.advance(20)
    await house.sign_in.renew(third.renewal_token)


@pytest.mark.both_databases
async def test_who_copied_a_token_in_time_ends_the_session_at_the_next_renewal(
    house: Directory, clock: ManualClock
) -> None:
    """S13: both branches of one token cannot go on, however soon the second follows the first."""
    for _ in range(10):
        first = await _sign_in(house)
        owner, thief = await asyncio.gather(*(house.sign_in.renew(first.renewal_token) for _ in range(2)))
        owner = await house.sign_in.renew(owner.renewal_token)
        with pytest.raises(SessionEnded):
            await house.sign_in.renew(thief.renewal_token)
        for one in (first, owner, thief):
            with pytest.raises(TokenInvalid):
                await house.sign_in.verify(one.access_token)
            with pytest.raises(SessionEnded):
                await house.sign_in.renew(one.renewal_token)
        clock.advance(1)


async def test_a_used_cookie_plays_recordings_for_half_a_minute(house: Directory, clock: ManualClock) -> None:
    """S13: a request may be under way while the page renews; later the cookie was copied."""
    first = await _sign_in(house)
    second = await house.sign_in.renew(first.renewal_token)
    clock.advance(30)
    assert (await house.sign_in.holder(first.renewal_token)).account == "point001"
    clock.advance(1)
    with pytest.raises(SessionEnded):
        await house.sign_in.holder(first.renewal_token)
    assert (await house.sign_in.holder(second.renewal_token)).account == "point001"


async def test_signing_out_ends_every_token(house: Directory) -> None:
    """S8: the access token and the cookie, and whoever listens hears of it once."""
    ended: list[tuple[str, Principal]] = []
    house.sessions.on_end(lambda session_id, principal: ended.append((session_id, principal)))
    signed_in, other = await _sign_in(house), await _sign_in(house)
    access = await house.sign_in.verify(signed_in.access_token)
    await house.sign_in.verify(other.access_token)
    await house.sign_in.sign_out(signed_in.renewal_token, HERE)
    assert ended == [(access.session_id, access.principal)]
    with pytest.raises(TokenInvalid):
        await house.sign_in.verify(signed_in.access_token)
    with pytest.raises(SessionEnded):
        await house.sign_in.holder(signed_in.renewal_token)
    with pytest.raises(SessionEnded):
        await house.sign_in.renew(signed_in.renewal_token)
    await house.sign_in.verify(other.access_token)


async def test_an_access_token_signs_out_as_well(house: Directory) -> None:
    signed_in = await _sign_in(house)
    await house.sign_in.sign_out(signed_in.access_token, HERE)
    with pytest.raises(TokenInvalid):
        await house.sign_in.verify(signed_in.access_token)


async def test_the_demonstration_ends_with_its_sessions(
    house: Directory, database: Database, clock: ManualClock, identifiers: SeededIdentifiers
) -> None:
    """S9: none of its tokens opens anything in a service without, nor when the demonstration is back."""
    signed_in = await _sign_in(house)
    await house.sign_in.verify(signed_in.access_token)
    for demonstration in (False, True):
        made = make_house(database, clock, identifiers, demonstration=demonstration)
        await made.start()
        with pytest.raises(TokenInvalid):
            await made.sign_in.verify(signed_in.access_token)
        with pytest.raises(SessionEnded):
            await made.sign_in.holder(signed_in.renewal_token)
        with pytest.raises(SessionEnded):
            await made.sign_in.renew(signed_in.renewal_token)
        await made.close()


@pytest.mark.both_databases
async def test_a_session_ends_with_the_shift_however_often_it_is_renewed(house: Directory, clock: ManualClock) -> None:
    """S9: fourteen hours after the sign-in renewing is over, and no access token lasts longer."""
    signed_in = await _sign_in(house)
    end = clock.now() + timedelta(hours=14)
    for _ in range(59):
        clock.advance(14 * 60)
        signed_in = await house.sign_in.renew(signed_in.renewal_token)
    clock.advance((end - clock.now()).total_seconds() - 60)
    signed_in = await house.sign_in.renew(signed_in.renewal_token)
    assert signed_in.access_ends_at == end
    clock.advance(60)
    with pytest.raises(TokenInvalid):
        await house.sign_in.verify(signed_in.access_token)
    with pytest.raises(SessionEnded):
        await house.sign_in.renew(signed_in.renewal_token)


async def test_a_session_that_nobody_renews_ends_after_an_hour(house: Directory, clock: ManualClock) -> None:
    signed_in = await _sign_in(house)
    clock.advance(60 * 60)
    with pytest.raises(SessionEnded):
        await house.sign_in.renew(signed_in.renewal_token)


async def test_what_another_process_ends_is_noticed(
    house: Directory, database: Database, clock: ManualClock, identifiers: SeededIdentifiers
) -> None:
    other = make_house(database, clock, identifiers, demonstration=True)
    await other.start()
    signed_in, kept = await _sign_in(house), await _sign_in(house)
    ended: list[str] = []
    house.sessions.on_end(lambda session_id, _: ended.append(session_id))
    access = await house.sign_in.verify(signed_in.access_token)
    await house.sign_in.verify(kept.access_token)
    await other.sign_in.sign_out(signed_in.renewal_token, HERE)
    await house.sessions.follow()
    assert ended == [access.session_id]
    with pytest.raises(TokenInvalid):
        await house.sign_in.verify(signed_in.access_token)
    await house.sign_in.verify(kept.access_token)
    await other.close()


async def test_a_person_has_a_bounded_number_of_sessions(house: Directory, clock: ManualClock) -> None:
    signed_in = []
    for _ in range(21):
        signed_in.append(await _sign_in(house))
        clock.advance(1)
    with pytest.raises(TokenInvalid):
        await house.sign_in.verify(signed_in[0].access_token)
    for one in signed_in[1:]:
        await house.sign_in.verify(one.access_token)


def _claims(clock: ManualClock, session_id: str, **changes: Any) -> dict[str, Any]:
    now = int(clock.now().timestamp())
    claims = {
        "iss": "cloud-window",
        "aud": "cloud-window-pages",
        "sub": "staff-clerk001",
        "sid": session_id,
        "jti": "1",
        "iat": now,
        "exp": now + 60,
    } | changes
    return {name: value for name, value in claims.items() if value is not None}


async def test_the_matrix_of_broken_tokens(house: Directory, clock: ManualClock) -> None:
    signed_in = await _sign_in(house, "clerk001")
    session_id = (await house.sign_in.verify(signed_in.access_token)).session_id

    def claims(**changes: Any) -> dict[str, Any]:
        return _claims(clock, session_id, **changes)

    good = jwt.encode(claims(), KEY, algorithm="HS256")
    assert (await house.sign_in.verify(good)).principal.account == "clerk001"
    rsa_key = rsa.generate_private_key(65537, 2048)
    now = int(clock.now().timestamp())
    required = ("iss", "aud", "sub", "sid", "jti", "iat", "exp")
    broken = [
        "",
        "a.b.c",
        good[:-2],
        good.replace(".", "..", 1),
        signed_in.renewal_token,
        jwt.encode(claims(), None, algorithm="none"),
        jwt.encode(claims(), b"x" * 32, algorithm="HS256"),
        jwt.encode(claims(), KEY + KEY, algorithm="HS512"),
        jwt.encode(claims(), rsa_key, algorithm="RS256"),
        *(jwt.encode(claims(**{name: None}), KEY) for name in required),
        jwt.encode(claims(iss="somebody"), KEY),
        jwt.encode(claims(aud="other"), KEY),
        jwt.encode(claims(sub="staff-gone"), KEY),
        jwt.encode(claims(sub="staff-clerk002"), KEY),
        jwt.encode(claims(sid="another"), KEY),
        jwt.encode(claims(exp=now), KEY),
        jwt.encode(claims(exp=10**30), KEY),
    ]
    for token in broken:
        with pytest.raises(TokenInvalid):
            await house.sign_in.verify(token)
    for token in ("", "a.b.c", signed_in.access_token, jwt.encode(claims(aud="cloud-window-renewal", gen="0"), KEY)):
        with pytest.raises(SessionEnded):
            await house.sign_in.renew(token)
    await house.sign_in.renew(signed_in.renewal_token)


async def test_an_access_token_ends_after_a_quarter_of_an_hour(house: Directory, clock: ManualClock) -> None:
    signed_in = await _sign_in(house, "clerk001")
    clock.advance(14 * 60)
    await house.sign_in.verify(signed_in.access_token)
    clock.advance(61)
    with pytest.raises(TokenInvalid):
        await house.sign_in.verify(signed_in.access_token)
