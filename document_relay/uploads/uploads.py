"""Resumable uploads (tus 1.0 core, creation, checksum, expiration, termination), each bringing one file to a material.

Bytes are kept as they come, so a cut loses only what had not arrived. A page that comes back asks for the offset and
goes on; whatever request still holds the upload is ended then, for a stalled connection must not keep out its heir.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec
import structlog

from directory.principal import Principal
from document_relay.deliveries import Deliveries, Delivery
from document_relay.disk_budget import DiskBudget, Use
from document_relay.errors import (
    ChecksumMismatch,
    NoSuchUpload,
    OffsetMismatch,
    TooManyUploads,
    UploadMetadataInvalid,
    UploadTakenOver,
    UploadTooLarge,
)
from document_relay.events import PageRefused
from document_relay.imaging.errors import PageEmpty
from document_relay.store import uploads as store
from document_relay.store.folder import Folder, Tools
from document_relay.store.keyring import CaseKey
from document_relay.store.tables import MaterialRow, UploadRow
from document_relay.supplement_gate import require_may_begin, require_may_deliver, require_still_found
from document_relay.uploads.admission import Admission
from document_relay.uploads.limits import UploadLimits
from document_relay.uploads.metadata import Checksum, parse_checksum, parse_metadata
from document_relay.uploads.part_files import PartFiles
from document_relay.uploads.verified import verified
from foundation.database import Database, ReadSession
from foundation.errors import Refusal, Unavailable
from foundation.outcome import Outcome, outcome
from foundation.tasks import Tasks

EXTENSIONS = ("creation", "checksum", "expiration", "termination")
_log = structlog.get_logger("document_relay.uploads")
T = TypeVar("T")


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """Where an upload stands; `metadata` is the header it was made with."""

    id: str
    offset: int
    length: int
    metadata: str
    expires_at: datetime


class Uploads:
    """Takes files in, piece by piece."""

    def __init__(
        self,
        database: Database,
        tools: Tools,
        deliveries: Deliveries,
        place: tuple[Path, DiskBudget],
        limits: UploadLimits,
    ) -> None:
        """`place` is the folder of the part files, and the space there."""
        self._database = database
        self._tools = tools
        self._deliveries = deliveries
        self._parts, self._budget = PartFiles(place[0]), place[1]
        self._admission = Admission(self._budget, limits.lifetime, limits.promise)
        self.limits = limits
        self._tasks = Tasks()
        self._holders: dict[str, asyncio.Task[Outcome[int]]] = {}
        self._delivering: dict[str, asyncio.Task[Outcome[None]]] = {}

    async def start(self) -> None:
        """Removes what has expired, now and from now on, and what belongs to no upload."""
        await self._expire_or_log()
        self._tasks.spawn(self._look_after(), name="upload expiry")

    async def take_up(self) -> None:
        """Delivers what a former process had received whole and not delivered; what cannot be is set aside."""
        async with self._database.read() as session:
            found = await store.receiving(session)
        for upload_id in found:
            try:
                await self._take_up(upload_id)
            except Exception as error:
                await self._not_taken_up(upload_id, error)

    async def _take_up(self, upload_id: str) -> None:
        async with self._database.read() as session:
            row = await store.find(session, upload_id)
        if row is not None and await _in_thread(self._parts.length, upload_id) == row.length:
            await self._deliver_once(row)

    async def _not_taken_up(self, upload_id: str, error: Exception) -> None:
        async with self._database.read() as session:
            left = upload_id in await store.known(session)
        if left:
            self._database.damaged("uploads", upload_id, error)
        else:
            # No page, or none that fits the case: refused as it would have been while its sender waited.
            _log.warning("upload_refused_at_start", upload=upload_id, problem=type(error).__name__)

    async def close(self) -> None:
        """Ends every request under way; what has arrived is kept."""
        await self._tasks.close()

    async def has_space(self) -> bool:
        """Whether the disk has room for one more upload of the largest size. Raises OSError."""
        left = await self._admission.left()
        async with self._database.read() as session:
            return await self._admission.would_take(session, self.limits.length, left, self._tools.clock.now())

    async def create(self, principal: Principal, length: int, metadata: str) -> Upload:
        """A new upload of `length` bytes for the case and material that its `Upload-Metadata` header names.

        Raises UploadMetadataInvalid, UploadTooLarge, PageEmpty, TooManyUploads, SamePageAgain, NotYourCase,
        NoSuchCase, NoSuchMaterial, NoSuchPage, WrongCaseState, CaseFull, SiteFull, DiskFull,
        SupplementTooLate, SupplementNotOpen, NoSuchSupplement; MandateNeeded, MandateEnded, MandateDoesNotCover
        where somebody acts for the applicant.
        """
        said = parse_metadata(metadata)
        if length > self.limits.length:
            raise UploadTooLarge(limit=self.limits.length // (1024 * 1024))
        if length <= 0:
            raise PageEmpty
        upload_id, now, left = self._tools.identifiers.new(), self._tools.clock.now(), await self._admission.left()
        async with self._database.write() as session:
            folder = await Folder.open(self._tools, session, said.case_id)
            await require_may_deliver(session, principal, folder, now)
            folder.require_open()
            await require_may_begin(session, folder, principal, said.material_id, now)
            material = await folder.one(MaterialRow, said.material_id)
            await self._deliveries.check_new(folder, material, said.sha256, said.replaces)
            await self._check_count(session, principal.person_id)
            await self._admission.check(session, folder, length, left, now)
            row = UploadRow(
                id=upload_id,
                staff_id=principal.person_id,
                case_id=said.case_id,
                material_id=said.material_id,
                length=length,
                sha256=said.sha256,
                capture=said.capture,
                replaces=said.replaces,
                metadata_header=folder.key.seal(metadata, f"metadata {upload_id}"),
                state="receiving",
                expires_at=now + self.limits.lifetime,
                staff_name=folder.key.seal(principal.name, f"staff {upload_id}"),
            )
            folder.add(row)
        return _upload(row, 0, metadata)

    async def head(self, principal: Principal, upload_id: str) -> Upload:
        """Where the upload stands; a request that still holds it is ended first.

        An upload that has come whole is delivered before it is said to be whole: a client that sees that offset is
        done. Raises NoSuchUpload, SupplementSearchOver and what delivering refuses.
        """
        row = await self._row(principal, upload_id)
        await self._take_over(upload_id)
        offset = await self._offset(row)
        if offset == row.length and row.state != "delivered":
            await require_still_found(self._database, self._tools, principal, row.case_id)
            await self._deliver_once(row)
        header = (await self._case_key(row)).unseal(row.metadata_header, f"metadata {row.id}")
        return _upload(row, offset, str(header))

    async def append(
        self,
        principal: Principal,
        upload_id: str,
        offset: int,
        stream: AsyncIterator[bytes],
        checksum: str | None = None,
    ) -> int:
        """Adds the pieces of `stream` and returns the new offset; the last byte delivers the page before it returns.

        `checksum` is the `Upload-Checksum` header; with it the whole stream counts or none of it. Raises
        NoSuchUpload, OffsetMismatch, UploadTakenOver, ChecksumUnknown, ChecksumMismatch, UploadMetadataInvalid
        (more bytes than announced), DiskFull, and what delivering refuses: imaging's refusals, SamePageAgain,
        TooManyPages, WrongCaseState, SupplementTooLate, SupplementNotOpen; SupplementSearchOver.
        """
        announced = None if checksum is None else parse_checksum(checksum)
        row = await self._row(principal, upload_id)
        await self._take_over(upload_id)
        if offset != await self._offset(row):
            raise OffsetMismatch
        if row.state == "delivered":
            return row.length
        await self._budget.require(Use.PAPERS, row.length - offset)
        holder = self._tasks.spawn(outcome(self._receive(row, stream, announced)), name=f"upload_{upload_id}")
        self._holders[upload_id] = holder
        try:
            reached = await _reached(holder)
        finally:
            if self._holders.get(upload_id) is holder:
                del self._holders[upload_id]
        if reached == row.length:
            await require_still_found(self._database, self._tools, principal, row.case_id)
            await self._deliver_once(row)
        return reached

    async def terminate(self, principal: Principal, upload_id: str) -> None:
        """Ends the upload and forgets its bytes; a delivered page stays. Raises `NoSuchUpload`."""
        await self._row(principal, upload_id)
        if (delivery := self._delivering.get(upload_id)) is not None:
            await asyncio.wait({delivery})
        await self._forget(upload_id)

    async def expire(self) -> int:
        """Removes uploads past their time, and bytes that belong to none; returns how many uploads."""
        async with self._database.read() as session:
            gone = await store.expired(session, self._tools.clock.now()) - self._delivering.keys()
        for upload_id in gone:
            try:
                await self._forget(upload_id)
            except (Refusal, OSError) as error:
                self._database.damaged("uploads", upload_id, error)
        await self._remove_orphans()
        return len(gone)

    async def _look_after(self) -> None:
        while True:
            await asyncio.sleep(self.limits.looked_after.total_seconds())
            await self._expire_or_log()

    async def _expire_or_log(self) -> None:
        try:
            await self.expire()
        except Exception:
            _log.exception("uploads_not_expired")

    async def _remove_orphans(self) -> None:
        # The names first: a row is there before its part file, and a part file after its row is an orphan.
        names = set(await _in_thread(lambda: list(self._parts.names())))
        async with self._database.read() as session:
            known = await store.known(session)
        for name in names - known:
            try:
                await _in_thread(self._parts.remove, name)
            except (Refusal, OSError) as error:
                self._database.damaged("upload_file", name, error)

    async def _receive(self, row: UploadRow, stream: AsyncIterator[bytes], checksum: Checksum | None) -> int:
        # Asked once it can be taken over: from now on whoever ends the upload waits for this one.
        if await self._is_delivered(row.id):
            return row.length
        reached, key = await _in_thread(self._parts.length, row.id), await self._key(row)
        try:
            async for piece in verified(stream, checksum, row.length - reached):
                if reached + len(piece) > row.length:
                    raise UploadMetadataInvalid(problem="more bytes than announced")
                await self._settle(self._parts.append, row.id, key, piece)
                reached += len(piece)
        finally:
            # A cut or full disk keeps what has arrived: it must be on the disk before anybody is told of it.
            await self._settle(self._parts.flush, row.id)
        return reached

    async def _settle(self, work: Callable[..., None], *arguments: object) -> None:
        # A thread cannot be stopped: whoever cancels waits for it, lest it writes behind the back of the next request.
        job = self._tasks.spawn(outcome(asyncio.to_thread(work, *arguments)), name="upload_write")
        try:
            (await asyncio.shield(job)).get()
        except asyncio.CancelledError:
            await asyncio.wait({job})
            raise

    async def _take_over(self, upload_id: str) -> None:
        if (holder := self._holders.get(upload_id)) is not None:
            holder.cancel()
            await asyncio.wait({holder})

    async def _offset(self, row: UploadRow) -> int:
        if row.state == "delivered":
            return row.length
        return await _in_thread(self._parts.length, row.id)

    async def _row(self, principal: Principal, upload_id: str) -> UploadRow:
        async with self._database.read() as session:
            row = await store.find(session, upload_id)
        expired = row is not None and row.expires_at <= self._tools.clock.now()
        if row is None or expired or row.staff_id != principal.person_id:
            raise NoSuchUpload
        return row

    async def _key(self, row: UploadRow) -> bytes:
        """What the upload's bytes are encrypted with; it follows from the case's key."""
        return (await self._case_key(row)).derive(f"upload {row.id}")

    async def _case_key(self, row: UploadRow) -> CaseKey:
        async with self._database.read() as session:
            return self._tools.reader.key_of(await self._tools.reader.file(session, row.case_id))

    async def _check_count(self, session: ReadSession, staff_id: str) -> None:
        if await store.count_unfinished(session, staff_id, self._tools.clock.now()) >= self.limits.at_once:
            raise TooManyUploads

    async def _deliver_once(self, row: UploadRow) -> None:
        # A client that goes away while its page is looked at gets the page delivered all the same.
        if (task := self._delivering.get(row.id)) is None:
            task = self._tasks.spawn(outcome(self._deliver(row), Refusal), name=f"delivery_{row.id}")
            self._delivering[row.id] = task
        (await asyncio.shield(task)).get()

    async def _deliver(self, row: UploadRow) -> None:
        try:
            if not await self._is_delivered(row.id):
                await self._deliver_bytes(row)
            await _in_thread(self._parts.remove, row.id)
        except (Unavailable, NoSuchUpload):
            raise
        except Refusal as refusal:
            await self._refused(row, refusal)
            raise
        finally:
            self._delivering.pop(row.id, None)

    async def _is_delivered(self, upload_id: str) -> bool:
        """Whether another request had it delivered meanwhile; raises `NoSuchUpload` when one ended it."""
        async with self._database.read() as session:
            row = await store.find(session, upload_id)
        if row is None:
            raise NoSuchUpload
        return row.state == "delivered"

    async def _deliver_bytes(self, row: UploadRow) -> None:
        data = await _in_thread(self._parts.read, row.id, await self._key(row))
        if await _in_thread(_sha256, data) != row.sha256:
            raise ChecksumMismatch
        await self._deliveries.deliver(_delivery(row), data)

    async def _refused(self, row: UploadRow, refusal: Refusal) -> None:
        try:
            await self._note(row, refusal)
        except Refusal as gone:
            _log.warning("refusal_not_noted", upload=row.id, code=gone.code)
        await self._forget(row.id)

    async def _note(self, row: UploadRow, refusal: Refusal) -> None:
        async with self._database.write() as session:
            folder = await Folder.open(self._tools, session, row.case_id)
            material = await folder.one(MaterialRow, row.material_id)
            event = PageRefused(case_id=row.case_id, material_id=row.material_id, code=refusal.code)
            who = (row.staff_id, str(folder.key.unseal(row.staff_name, f"staff {row.id}")))
            await folder.log(who, "page_refused", event, material=folder.name_of(material), code=refusal.code)

    async def _forget(self, upload_id: str) -> None:
        async with self._database.write_quietly() as session:
            await store.forget(session, upload_id)
        await self._take_over(upload_id)
        await _in_thread(self._parts.remove, upload_id)


async def _reached(holder: asyncio.Task[Outcome[int]]) -> int:
    try:
        return (await holder).get()
    except asyncio.CancelledError:
        current = asyncio.current_task()
        if current is not None and current.cancelling():
            raise
        raise UploadTakenOver from None


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def _in_thread(work: Callable[..., T], *arguments: object) -> T:
    return await asyncio.to_thread(work, *arguments)


def _upload(row: UploadRow, offset: int, header: str) -> Upload:
    return Upload(id=row.id, offset=offset, length=row.length, metadata=header, expires_at=row.expires_at)


def _delivery(row: UploadRow) -> Delivery:
    return Delivery(
        upload_id=row.id,
        case_id=row.case_id,
        material_id=row.material_id,
        staff_id=row.staff_id,
        staff_name=row.staff_name,
        capture=row.capture,
        sha256=row.sha256,
        replaces=row.replaces,
    )
