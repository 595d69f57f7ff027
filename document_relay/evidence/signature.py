"""What the signature of a manifest is worth, and the time stamp inside it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from asn1crypto import cms
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko.sign.validation.status import TimestampSignatureStatus

from document_relay.signing.verifying import trust


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """The word of a time stamp authority; `trusted` when it is the one whose certificate was given."""

    at: datetime
    by: str
    fingerprint: str
    """SHA-256 of the certificate that signed it."""
    trusted: bool


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """What the signature says; `problems` are rows of kind and name."""

    trusted: bool
    at: datetime | None
    stamp: Stamp | None
    problems: list[tuple[str, str]]


NOT_SIGNED = Signed(trusted=False, at=None, stamp=None, problems=[])


async def judge(data: bytes, signature: bytes, authority: bytes, time_stamps: bytes | None) -> Signed:
    """Checks the detached CMS signature over `data` against two certificates; never raises for what it holds."""
    try:
        # Strict: bytes behind the signature would be nobody's.
        signed = cms.ContentInfo.load(signature, strict=True)["content"]
        at = _attribute(signed, "signing_time")
        token = _attribute(signed, "content_time_stamp")
        stamped_at = _stamped_at(token)
        stampers = trust(time_stamps, stamped_at) if time_stamps is not None else trust(authority, stamped_at)
        status = await async_validate_detached_cms(data, signed, trust(authority, at), stampers)
        stamp = _stamp(token, status.content_timestamp_validity, given=time_stamps is not None)
    except Exception as error:  # the bytes are a stranger's, and the libraries raise what they like
        return Signed(trusted=False, at=None, stamp=None, problems=[("signature", type(error).__name__)])
    problems = _stamp_problems(status.content_timestamp_validity, stamp, given=time_stamps is not None)
    if not (status.intact and status.valid and _plain(signed)):
        problems.append(("signature", "manifest.json"))
    elif not status.trusted:
        problems.append(("signature", "authority"))
    return Signed(trusted=bool(status.trusted), at=at, stamp=stamp, problems=problems)


def _attribute(signed: cms.SignedData, name: str) -> Any:
    for attribute in signed["signer_infos"][0]["signed_attrs"]:
        if attribute["type"].native == name:
            value = attribute["values"][0]
            return value if name == "content_time_stamp" else value.native
    return None


def _stamped_at(token: cms.ContentInfo | None) -> datetime | None:
    if token is None:
        return None
    at = token["content"]["encap_content_info"]["content"].parsed["gen_time"].native
    return at if isinstance(at, datetime) else None


def _stamp(token: cms.ContentInfo | None, status: TimestampSignatureStatus | None, *, given: bool) -> Stamp | None:
    if token is None or status is None:
        return None
    certificate = status.signing_cert
    return Stamp(
        at=status.timestamp,
        by=certificate.subject.human_friendly,
        fingerprint=certificate.sha256.hex(),
        trusted=bool(given and status.intact and status.valid and status.trusted),
    )


def _stamp_problems(
    status: TimestampSignatureStatus | None, stamp: Stamp | None, *, given: bool
) -> list[tuple[str, str]]:
    if status is None or stamp is None:
        return [("stamp", "none")] if given else []
    if not (status.intact and status.valid):
        return [("stamp", stamp.by)]
    return [("stamp", "authority")] if given and not stamp.trusted else []


def _plain(signed: cms.SignedData) -> bool:
    """Whether the fields that no signature covers say what they must, and no more (RFC 5652, 5.1 and 5.3)."""
    signers = signed["signer_infos"]
    algorithms = [algorithm.dump() for algorithm in signed["digest_algorithms"]]
    one = len(signers) == 1 and algorithms == [signers[0]["digest_algorithm"].dump()]
    bare = len(signed["certificates"]) == 1 and not signed["crls"].native and not signers[0]["unsigned_attrs"].native
    return one and bare and signed["version"].native == "v1" and signers[0]["version"].native == "v1"
