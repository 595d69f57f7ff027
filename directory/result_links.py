"""Links by which residents read what was decided of their case, and save the notice; they open nothing else.

The secret is a code of 28 of 25 signs, 130 bits, and serves as the link and to be typed. The database has its hash
alone (SHA-256), beside those of the links to send papers by; each kind opens nothing of the other.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from directory.errors import ResultLinkOver, ResultLinkUnknown, TooManyResultLinks
from directory.principal import Reader, Role
from directory.records import SenderLink
from directory.store import senders as store
from directory.visit_codes import new_code, normal
from directory.visits import hashed
from foundation.database import ReadSession, WriteSession

LENGTH = 28
LASTS = timedelta(days=30)
"""After the decision; who comes later has it at the point."""
MOST_LINKS = 20
"""Of one case: each slip that is printed adds one."""
_ACCOUNT = "reader"
_NAME = "申请人（凭结果链接）"
"""What the audit log tells: who was given the link, and not who opened it."""


class ResultLinks:
    """Makes links in the transaction of what they are for, and tells which case one opens."""

    def __init__(self, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._random_bytes = random_bytes

    def secret(self) -> str:
        """A new secret, which opens nothing until it is kept."""
        return new_code(self._random_bytes, LENGTH)

    async def keep(self, session: WriteSession, secret: str, case: tuple[str, str], ends_at: datetime) -> None:
        """Has the secret open the result of the `case`, its id and its site's.

        Raises `TooManyResultLinks`.
        """
        case_id, site_id = case
        if await store.count(session, _reader(case_id)) >= MOST_LINKS:
            raise TooManyResultLinks(limit=MOST_LINKS)
        link = SenderLink(
            link_hash=hashed(secret),
            sender_id=_reader(case_id),
            case_id=case_id,
            site_id=site_id,
            ends_at=ends_at,
            ended=False,
        )
        await store.add(session, link)

    async def opened(self, session: ReadSession, typed: str, now: datetime) -> SenderLink:
        """The link whose secret was copied or typed; raises `ResultLinkUnknown`, `ResultLinkOver`."""
        found = await store.of_link(session, hashed(normal(typed)))
        if found is None or not found.sender_id.startswith(Reader.PREFIX):
            raise ResultLinkUnknown
        if found.ended or found.ends_at <= now:
            raise ResultLinkOver
        return found


def reader_of(case_id: str, site_id: str, site_path: str) -> Reader:
    """Who reads by a link, as the audit log has them: they may do nothing else."""
    return Reader(
        person_id=_reader(case_id),
        account=_ACCOUNT,
        name=_NAME,
        roles=frozenset({Role.READER}),
        site_id=site_id,
        site_path=site_path,
        department_ids=frozenset(),
    )


def _reader(case_id: str) -> str:
    return f"{Reader.PREFIX}{case_id}"
