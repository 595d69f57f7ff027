"""What was decided of a case that was handed on, for its resident: read by a link, with the sealed notice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from directory.errors import ResultLinkOver
from directory.principal import Principal
from directory.result_links import LASTS, ResultLinks
from document_relay.access import may_show
from document_relay.case_core import hand_on_acts as acts
from document_relay.case_core.hand_on_life import HandOnState
from document_relay.case_files import who_acts
from document_relay.documents import Archive
from document_relay.hand_on_errors import NotDecidedYet
from document_relay.hand_on_records import Desk, HandOnRecord, Reach
from document_relay.records import CaseBytes, CaseRecord
from document_relay.store import hand_on_reading as reading
from document_relay.store.folder import Folder, Tools
from document_relay.store.hand_on import HandOnFolder
from document_relay.store.hand_on_tables import HandOnRow
from foundation.database import Database, ReadSession, WriteSession

_WORTH = timedelta(hours=1)
"""A link that ends sooner is not worth being given."""


class Result(NamedTuple):
    """A decided case, the department that decided it, and until when the link is good."""

    file: CaseRecord
    desk: Desk
    ends_at: datetime


class ResultLink(NamedTuple):
    """A new link's secret, which is told once, and until when it is good."""

    secret: str
    ends_at: datetime


class Results:
    """Makes links to results, and shows what they open."""

    def __init__(self, database: Database, tools: Tools, archive: Archive, links: ResultLinks) -> None:
        self._database = database
        self._tools = tools
        self._archive = archive
        self._links = links

    async def whom_to_tell(self, case_id: str) -> tuple[CaseRecord, HandOnRecord, Reach] | None:
        """A decided case with how its resident is told; None for any other. Raises `NoSuchCase`."""
        async with self._database.read() as session:
            file = await self._tools.reader.file(session, case_id)
            row = await session.scalar(reading.OF_CASE, {"case_id": case_id})
        if row is None or row.state != HandOnState.DECIDED:
            return None
        key = self._tools.reader.key_of(file)
        reach = msgspec.convert(key.unseal(row.reach, f"reach {row.id}"), Reach)
        return file, reading.record(row, key), reach

    def secret(self) -> str:
        """The secret of a link that the resident is told of; `keep` stores it once the notice is written."""
        return self._links.secret()

    async def keep(self, session: WriteSession, secret: str, file: CaseRecord) -> datetime:
        """Stores a link to the decided case, in a transaction of the caller's; until when it is good.

        Raises `TooManyResultLinks`.
        """
        ends_at = (file.decided_at or self._tools.clock.now()) + LASTS
        await self._links.keep(session, secret, (file.id, file.site_id), ends_at)
        return ends_at

    async def link(self, principal: Principal, case_id: str) -> ResultLink:
        """One more link, made at the point to be shown or printed; those before stay good.

        Raises `NoSuchCase`, `CaseDestroyed`, `NotYourCase`, `NotDecidedYet`, `ResultLinkOver` where it would be good no
        more, `TooManyResultLinks`.
        """
        async with self._database.write() as session:
            folder = await Folder.open(self._tools, session, case_id)
            file = folder.record()
            may_show(principal, file)
            made = await HandOnFolder.of(session, folder)
            if made is None or made.state is not HandOnState.DECIDED:
                raise NotDecidedYet
            secret = self._links.secret()
            ends_at = await self.keep(session, secret, file)
            if ends_at <= self._tools.clock.now() + _WORTH:
                raise ResultLinkOver
            await made.log(who_acts(principal), acts.LINKED)
        return ResultLink(secret, ends_at)

    async def read(self, typed: str) -> Result:
        """What the link opens; raises `ResultLinkUnknown`, `ResultLinkOver`, `NoSuchCase`, `SealBroken`."""
        async with self._database.read() as session:
            return await self._opened(session, typed)

    async def pdf(self, typed: str) -> CaseBytes:
        """The sealed notice; raises as `read`, `NoSuchDocument`, `BlobMissing`, `CaseDamaged`."""
        async with self._database.read() as session:
            file = (await self._opened(session, typed)).file
            case = await self._tools.reader.whole(session, file.id)
        return CaseBytes(file.id, await self._archive.pdf(file, case.document(file.notice_document_id or "")))

    async def _opened(self, session: ReadSession, typed: str) -> Result:
        found = await self._links.opened(session, typed, self._tools.clock.now())
        file = await self._tools.reader.file(session, found.case_id)
        row = await session.scalar(reading.OF_CASE, {"case_id": found.case_id})
        if row is None or file.outcome is None:
            raise ResultLinkOver
        return Result(file, _decided_at(row), found.ends_at)


def _decided_at(row: HandOnRow) -> Desk:
    """The desk that owned it at the end: one that was returned is decided by the town."""
    receiver, sender = (msgspec.convert(one, Desk) for one in (row.receiver, row.sender))
    here = (row.desk_site_id, row.desk_department_id)
    return receiver if here == (receiver.site_id, receiver.department_id) else sender
