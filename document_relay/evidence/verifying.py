"""Judges an evidence package with nothing but the file and the authority's public certificate.

Only the certificate, got from the authority itself, proves who signed: a package that was changed and signed anew by
another authority is as whole as any. Nothing is unpacked: every member is read in pieces inside the bounds that the
signed manifest announces, so neither a name nor a bomb can do harm.
"""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO

import msgspec

from document_relay.case_core.chain import START, ChainEntry, broken
from document_relay.case_core.kept import differing, kept_ids
from document_relay.case_core.manifest import CERTIFICATE, MANIFEST, OUTSIDE, READABLE, SIGNATURE, Manifest, safe_name
from document_relay.evidence.held_case import HeldCase
from document_relay.evidence.holdings import (
    HeldPage,
    absent_documents,
    strange_pages,
)
from document_relay.evidence.layout import strange
from document_relay.evidence.signature import NOT_SIGNED, Signed, Stamp, judge
from document_relay.evidence.times import Times, disagreements, moment
from document_relay.signing.seal import PdfVerdict
from document_relay.signing.verifying import load_certificate, plain_pem, verify_pdf
from foundation.errors import Refusal

_PIECE = 1024 * 1024
_MOST_MEMBERS = 20_000
_MOST_MANIFEST = 16 * 1024 * 1024
_MOST_IN_MEMORY = 128 * 1024 * 1024
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong; `kind` is a key of `_SENTENCES`."""

    kind: str
    name: str
    zh: str
    en: str


class EvidenceVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a package is worth.

    `intact`: no problem was found. `trusted`: the signature is that of the authority whose certificate was given; with
    none given, the package's own certificate was used, which proves nothing: anybody can make another.
    `fingerprint` is the SHA-256 of the certificate inside the package, empty where there is none. `stamp` is None where
    the time is the service's own word.
    """

    intact: bool
    trusted: bool
    fingerprint: str
    stamp: Stamp | None
    case_number: str
    made_at: str
    members: int
    problems: list[Problem]


