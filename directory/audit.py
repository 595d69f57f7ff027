"""The audit log: who did what to what, from where and with which outcome, each entry chained to the one before.

Each entry's hash is an HMAC under a key that is not in the database. Who can write the database and has not the key can
neither change an entry nor chain the rest anew; `audit_check` says where it was tried. Entries cut off at the end leave
a chain that is whole: for those there is the head, which is kept elsewhere (`audit_head`). The service numbers on from
it, so that the gap stays visible when new entries follow.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime

import msgspec

from directory.errors import HeadInvalid
from directory.store import queries
from directory.store.queries import AuditEntry
from foundation.clock import Clock
from foundation.database import Database, WriteSession, take_turn, told_if_damaged
from foundation.vault import Vault

DONE = "done"
"""The outcome of what was not refused; any other is the code of the refusal."""
COMMAND = "command"
"""Who did it, where it was done by command: whoever may run those on the service's machine."""
START = "0" * 64
"""Stands before the first entry."""
KEYED_FROM = "log_keyed"
"""The act of the entry that vouches for those before it, from a time when the chain had no key."""
_ACCOUNT_AT_MOST = 64


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry to be written: who (an identifier, empty for nobody known), by which account, from which address."""

    who: str
    act: str
    account: str = ""
    outcome: str = DONE
    address: str = ""
    what: Mapping[str, str] = {}


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The newest entry: its number, which is how many there are, its place in the chain, and when it was written."""

    number: int
    mac: str
    at: datetime | None = None

    def __str__(self) -> str:
        return f"{self.number}:{self.mac}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """The head that was printed as this text, without its time; raises `HeadInvalid`."""
        number, _, mac = text.strip().partition(":")
        if not (number.isascii() and number.isdigit() and len(number) < 19 and _is_mac(mac)):
            raise HeadInvalid
        return cls(number=int(number), mac=mac)


def audit_key(vault: Vault) -> bytes:
    """The installation's key of the chain."""
    return vault.secret("audit-log")


def mac_of(key: bytes, before: str, entry: AuditEntry) -> str:
    """The hash that the entry has to have after one with the hash `before`; raises TypeError for a damaged one."""
    # A JSON list, so that no two entries can be cut into the same bytes.
    said = [before, *(value.isoformat() if isinstance(value, datetime) else value for value in entry[:-1])]
    return hmac.new(key, json.dumps(said).encode(), hashlib.sha256).hexdigest()


class AuditLog:
    """Appends to the log; `key` has 32 bytes, `known` is the head that was exported last."""

    def __init__(self, database: Database, clock: Clock, key: bytes, known: Head | None = None) -> None:
        self._database = database
        self._clock = clock
        self._key = key
        self._known = known or Head(number=0, mac=START)

    async def record(self, *entries: Entry) -> None:
        """Appends entries in a transaction of its own."""
        async with self._database.write() as session:
            await self.append(session, *entries)

    async def append(self, session: WriteSession, *entries: Entry) -> None:
        """Appends entries within the caller's transaction, which should end soon: all others wait for it."""
        await take_turn(session, "audit_log")
        number, before = await self._last(session)
        rows = []
        # Counted here and not by the database: PostgreSQL skips the numbers of what was rolled back.
        for sequence, entry in enumerate(entries, number + 1):
            row = self._row(sequence, entry)
            before = mac_of(self._key, before, row)
            rows.append(row._replace(hash=before))
        await queries.add_audit(session, rows)

    async def head(self) -> Head | None:
        """The newest entry, or the newest known when later ones were cut off; None before the first.

        One that is damaged is told, and no head: who checks the log names it.
        """
        found = None
        with told_if_damaged(self._database.damaged, "audit_log", "newest"):
            async with self._database.read() as session:
                found = await queries.audit_head(session)
        if found is not None and found[0] > self._known.number and _is_mac(found[1]):
            self._known = Head(number=found[0], mac=found[1], at=found[2])
        return self._known if self._known.number else None

    def _row(self, sequence: int, entry: Entry) -> AuditEntry:
        return AuditEntry(
            sequence=sequence,
            at=self._clock.now(),
            who=entry.who,
            account=_as_account(entry.account),
            act=entry.act,
            outcome=entry.outcome,
            address=entry.address,
            what=json.dumps(dict(entry.what), ensure_ascii=False, sort_keys=True),
            hash="",
        )

    async def _last(self, session: WriteSession) -> tuple[int, str]:
        number, before = await queries.last_audit(session) or (0, START)
        # What was cut off leaves a gap: nothing may be numbered as if it had never been there.
        if number <= self._known.number:
            return self._known.number, self._known.mac
        # After a damaged entry, which the check names, the chain begins again: else nobody could sign in any more.
        return number, before if _is_mac(before) else START


def _is_mac(text: object) -> bool:
    return isinstance(text, str) and len(text) == len(START) and set(text) <= set("0123456789abcdef")


def _as_account(text: str) -> str:
    """An account that somebody typed, as it can be stored and printed."""
    return "".join(character if character.isprintable() else "?" for character in text[:_ACCOUNT_AT_MOST])
