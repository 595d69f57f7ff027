"""Whether a sealed PDF is still what was sealed."""

from __future__ import annotations

import io
import ssl
from datetime import datetime

from asn1crypto import cms, pem
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from document_relay.signing.seal import PdfVerdict


async def verify_pdf(data: bytes, public_certificate: bytes) -> PdfVerdict:
    """Checks the newest seal against the authority's certificate (PEM); never raises for what is in `data`.

    It opens the PDF: where that may be a stranger's, the sandboxed child does it (`imaging.Imaging.judge_seal`).
    """
    try:
        signatures = PdfFileReader(io.BytesIO(data)).embedded_regular_signatures
        if not signatures:
            return _no("no seal")
        return await _judge(signatures[-1], public_certificate)
    except MemoryError:
        raise
    except Exception as error:  # the bytes are a stranger's, and the libraries raise what they like
        return _no(f"{type(error).__name__}: {error}")


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


async def _judge(signature: EmbeddedPdfSignature, public_certificate: bytes) -> PdfVerdict:
    at = signature.self_reported_timestamp
    status = await async_validate_pdf_signature(signature, trust(public_certificate, at))
    words = signature.sig_object
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
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