_SENTENCES = {
    "changed": ("“{name}”被改动", "“{name}” was changed"),
    "missing": ("缺少“{name}”", "“{name}” is missing"),
    "added": ("“{name}”不属于该证据包", "“{name}” does not belong to the package"),
    "unsafe": ("“{name}”的名称不安全", "“{name}” has an unsafe name"),
    "unreadable": ("无法读取：{name}", "It cannot be read: {name}"),
    "signature": ("清单的签名无效：{name}", "The manifest's signature is not valid: {name}"),
    "chain": ("事件链在此处断开：{name}", "The event chain breaks at {name}"),
    "seal": ("“{name}”的封印无效", "The seal of “{name}” is not valid"),
    "time": ("时间不一致：{name}", "The times do not agree: {name}"),
    "stamp": ("时间戳无效：{name}", "The time stamp is not valid: {name}"),
    "record": (
        "联合验收、转办、补正或申请表的记录“{name}”被删除或改动，或与事件链不符",
        "The record “{name}” of a joint acceptance, a hand-on, a supplement or a form was removed or changed, "
        "or is not as the event chain says",
    ),
    "mandate": (
        "委托书“{name}”的记录被删除或改动，或与事件链不符",
        "The mandate “{name}” was removed or changed, or is not as the event chain says",
    ),
    "acting_form": (
        "代办单据“{name}”的记录被删除或改动，或与事件链不符",
        "The form of acting “{name}” was removed or changed, or is not as the event chain says",
    ),
    "page": (
        "材料页“{name}”被删除或改动，或与事件链不符",
        "The page “{name}” was removed or changed, or is not as the event chain says",
    ),
    "document": (
        "案卷或事件链所记的文件“{name}”不在证据包内",
        "The document “{name}”, which the case or the event chain names, is not in the package",
    ),
    "hidden": ("文件中有不属于任何条目的字节：{name}", "There are bytes that belong to no entry: {name}"),
}


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What is trusted: certificates (PEM or DER) of the authority that signs and of the one that stamps the time."""

    authority: bytes | None = None
    time_stamps: bytes | None = None


JudgeSeal = Callable[[bytes, bytes], Awaitable[PdfVerdict]]
"""Judges the seal of a PDF by a certificate; `imaging.Imaging.judge_seal` does it in a sandbox."""


async def verify(path: Path, given: Given | None = None, judge_seal: JudgeSeal = verify_pdf) -> EvidenceVerdict:
    """Checks the package at `path`; raises only `FileNotFoundError`."""
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as package:
            return await _Check(file, package, given or Given(), judge_seal).run()
    except FileNotFoundError:
        raise
    except _UNREADABLE as error:
        return _unreadable([_problem("unreadable", str(error) or type(error).__name__)])


class _Check:
    def __init__(self, file: IO[bytes], package: zipfile.ZipFile, given: Given, judge_seal: JudgeSeal) -> None:
        self._file = file
        self._package = package
        self._given = given
        self._judge_seal = judge_seal
        self._problems: list[Problem] = []

    async def run(self) -> EvidenceVerdict:
        infos = self._package.infolist()
        if len(infos) > _MOST_MEMBERS:
            return _unreadable([_problem("unreadable", f"> {_MOST_MEMBERS}")])
        names = [info.filename for info in infos]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._note("added", name)
        for place in strange(self._file, self._package):
            self._note("hidden", place)
        data = self._small(MANIFEST)
        manifest = None if data is None else self._manifest(data)
        if data is None or manifest is None:
            return _unreadable(self._problems)
        signed = await self._signature(data)
        self._members(manifest, set(names))
        history = self._chain(manifest)
        self._case(manifest, history)
        seals = await self._seals(manifest)
        stamped_at = signed.stamp.at if signed.stamp else None
        times = Times(
            made_at=manifest.made_at, signed_at=signed.at, stamped_at=stamped_at, history=history, seals=seals
        )
        for what in disagreements(times):
            self._note("time", what)
        return EvidenceVerdict(
            intact=not self._problems,
            trusted=signed.trusted,
            fingerprint=self._fingerprint(),
            stamp=signed.stamp,
            case_number=manifest.case_number,
            made_at=manifest.made_at,
            members=len(manifest.members),
            problems=self._problems,
        )

    def _fingerprint(self) -> str:
        try:
            return str(load_certificate(self._read(CERTIFICATE, _MOST_MANIFEST) or b"").sha256.hex())
        except ValueError:
            return ""

    async def _signature(self, manifest: bytes) -> Signed:
        inside = self._small(CERTIFICATE)
        signature, certificate = self._small(SIGNATURE), self._given.authority or inside
        if signature is None or certificate is None:
            return NOT_SIGNED
        if self._given.authority is not None and inside is not None and inside != plain_pem(self._given.authority):
            self._note("changed", CERTIFICATE)
        signed = await judge(manifest, signature, certificate, self._given.time_stamps)
        for kind, name in signed.problems:
            self._note(kind, name)
        return signed if self._given.authority is not None else msgspec.structs.replace(signed, trusted=False)

    def _manifest(self, data: bytes) -> Manifest | None:
        try:
            manifest = msgspec.json.decode(data, type=Manifest)
        except msgspec.DecodeError:
            self._note("unreadable", MANIFEST)
            return None
        if manifest.format not in READABLE:
            self._note("unreadable", manifest.format)
            return None
        return manifest

    def _members(self, manifest: Manifest, present: set[str]) -> None:
        expected = {member.name: member for member in manifest.members}
        for name in sorted(present | expected.keys()):
            if not safe_name(name):
                self._note("unsafe", name)
        for name in sorted(present - expected.keys() - OUTSIDE):
            self._note("added", name)
        for name in sorted(expected.keys() - present):
            self._note("missing", name)
        for name in sorted(expected.keys() & present):
            member = expected[name]
            if self._digest(name, member.bytes) != (member.sha256, member.bytes):
                self._note("changed", name)

    def _digest(self, name: str, most: int) -> tuple[str, int] | None:
        digest, length = hashlib.sha256(), 0
        try:
            with self._package.open(name) as member:
                while length <= most and (piece := member.read(_PIECE)):
                    digest.update(piece)
                    length += len(piece)
        except _UNREADABLE:
            return None
        return digest.hexdigest(), length

    def _chain(self, manifest: Manifest) -> list[ChainEntry]:
        try:
            entries = msgspec.json.decode(self._small("events.json") or b"[]", type=list[ChainEntry])
        except msgspec.DecodeError:
            self._note("chain", "events.json")
            return []
        for sequence in broken(entries):
            self._note("chain", str(sequence))
        if manifest.chain_head != (entries[-1].hash if entries else START):
            self._note("chain", "events.json")
        return entries

    def _case(self, manifest: Manifest, history: list[ChainEntry]) -> None:
        """Whether the case as it is kept is the manifest's, with the history of the chain."""
        try:
            case = msgspec.json.decode(self._small("case.json") or b"", type=HeldCase)
        except msgspec.DecodeError:
            self._note("unreadable", "case.json")
            return
        if (case.file.id, case.file.number) != (manifest.case_id, manifest.case_number):
            self._note("changed", "case.json")
        told = [(moment(entry.at), entry.act) for entry in case.history]
        if told != [(moment(entry.at), entry.act) for entry in history]:
            self._note("time", "case.json")
        try:
            self._records(case, history, {one.name: one.sha256 for one in manifest.members})
        except (msgspec.MsgspecError, ValueError):
            self._note("chain", "case.json")

    def _records(self, case: HeldCase, history: list[ChainEntry], members: Mapping[str, str]) -> None:
        """Whether each record, page and document is there, as the history says."""
        kinds = case.kinds(history)
        pages = msgspec.convert(case.pages, list[HeldPage])
        # Packages were built before the history kept hashes of pages.
        named = kept_ids(history)
        hashed = [one for one in case.pages if str(one["id"]) in named]
        found = set(differing([*case.records(), *hashed], history)) | strange_pages(pages, history, members)
        for name in sorted(found):
            self._note(*kinds.get(name, ("record", name)))
        for name in absent_documents(case.documents_named(), case.documents, history, members):
            self._note("document", name)

    async def _seals(self, manifest: Manifest) -> list[tuple[str, str, datetime | None]]:
        certificate = self._given.authority or self._small(CERTIFICATE)
        times: list[tuple[str, str, datetime | None]] = []
        for member in manifest.members:
            if certificate is None or not member.name.endswith(".sealed.pdf"):
                continue
            data = self._read(member.name, min(member.bytes, _MOST_IN_MEMORY))
            verdict = None if data is None else await self._judged(data, certificate)
            if verdict is None or not (verdict.intact and verdict.trusted):
                self._note("seal", member.name)
            times.append((member.name, member.sha256, verdict.at if verdict else None))
        return times

    async def _judged(self, pdf: bytes, certificate: bytes) -> PdfVerdict | None:
        try:
            return await self._judge_seal(pdf, certificate)
        except Refusal:  # it cannot even be read
            return None

    def _small(self, name: str) -> bytes | None:
        """A member that must be there and be small."""
        data = self._read(name, _MOST_MANIFEST)
        if data is None:
            self._note("missing" if name not in self._package.namelist() else "unreadable", name)
        return data

    def _read(self, name: str, most: int) -> bytes | None:
        try:
            with self._package.open(name) as member:
                data = member.read(most + 1)
        except (KeyError, *_UNREADABLE):
            return None
        return data if len(data) <= most else None

    def _note(self, kind: str, name: str) -> None:
        problem = _problem(kind, name)
        if problem not in self._problems:
            self._problems.append(problem)


def _problem(kind: str, name: str) -> Problem:
    zh, en = _SENTENCES[kind]
    return Problem(kind=kind, name=name, zh=zh.format(name=name), en=en.format(name=name))


def _unreadable(problems: list[Problem]) -> EvidenceVerdict:
    return EvidenceVerdict(
        intact=False,
        trusted=False,
        fingerprint="",
        stamp=None,
        case_number="",
        made_at="",
        members=0,
        problems=problems,
    )
