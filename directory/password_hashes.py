"""Argon2id (RFC 9106) in a small pool of threads of its own, with a bounded queue before it.

One verification takes 19 MiB and a core for a twentieth of a second: in the common pool, guesses would keep everything
else waiting. The threads also give way to calls (nice 10): a call goes on while many sign in.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from directory.errors import SignInBusy

T = TypeVar("T")

AT_ONCE_AT_MOST = 10
_WAITING_AT_MOST = 32
"""They have their answer in two seconds, in ten on a slow machine; a page waits fifteen."""
_KIBIBYTES_EACH = 19 * 1024
_SHARE_OF_MEMORY = 8
_NICE = 10


def workers_for(cores: int, memory_bytes: int) -> int:
    """How many passwords are verified at once: half of the cores, an eighth of the memory, ten at the most."""
    return max(1, min(AT_ONCE_AT_MOST, cores // 2, memory_bytes // _SHARE_OF_MEMORY // (_KIBIBYTES_EACH * 1024)))


def password_hasher() -> PasswordHasher:
    """Argon2id with 19 MiB, two passes and one lane: the least that OWASP's cheat sheet on storing passwords advises.

    A district signs in within minutes of half past eight, on one core beside its calls. The hashes of other parameters
    are verified with their own.
    """
    return PasswordHasher(time_cost=2, memory_cost=_KIBIBYTES_EACH, parallelism=1)


class PasswordHashes:
    """Makes and verifies password hashes beside the event loop; nothing is begun without a place."""

    def __init__(self, workers: int, hasher: PasswordHasher | None = None) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="argon2", initializer=_give_way)
        self._places = workers + _WAITING_AT_MOST
        self._taken = 0
        self._hasher = hasher or password_hasher()
        self._nobody = _of_no_password(self._hasher)

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place in the queue, taken before a try is counted; raises `SignInBusy` when all are taken."""
        if self._taken >= self._places:
            raise SignInBusy
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1

    async def fits(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is right; without a hash it is not, and the answer takes as long."""
        return await self.run(lambda: self._fits(password_hash, password))

    async def hash(self, password: str) -> str:
        """A new hash of the password."""
        return await self.run(lambda: self._hasher.hash(password))

    async def run(self, work: Callable[[], T]) -> T:
        """Does the work in a thread of the pool."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def close(self) -> None:
        """Lets go of the threads; what waits is dropped."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _fits(self, password_hash: str | None, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash or self._nobody, password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def _of_no_password(hasher: PasswordHasher) -> str:
    """A hash that no password has, at the hasher's cost: to be verified where an account has none."""
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    salt, digest = (b64encode(bytes(length)).decode().rstrip("=") for length in (hasher.salt_len, hasher.hash_len))
    return f"$argon2id$v={ARGON2_VERSION}${cost}${salt}${digest}"


def _give_way() -> None:
    # On Linux a thread has a niceness of its own, and the threads that Argon2 makes have their maker's.
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


def workers_here() -> int:
    """`workers_for` this machine."""
    return workers_for(os.cpu_count() or 1, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
