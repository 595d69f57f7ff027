"""Counting tries: pure, with times as arguments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from directory.attempts import KNOWN_KEPT, Attempts, Counter
from directory.devices import Devices
from directory.errors import TooManyAttempts

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SECRET = b"s" * 32


@pytest.fixture
def attempts() -> Attempts:
    return Attempts(SECRET)


def _minutes(attempts: Attempts, account: str, address: str, now: datetime, device: str = "") -> int:
    """How long the try has to wait; it is counted when it need not."""
    try:
        attempts.begin(account, address, now, device)
    except TooManyAttempts as locked:
        return int(str(locked.parameters["minutes"]))
    return 0


def test_many_addresses_that_guess_one_account_are_slowed_but_not_its_owner(attempts: Attempts) -> None:
    attempts.succeeded("clerk001", "10.0.0.1", START)
    waits = [_minutes(attempts, "clerk001", f"198.51.100.{number}", START) for number in range(60)]
    assert waits == [0] * 50 + [1] * 10
    assert _minutes(attempts, "clerk001", "10.0.0.1", START) == 0
    assert _minutes(attempts, "clerk002", "198.51.100.1", START) == 0
    later = START + timedelta(minutes=1)
    assert [_minutes(attempts, "clerk001", f"203.0.113.{number}", later) for number in range(2)] == [0, 1]


def test_one_password_on_many_accounts_is_slowed_but_not_for_the_colleagues(attempts: Attempts) -> None:
    attempts.succeeded("clerk001", "10.0.0.1", START)
    waits = [_minutes(attempts, f"clerk{number}", "10.0.0.1", START) for number in range(120)]
    assert waits == [0] * 100 + [1] * 20
    assert _minutes(attempts, "clerk001", "10.0.0.1", START) == 0
    assert _minutes(attempts, "newcomer", "10.0.0.1", START + timedelta(seconds=6)) == 0


def test_right_passwords_use_up_nothing(attempts: Attempts) -> None:
    """On the first morning all sign in for the first time, from one address."""
    for number in range(500):
        attempts.begin(f"clerk{number}", "10.0.0.1", START)
        attempts.succeeded(f"clerk{number}", "10.0.0.1", START)
    assert _minutes(attempts, "newcomer", "10.0.0.1", START) == 0


def test_tries_are_forgotten_after_a_day(attempts: Attempts) -> None:
    for _ in range(5):
        attempts.begin("clerk001", "10.0.0.1", START)
    assert _minutes(attempts, "clerk001", "10.0.0.1", START) == 1
    tomorrow = START + timedelta(days=1)
    assert [_minutes(attempts, "clerk001", "10.0.0.1", tomorrow) for _ in range(6)] == [0, 0, 0, 0, 0, 1]


def test_a_clock_that_is_set_back_locks_nobody_for_longer(attempts: Attempts) -> None:
    for _ in range(5):
        attempts.begin("clerk001", "10.0.0.1", START)
    before = START - timedelta(days=3)
    assert _minutes(attempts, "clerk001", "10.0.0.1", before) == 1


def test_an_address_of_the_same_household_is_the_same(attempts: Attempts) -> None:
    for number in range(5):
        attempts.begin("clerk001", f"2001:db8:1:2::{number + 1:x}", START)
    assert _minutes(attempts, "clerk001", "2001:db8:1:2:ffff::9", START) == 1
    assert _minutes(attempts, "clerk001", "2001:db8:1:3::1", START) == 0
    assert [_minutes(attempts, "clerk002", "::ffff:10.0.0.1", START) for _ in range(5)] == [0] * 5
    assert _minutes(attempts, "clerk002", "10.0.0.1", START) == 1


def test_memory_is_bounded_and_known_addresses_are_not_pushed_out() -> None:
    attempts = Attempts(SECRET, at_most=100)
    attempts.succeeded("clerk001", "10.0.0.1", START)
    kept: dict[str, Counter] = {}
    for number in range(120):
        address = f"2001:db8:{number:x}::1"
        changes = attempts.begin(f"account{number}", address, START + timedelta(seconds=number))
        kept |= {one.key: one for one in changes.kept}
        for key in changes.dropped:
            kept.pop(key, None)
    assert len(kept) == 100
    again = Attempts(SECRET)
    again.restore(kept.values())
    last = START + timedelta(seconds=119)
    for _ in range(4):
        again.begin("account119", "2001:db8:77::1", last)
    assert _minutes(again, "account119", "2001:db8:77::1", last) == 1
    for _ in range(5):
        attempts.begin("clerk001", "10.0.0.1", last)


def test_what_is_kept_tells_neither_account_nor_address(attempts: Attempts) -> None:
    changes = attempts.begin("a password in the wrong field", "10.0.0.1", START)
    assert [one.kind for one in changes.kept] == ["pair", "account", "address"]
    assert all("password" not in one.key and "10.0" not in one.key for one in changes.kept)


def test_who_signed_in_from_a_device_before_is_kept_from_nothing_by_others_at_the_address(attempts: Attempts) -> None:
    attempts.succeeded("ada", "10.1.0.1", START, "device-of-ada")
    for number in range(200):
        _minutes(attempts, "ada", f"10.1.{number % 3}.{number % 5}", START)
    assert _minutes(attempts, "ada", "10.1.0.1", START) > 0
    attempts.begin("ada", "10.1.0.1", START, "device-of-ada")
    # At another address as well, as a laptop that is carried from one site to the next.
    attempts.begin("ada", "10.2.0.9", START, "device-of-ada")


def test_a_known_device_has_five_tries_too_and_is_known_for_its_own_accounts_alone(attempts: Attempts) -> None:
    attempts.succeeded("ada", "10.1.0.1", START, "device-of-ada")
    for _ in range(5):
        attempts.begin("ada", "10.1.0.1", START, "device-of-ada")
    with pytest.raises(TooManyAttempts):
        attempts.begin("ada", "10.1.0.1", START, "device-of-ada")
    with pytest.raises(TooManyAttempts):
        # Other addresses give the device no more of them.
        attempts.begin("ada", "10.9.0.1", START, "device-of-ada")
    for number in range(60):
        _minutes(attempts, "ben", f"10.3.{number}.1", START, "device-of-ada")
    assert _minutes(attempts, "ben", "10.4.0.1", START, "device-of-ada") > 0


def test_a_device_is_forgotten_and_remembered_like_an_address(attempts: Attempts) -> None:
    changes = attempts.succeeded("ada", "10.1.0.1", START, "device-of-ada")
    again = Attempts(SECRET)
    again.restore(changes.kept)
    for number in range(60):
        _minutes(again, "ada", f"10.3.{number}.1", START)
    again.begin("ada", "10.4.0.1", START, "device-of-ada")
    assert _minutes(again, "ada", "10.4.0.1", START + KNOWN_KEPT, "device-of-ada") == 0
    assert "device-of-ada" not in str(changes)


def test_only_names_that_were_given_here_are_names() -> None:
    devices, others = Devices(SECRET), Devices(b"o" * 32)
    kept = devices.new()
    assert kept != devices.new()
    assert devices.name(kept) == kept.partition(".")[0]
    for wrong in ("", ".", "name", kept[:-1], f"{kept}0", others.new(), "\u0661." + kept.partition(".")[2]):
        assert devices.name(wrong) == ""
