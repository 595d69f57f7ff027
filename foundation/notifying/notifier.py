"""Writes notices in the transaction of what they tell of: rolled back with it, and stored once if it is retried.

Address and values are sealed under a key of the notice, which goes with them when the notice is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from foundation.clock import Clock
from foundation.database import WriteSession
from foundation.errors import Language
from foundation.identifiers import Identifiers
from foundation.notifying import store
from foundation.notifying.notice_life import NoticeState
from foundation.notifying.sending import CalendarFile, Channel, Sender
from foundation.notifying.store import StoredNotice
from foundation.vault import Vault


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be told, and when.

    `key` is the same for the same notice of a retried act. `topic` is what it tells of. After `useful_until` it is not
    sent. `values` fill the template of `kind`; `calendar` goes with an e-mail.
    """

    key: str
    topic: str
    kind: str
    channel: Channel
    address: str
    language: Language
    values: dict[str, str]
    due: datetime
    useful_until: datetime
    calendar: CalendarFile | None = None


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What of a notice is sealed."""

    address: str
    values: dict[str, str]
    calendar: CalendarFile | None = None


class Notifier:
    """Writes and withdraws notices; who sends them is the dispatcher."""

    def __init__(self, vault: Vault, clock: Clock, identifiers: Identifiers, senders: Mapping[Channel, Sender]) -> None:
        self._vault = vault
        self._clock = clock
        self._identifiers = identifiers
        self.channels: frozenset[Channel] = frozenset(senders)
        """Those over which something can be sent; a notice for another one is not stored."""

    def reaches(self, channels: Iterable[Channel]) -> bool:
        """Whether something can be sent over one of them."""
        return any(one in self.channels for one in channels)

    async def post(self, session: WriteSession, notice: Notice) -> bool:
        """Stores the notice with the transaction; False where it is stored already, or has no channel."""
        if notice.channel not in self.channels:
            return False
        new_id, key = self._identifiers.new(), self._vault.new_data_key()
        content = msgspec.json.encode(Content(address=notice.address, values=notice.values, calendar=notice.calendar))
        stored = StoredNotice(
            id=new_id,
            key=notice.key,
            topic=notice.topic,
            kind=notice.kind,
            channel=notice.channel,
            language=notice.language,
            state=NoticeState.WAITING,
            made_at=self._clock.now(),
            next_at=notice.due,
            useful_until=notice.useful_until,
            attempts=0,
            lease=None,
            error=None,
            data_key=key,
            content=self._vault.seal(key, content, sealed_as(new_id)),
        )
        return await store.add(session, stored)

    async def withdraw(self, session: WriteSession, topic: str) -> int:
        """Withdraws what of a topic is not sent yet; returns how many. One that is just being sent may still arrive."""
        return await store.withdraw(session, topic)


def sealed_as(notice_id: str) -> str:
    """The context under which a notice is sealed."""
    return f"notice {notice_id}"
