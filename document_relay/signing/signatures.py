"""The signatures of the service's key, made in this process: into the room of a prepared PDF, and detached.

No document is opened here: it is bytes to hash. The time inside a seal is the service's own word; evidence packages may
carry a time stamp authority's (RFC 3161).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable
from datetime import datetime

from asn1crypto import cms, x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from pyhanko.sign import signers
from pyhanko.sign.ades.api import CAdESSignedAttrSpec
from pyhanko.sign.attributes import CMSAttributeProvider, UnsignedAttributeProviderSpec
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import CertificateStore

from document_relay.signing.seal import PreparedSeal
from document_relay.signing.time_stamps import TimeStamps

_HASH = "sha256"


class KeyInHand(signers.Signer):
    """Signs with a key that is loaded already.

    pyHanko's own signer loads it anew for each signature. Its primes are tested then: 0.2 s for 3,072 bits, in which
    the interpreter is held, and with it every packet of every call.
    """

    def __init__(self, key: RSAPrivateKey, certificate: x509.Certificate, registry: CertificateStore) -> None:
        # The verifier brings the authority; a copy inside would be bits that no signature covers.
        super().__init__(signing_cert=certificate, cert_registry=registry, embed_roots=False)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """RSASSA-PKCS1-v1_5 over SHA-256 (RFC 8017, section 8.2), of which a dry run shows the length."""
        if digest_algorithm != _HASH:
            raise ValueError(digest_algorithm)
        return self._key.sign(data, PKCS1v15(), SHA256())


def filled(signer: signers.Signer, pdf: bytes, prepared: PreparedSeal, at: datetime) -> bytes:
    """The prepared PDF with a signature over all of it but the room.

    What is signed is hashed here, and the document that was asked for must stand unchanged at the beginning, so a child
    that was taken over gets no signature for another one. Raises `ValueError`.
    """
    whole, start, end = prepared.pdf, prepared.start, prepared.end
    room = whole[start:end]
    if not whole.startswith(pdf) or start < len(pdf) or room != b"<" + b"0" * (len(room) - 2) + b">":
        raise ValueError("not the document with room for a signature")
    digest = hashlib.sha256(whole[:start])
    digest.update(whole[end:])
    attributes = PdfCMSSignedAttributes(signing_time=at)
    signed = signer.async_sign(digest.digest(), _HASH, use_pades=True, signed_attr_settings=attributes)
    content = bytes(asyncio.run(signed).dump()).hex().encode()
    if len(content) > len(room) - 2:
        raise ValueError("the signature does not fit its room")
    return whole[: start + 1] + content.ljust(len(room) - 2, b"0") + whole[end - 1 :]


def detached(signer: signers.Signer, data: bytes, at: datetime, timestamp_url: str = "") -> bytes:
    """A detached CMS signature over the bytes (RFC 5652), made `at`.

    With the URL of a time stamp authority its token over the bytes stands among the signed attributes (content time
    stamp, RFC 5126 section 5.11.4), so that the signature covers every bit of the token. Raises `TimeStampUnavailable`.
    """
    attributes = PdfCMSSignedAttributes(
        signing_time=at, cades_signed_attrs=CAdESSignedAttrSpec(timestamp_content=True) if timestamp_url else None
    )
    signer.unsigned_attr_prov_spec = _Nothing()
    signing = signer.async_sign_general_data(
        data,
        _HASH,
        use_cades=bool(timestamp_url),
        timestamper=TimeStamps(timestamp_url) if timestamp_url else None,
        signed_attr_settings=attributes,
    )
    return bytes(asyncio.run(signing).dump())


class _Nothing(UnsignedAttributeProviderSpec):
    """No unsigned attributes: they would be bits that no signature covers."""

    def unsigned_attr_providers(
        self, signature: bytes, signed_attrs: cms.CMSAttributes, digest_algorithm: str
    ) -> Iterable[CMSAttributeProvider]:
        """None."""
        return ()
