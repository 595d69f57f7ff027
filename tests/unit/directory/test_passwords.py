"""What passwords may be, and how many are verified at once."""

from __future__ import annotations

import asyncio
import os
import threading
import time

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from directory.demonstration import DEMONSTRATION_PASSWORD
from directory.errors import PasswordCommon, PasswordTooLong, PasswordTooShort, SignInBusy
from directory.password_hashes import PasswordHashes, password_hasher, workers_for
from directory.password_policy import require_good, temporary_password
from tests.unit.directory.conftest import QUICK

OWN = ("clerk001", "王秀英")


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password@2026",
        "123456789012",
        "aaaaaaaaaaaa",
        "qwertyuiop123",
        "1q2w3e4r5t6y",
        "19880101199001",
        "clerk001clerk001",
        "clerk001-2026!",
        "woaini1314520",
        "woaiwode5201314",
        "zhangwei1988",
        "yunchuang2026!",
        "Admin123456789",
        "cloud window 1",
        DEMONSTRATION_PASSWORD,
        "------------",
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(PasswordCommon):
        require_good(password, OWN)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "Tianqi-hen-hao-bu-xiayu",
        "李白床前明月光疑是地上霜",
        "k3wd-9fhq-xxm2",
        "".join(chr(33 + 47 * number % 89) for number in range(128)),
    ],
)
def test_long_ones_are_taken_whatever_they_are_made_of(password: str) -> None:
    require_good(password, OWN)


def test_length_has_bounds() -> None:
    with pytest.raises(PasswordTooShort) as short:
        require_good("k3wd-9fhq-x", OWN)
    assert "12" in short.value.sentence("en")
    assert "12" in short.value.sentence("zh-CN")
    with pytest.raises(PasswordTooLong):
        require_good("k3wd-9fhq-xxm2" * 10, OWN)


def test_temporary_passwords_keep_the_policy_and_differ() -> None:
    made = {temporary_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        require_good(password, OWN)


@pytest.mark.parametrize(
    ("cores", "gibibytes", "workers"), [(1, 1, 1), (2, 4, 1), (4, 8, 2), (16, 0.5, 3), (64, 256, 10), (2, 0.1, 1)]
)
def test_workers_by_cores_and_memory(cores: int, gibibytes: float, workers: int) -> None:
    assert workers_for(cores, int(gibibytes * 1024**3)) == workers


class _Counting(PasswordHasher):
    """The hasher as it is, and how many of its verifications run at the same time."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=64, parallelism=1)
        self._lock = threading.Lock()
        self._running = 0
        self.most = 0
        self.verified = 0
        self.niceness: set[int] = set()

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:
        with self._lock:
            self._running += 1
            self.verified += 1
            self.most = max(self.most, self._running)
            self.niceness.add(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        try:
            time.sleep(0.01)
            return super().verify(hash, password)
        finally:
            with self._lock:
                self._running -= 1


async def test_at_most_ten_verifications_run_at_once_and_the_queue_is_bounded() -> None:
    """S4: of 200 at once ten run, so many wait, the rest is refused at once, and the common threads stay free."""
    hasher = _Counting()
    hashes = PasswordHashes(workers_for(64, 256 * 1024**3), hasher)
    right = hasher.hash("right")
    results: list[bool | SignInBusy] = []

    async def one() -> None:
        try:
            with hashes.place():
                results.append(await hashes.fits(right, "right"))
        except SignInBusy as busy:
            results.append(busy)

    async with asyncio.TaskGroup() as group:
        for _ in range(200):
            group.create_task(one())
        await asyncio.sleep(0)
        began = time.monotonic()
        await asyncio.to_thread(int)
        assert time.monotonic() - began < 1
    assert results.count(True) == 42
    assert sum(isinstance(one, SignInBusy) for one in results) == 158
    assert hasher.most == 10
    assert hasher.verified == 42
    assert hasher.niceness == {os.getpriority(os.PRIO_PROCESS, 0) + 10}
    hashes.close()


def test_where_there_is_no_account_a_verification_costs_the_same_and_fails() -> None:
    hasher = password_hasher()
    nobody = PasswordHashes(1, hasher)._nobody
    assert not hasher.check_needs_rehash(nobody)
    with pytest.raises(VerifyMismatchError):
        hasher.verify(nobody, "nobody")


async def test_who_goes_away_gives_the_place_back() -> None:
    hashes = PasswordHashes(1, QUICK)
    right = await hashes.hash("right")

    async def one() -> bool:
        with hashes.place():
            return await hashes.fits(right, "right")

    for _ in range(5):
        tasks = [asyncio.create_task(one()) for _ in range(33)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert await one()
    hashes.close()


async def test_hashes_are_argon2id_as_owasp_advises_and_nobody_has_none() -> None:
    hashes = PasswordHashes(1)
    made = await hashes.hash("right")
    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await hashes.fits(made, "right")
    assert await hashes.fits(PasswordHasher(time_cost=1, memory_cost=64, parallelism=4).hash("right"), "right")
    assert not await hashes.fits(made, "wrong")
    assert not await hashes.fits(None, "nobody")
    assert not await hashes.fits("damaged", "right")
    hashes.close()
