"""Judges an evidence package with nothing but the file and the authority's public certificate.

Nothing is unpacked: every member is read in pieces inside the bounds that the signed manifest announces, so neither a
name nor a bomb can do harm.
"""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from datetime import datetime
from pathlib import Path

import msgspec
from asn1crypto import cms
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms

from document_relay.case_core.chain import START, ChainEntry, broken
from document_relay.case_core.manifest import CERTIFICATE, FORMAT, MANIFEST, OUTSIDE, SIGNATURE, Manifest, safe_name
from document_relay.signing.verifying import trust, verify_pdf

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
    """One thing that is wrong; `kind` is changed, missing, added, unsafe, unreadable, signature, chain or seal."""

    kind: str
    name: str
    zh: str
    en: str


class EvidenceVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a package is worth.

    `intact`: no problem was found. `trusted`: the signature is that of the authority whose certificate was given; with
    none given, the package's own certificate was used, which proves integrity and not origin.
    """

    intact: bool
    trusted: bool
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
}


async def verify(path: Path, public_certificate: bytes | None = None) -> EvidenceVerdict:
    """Checks the package at `path`; `public_certificate` is the authority's, PEM. Raises only `FileNotFoundError`."""
    try:
        with zipfile.ZipFile(path) as package:
            return await _Check(package, public_certificate).run()
    except FileNotFoundError:
        raise
    except _UNREADABLE as error:
        return _verdict(None, trusted=False, problems=[_problem("unreadable", str(error) or type(error).__name__)])


class _Check:
    def __init__(self, package: zipfile.ZipFile, public_certificate: bytes | None) -> None:
        self._package = package
        self._given = public_certificate
        self._problems: list[Problem] = []

    async def run(self) -> EvidenceVerdict:
        infos = self._package.infolist()
        if len(infos) > _MOST_MEMBERS:
            return _verdict(None, trusted=False, problems=[_problem("unreadable", f"> {_MOST_MEMBERS}")])
        names = [info.filename for info in infos]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._note("added", name)
        data = self._small(MANIFEST)
        if data is None:
            return _verdict(None, trusted=False, problems=self._problems)
        trusted = await self._signature(data)
        manifest = self._manifest(data)
        if manifest is None:
            return _verdict(None, trusted=False, problems=self._problems)
        self._members(manifest, set(names))
        self._chain(manifest)
        await self._seals(manifest)
        return _verdict(manifest, trusted=trusted, problems=self._problems)

    async def _signature(self, manifest: bytes) -> bool:
        signature, certificate = self._small(SIGNATURE), self._given or self._small(CERTIFICATE)
        if signature is None or certificate is None:
            return False
        try:
            signed = cms.ContentInfo.load(signature)["content"]
            status = await async_validate_detached_cms(manifest, signed, trust(certificate, _claimed_time(signed)))
        except Exception as error:  # the bytes are a stranger's, and the libraries raise what they like
            self._note("signature", f"{type(error).__name__}")
            return False
        if not (status.intact and status.valid and _plain(signed)):
            self._note("signature", MANIFEST)
        elif not status.trusted:
            self._note("signature", "authority")
        return bool(status.trusted and self._given is not None)

    def _manifest(self, data: bytes) -> Manifest | None:
        try:
            manifest = msgspec.json.decode(data, type=Manifest)
        except msgspec.DecodeError:
            self._note("unreadable", MANIFEST)
            return None
        if manifest.format != FORMAT:
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

    def _chain(self, manifest: Manifest) -> None:
        data = self._small("events.json")
        try:
            entries = msgspec.json.decode(data or b"[]", type=list[ChainEntry])
        except msgspec.DecodeError:
            self._note("chain", "events.json")
            return
        for sequence in broken(entries):
            self._note("chain", str(sequence))
        if manifest.chain_head != (entries[-1].hash if entries else START):
            self._note("chain", "events.json")

    async def _seals(self, manifest: Manifest) -> None:
        certificate = self._given or self._small(CERTIFICATE)
        for member in manifest.members:
            if certificate is None or not member.name.endswith(".sealed.pdf"):
                continue
            data = self._read(member.name, min(member.bytes, _MOST_IN_MEMORY))
            verdict = None if data is None else await verify_pdf(data, certificate)
            if verdict is None or not (verdict.intact and verdict.trusted):
                self._note("seal", member.name)

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


def _plain(signed: cms.SignedData) -> bool:
    """Whether the few fields that no signature covers say what they must (RFC 5652, 5.1 and 5.3)."""
    signers = signed["signer_infos"]
    algorithms = [algorithm.dump() for algorithm in signed["digest_algorithms"]]
    one = len(signers) == 1 and algorithms == [signers[0]["digest_algorithm"].dump()]
    return one and signed["version"].native == "v1" and signers[0]["version"].native == "v1"


def _claimed_time(signed: cms.SignedData) -> datetime | None:
    for attribute in signed["signer_infos"][0]["signed_attrs"]:
        if attribute["type"].native == "signing_time":
            claimed = attribute["values"][0].native
            return claimed if isinstance(claimed, datetime) else None
    return None


def _problem(kind: str, name: str) -> Problem:
    zh, en = _SENTENCES[kind]
    return Problem(kind=kind, name=name, zh=zh.format(name=name), en=en.format(name=name))


def _verdict(manifest: Manifest | None, *, trusted: bool, problems: list[Problem]) -> EvidenceVerdict:
    return EvidenceVerdict(
        intact=manifest is not None and not problems,
        trusted=trusted,
        case_number=manifest.case_number if manifest else "",
        made_at=manifest.made_at if manifest else "",
        members=len(manifest.members) if manifest else 0,
        problems=problems,
    )
