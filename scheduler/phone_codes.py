"""Codes that prove a telephone: six digits by text message, good once and for ten minutes, tried five times at most.

A telephone is told at most one a minute, five an hour and ten a day, as Chinese gateways bound codes themselves. With
fifty tries a day at a million codes, who guesses proves one telephone in fifty-five years. The database holds a keyed
hash (HMAC-SHA256) and no number.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from foundation.database import WriteSession, take_turn
from foundation.errors import Language
from foundation.notifying import Notice
from scheduler.booking import Booking
from scheduler.errors import PhoneCodeWrong, TooManyPhoneCodes
from scheduler.ports import Ports
from scheduler.store import phone_codes as store

CODE_LASTS = timedelta(minutes=10)
_TRIES_AT_MOST = 5
_DAY = timedelta(days=1)
_LIMITS = ((timedelta(minutes=1), 1), (timedelta(hours=1), 5), (_DAY, 10))
_CODES = 10**6


class PhoneCodes:
    """Sends codes, and has them proven."""

    def __init__(self, ports: Ports, booking: Booking, below: Callable[[int], int] = secrets.randbelow) -> None:
        self._ports = ports
        self._booking = booking
        self._below = below
        self._key = ports.vault.secret("phone-code")

    async def send(self, phone: str, language: Language) -> datetime:
        """Sends a mobile number a new code, and says until when it is good; the former one is good no more.

        Raises `TooManyPhoneCodes`. Whether the number is known makes no difference.
        """
        now, new_id, code = self._ports.clock.now(), self._ports.identifiers.new(), f"{self._below(_CODES):06}"
        person, ends_at = self._booking.person(phone), now + CODE_LASTS
        async with self._ports.database.write() as session:
            await take_turn(session, f"phone codes of {person.hex()}")
            await store.forget(session, now - _DAY)
            require_within_limits(await store.sent(session, person), now)
            await store.end(session, person, now)
            hashed = self._hashed(person, code)
            await store.add(session, store.StoredCode(new_id, person, hashed, made_at=now, ends_at=ends_at))
            notice = Notice(
                key=f"phone code {new_id}",
                topic=f"phone code {new_id}",
                kind="phone_code",
                channel="sms",
                address=phone,
                language=language,
                values={"code": code, "minutes": str(CODE_LASTS // timedelta(minutes=1))},
                due=now,
                useful_until=ends_at,
            )
            await self._ports.notifier.post(session, notice)
        return ends_at

    async def prove(self, phone: str, code: str) -> str:
        """The identifier of the code, for `use`; raises `PhoneCodeWrong`. Each try is counted, whatever comes of it."""
        person = self._booking.person(phone)
        async with self._ports.database.write() as session:
            found = await store.count_try(session, person, self._ports.clock.now(), _TRIES_AT_MOST)
        if found is None or not hmac.compare_digest(found[1], self._hashed(person, code)):
            raise PhoneCodeWrong
        return found[0]

    async def use(self, session: WriteSession, code_id: str) -> None:
        """Uses a proven code up, with the transaction of what it is for; raises `PhoneCodeWrong` where it is used."""
        if not await store.use(session, code_id, self._ports.clock.now()):
            raise PhoneCodeWrong

    def _hashed(self, person: bytes, code: str) -> bytes:
        return hmac.new(self._key, person + code.encode(), hashlib.sha256).digest()


def require_within_limits(sent: Iterable[datetime], now: datetime) -> None:
    """Raises `TooManyPhoneCodes` where one more code at `now` would be too many."""
    times = list(sent)
    for span, at_most in _LIMITS:
        if sum(now - one < span for one in times) >= at_most:
            raise TooManyPhoneCodes
