"""Whether a sealed PDF is still what was sealed."""

from __future__ import annotations

import io
import ssl
from collections.abc import Sequence
from datetime import datetime

import msgspec
from asn1crypto import cms, pem
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from document_relay.signing.seal import FIELD, PdfVerdict, field_name


async def verify_pdf(data: bytes, public_certificate: bytes) -> PdfVerdict:
    """Checks every seal against the authority's certificate (PEM), and that none of them is missing.

    It never raises for what is in `data`. It opens the PDF: where that may be a stranger's, the sandboxed child does it
    (`imaging.Imaging.judge_seal`).
    """
    try:
        signatures = PdfFileReader(io.BytesIO(data)).embedded_regular_signatures
        if not signatures:
            return _no("no seal")
        verdicts = [await _judge(one, public_certificate, newest=one is signatures[-1]) for one in signatures]
        return _together(verdicts, signatures)
    except MemoryError:
        raise
    except Exception as error:  # the bytes are a stranger's, and the libraries raise what they like
        return _no(f"{type(error).__name__}: {error}")


def _together(verdicts: Sequence[PdfVerdict], signatures: Sequence[EmbeddedPdfSignature]) -> PdfVerdict:
    """One verdict over all seals: they are as many as their fields count, and the newest covers the whole file."""
    newest = verdicts[-1]
    names = [field_name(place, len(signatures)) for place in range(1, len(signatures) + 1)]
    found = [one.field_name for one in signatures]
    # What was signed elsewhere has fields of other names, and says nothing of how many seals there are.
    counted = found == names or not any(one.startswith(FIELD) for one in found)
    problem = next((one.problem for one in verdicts if one.problem), "" if counted else "a seal is missing")
    return msgspec.structs.replace(
        newest,
        intact=counted and all(one.intact for one in verdicts),
        trusted=all(one.trusted for one in verdicts),
        name="、".join(one.name for one in verdicts if one.name),
        problem=problem,
    )


def load_certificate(public_certificate: bytes) -> asn1_x509.Certificate:
    """A certificate from PEM or DER; raises `ValueError`."""
    if pem.detect(public_certificate):
        _, _, public_certificate = pem.unarmor(public_certificate)
    return asn1_x509.Certificate.load(public_certificate)


def plain_pem(public_certificate: bytes) -> bytes:
    """The certificate as the authority hands it out; raises `ValueError`."""
    return ssl.DER_cert_to_PEM_cert(load_certificate(public_certificate).dump()).encode()


def trust(public_certificate: bytes, at: datetime | None) -> ValidationContext:
    """Trusts this authority and nothing else, at that moment; nothing is fetched."""
    return ValidationContext(
        trust_roots=[load_certificate(public_certificate)], moment=at, allow_fetching=False, revocation_mode="soft-fail"
    )


async def _judge(signature: EmbeddedPdfSignature, public_certificate: bytes, *, newest: bool) -> PdfVerdict:
    at = signature.self_reported_timestamp
    status = await async_validate_pdf_signature(signature, trust(public_certificate, at))
    words = signature.sig_object
    least = SignatureCoverageLevel.ENTIRE_FILE if newest else SignatureCoverageLevel.ENTIRE_REVISION
    whole = status.coverage >= least
    untouched = status.intact and status.valid and status.docmdp_ok is not False
    intact = bool(untouched and whole and _padding_is_empty(signature.pkcs7_content))
    return PdfVerdict(
        sealed=True,
        intact=intact,
        trusted=bool(status.trusted),
        name=str(words.get("/Name", "")),
        reason=str(words.get("/Reason", "")),
        location=str(words.get("/Location", "")),
        at=at,
        problem="" if intact and status.trusted else status.summary(),
    )


def _padding_is_empty(contents: bytes) -> bool:
    """Whether nothing hides behind the signature, in the room that was kept for it and that it does not cover."""
    return not any(contents[len(cms.ContentInfo.load(contents).dump()) :])


def _no(problem: str) -> PdfVerdict:
    return PdfVerdict(
        sealed=False, intact=False, trusted=False, name="", reason="", location="", at=None, problem=problem
    )
