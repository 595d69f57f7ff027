"""Builds evidence packages: a zip of everything in the case, a signed manifest over it, the event chain inside.

A package is in the clear, so it is built for whoever asks, in a file without a name that is sealed under a key in
memory: nothing of it can be read on the disk, and when it is closed, or the process is killed, nothing of it is left.
"""

from __future__ import annotations

import asyncio
import hashlib
import zipfile
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import IO, cast

import msgspec

from document_relay.case_core.canonical import canonical
from document_relay.case_core.chain import ChainEntry
from document_relay.case_core.lives import DocumentState
from document_relay.case_core.manifest import CERTIFICATE, FORMAT, MANIFEST, SIGNATURE, Manifest, Member
from document_relay.disk_budget import DiskBudget, Use
from document_relay.errors import DiskFull, RecordingChanged
from document_relay.events import EvidenceBuilt
from document_relay.evidence.holdings import document_files
from document_relay.evidence.layout import entry
from document_relay.records import Case
from document_relay.signing.authority import SigningAuthority, sign_bytes
from document_relay.store.folder import Folder, Tools
from document_relay.store.keyring import CaseBlobs
from document_relay.store.signatures import signatures_of
from foundation.database import Database
from foundation.disk import FULL
from foundation.sealed_file import SealedFile
from foundation.vault import SealBroken

_PIECE = 1024 * 1024


class RecordingFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the session's recording; `sha256` is what the recorder announced, `open` opens it in the clear.

    `size` is about what it takes, in bytes.
    """

    name: str
    sha256: str
    size: int
    open: Callable[[], IO[bytes]]


class Evidence:
    """Builds the evidence packages of cases; `place` is the folder where one lies meanwhile, and the space there."""

    def __init__(
        self,
        database: Database,
        tools: Tools,
        blobs: CaseBlobs,
        authority: SigningAuthority,
        place: tuple[Path, DiskBudget],
    ) -> None:
        self._database = database
        self._tools = tools
        self._blobs = blobs
        self._authority = authority
        self._folder, self._budget = place

    async def build_package(self, case_id: str, recordings: Sequence[RecordingFile] = ()) -> IO[bytes]:
        """Builds the package anew and returns it open at its beginning; the caller closes it.

        Raises NoSuchCase, CaseDestroyed, RecordingChanged, TimeStampUnavailable, DiskFull.
        """
        size = await self._begin(case_id) + sum(recording.size for recording in recordings)
        async with self._budget.hold(Use.PAPERS, size):
            async with self._database.read() as session:
                case = await self._tools.reader.whole(session, case_id)
            try:
                return await self._build(case, recordings)
            except OSError as error:
                if error.errno in FULL:
                    raise DiskFull from error
                raise

    async def _build(self, case: Case, recordings: Sequence[RecordingFile]) -> IO[bytes]:
        sealed = await asyncio.to_thread(SealedFile.temporary, self._folder)
        file = cast(IO[bytes], sealed)
        try:
            await self._write(file, case, recordings)
            await self._tell(case.file.id, await asyncio.to_thread(_hash, file))
        except BaseException:
            file.close()
            raise
        return file

    async def _begin(self, case_id: str) -> int:
        """About how many bytes the package takes but for recordings."""
        async with self._database.write() as session:
            return (await Folder.open(self._tools, session, case_id)).stored().bytes

    async def _tell(self, case_id: str, sha256: str) -> None:
        async with self._database.write() as session:
            folder = await Folder.open(self._tools, session, case_id)
            event = EvidenceBuilt(case_id=case_id, sha256=sha256)
            await folder.log(("system", "系统"), "evidence_built", event, sha256=sha256)

    async def _write(self, file: IO[bytes], case: Case, recordings: Sequence[RecordingFile]) -> None:
        members: list[Member] = []
        with await asyncio.to_thread(zipfile.ZipFile, file, "w") as package:
            async for name, data in self._pieces(case):
                members.append(await asyncio.to_thread(_add, package, name, data))
            members += await asyncio.to_thread(_add_files, package, recordings)
            manifest = await self._manifest(case, members)
            await asyncio.to_thread(_add, package, MANIFEST, manifest)
            now = self._tools.clock.now()
            signature = await asyncio.to_thread(sign_bytes, self._authority, manifest, now)
            await asyncio.to_thread(_add, package, SIGNATURE, signature)
            await asyncio.to_thread(_add, package, CERTIFICATE, self._authority.public_certificate)

    async def _manifest(self, case: Case, members: list[Member]) -> bytes:
        manifest = Manifest(
            format=FORMAT,
            case_id=case.file.id,
            case_number=case.file.number,
            made_at=self._tools.clock.now().isoformat(timespec="seconds"),
            chain_head=await self._head(case),
            members=members,
        )
        return manifest.canonical()

    async def _head(self, case: Case) -> str:
        return (await self._chain(case))[-1].hash

    async def _chain(self, case: Case) -> list[ChainEntry]:
        # Entries that were added since the case was read belong to the next package.
        async with self._database.read() as session:
            chain = await self._tools.reader.chain(session, case.file.id, self._tools.reader.key_of(case.file))
        return chain[: len(case.history)]

    async def _pieces(self, case: Case) -> AsyncIterator[tuple[str, bytes]]:
        yield "case.json", await asyncio.to_thread(_plain, case)
        yield "events.json", await asyncio.to_thread(canonical, msgspec.to_builtins(await self._chain(case)))
        for original in sorted({page.original_id for page in case.pages}):
            yield f"originals/{original}", await self._get(case, f"originals/{original}")
        for page in case.pages:
            yield f"pages/{page.id}.jpg", await self._get(case, f"pages/{page.id}.jpg")
        for name in _document_files(case):
            yield name, await self._get(case, name)
        async with self._database.read() as session:
            signatures = await signatures_of(session, case.file.id)
        for signature in signatures:
            yield f"signatures/{signature}.json", await self._get(case, f"signatures/{signature}.json")

    async def _get(self, case: Case, name: str) -> bytes:
        return await self._blobs.get(self._tools.reader.key_of(case.file), case.file.id, name)


def _document_files(case: Case) -> list[str]:
    return [
        name
        for one in case.documents
        for name in document_files(one.id, one.state is DocumentState.SEALED, one.field is not None)
    ]


def _plain(case: Case) -> bytes:
    """The case as it is kept, without its key."""
    values = msgspec.to_builtins(case, builtin_types=(bytes,))
    del values["file"]["data_key"]
    return canonical(values)


def _add(package: zipfile.ZipFile, name: str, data: bytes) -> Member:
    package.writestr(entry(name), data)
    return Member(name=name, sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))


def _add_files(package: zipfile.ZipFile, recordings: Sequence[RecordingFile]) -> list[Member]:
    return [_add_file(package, recording) for recording in recordings]


def _add_file(package: zipfile.ZipFile, recording: RecordingFile) -> Member:
    digest, length, name = hashlib.sha256(), 0, f"recordings/{recording.name}"
    try:
        with recording.open() as source, package.open(entry(name), "w", force_zip64=True) as target:
            while piece := source.read(_PIECE):
                digest.update(piece)
                target.write(piece)
                length += len(piece)
    except SealBroken as broken:
        raise RecordingChanged(name=recording.name) from broken
    if digest.hexdigest() != recording.sha256:
        raise RecordingChanged(name=recording.name)
    return Member(name=name, sha256=recording.sha256, bytes=length)


def _hash(file: IO[bytes]) -> str:
    file.seek(0)
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    return sha256
