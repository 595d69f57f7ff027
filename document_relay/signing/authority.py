"""The service's own certificate authority and signing certificate, made at the first start and kept through the vault.

Whoever holds the authority's public certificate can check every seal of this installation without asking it. Signing
blocks: call it in a thread.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from cryptography.x509.oid import NameOID

from document_relay.signing.seal import PreparedSeal
from foundation.clock import Clock
from foundation.vault import Vault

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer

_KEY_BITS = 3072
_AUTHORITY_YEARS = 20
_SEAL_YEARS = 5
_RENEW = timedelta(days=30)
_SEALED = "signing.sealed"
PUBLIC = "authority.pem"
"""The file name of the certificate to hand out."""


class _Kept(msgspec.Struct):
    wrapped: bytes
    authority_key: bytes
    authority: bytes
    seal_key: bytes
    seal: bytes


class SigningAuthority:
    """Signs in the service's name; with the `timestamp_url` of a time stamp authority, packages carry its token."""

    timestamp_url = ""
    """Empty without a time stamp authority."""

    def __init__(self, authority: x509.Certificate, seal: x509.Certificate, seal_key: RSAPrivateKey) -> None:
        self._authority = authority
        self._seal = seal
        self._seal_key = seal_key

    @classmethod
    def open(cls, directory: Path, vault: Vault, clock: Clock) -> SigningAuthority:
        """Reads keys and certificates, makes them at the first start, and renews the seal's before it ends."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path, now = directory / _SEALED, clock.now()
        if path.exists():
            kept = msgspec.msgpack.decode(path.read_bytes(), type=_Kept)
            authority = x509.load_der_x509_certificate(kept.authority)
            seal = x509.load_der_x509_certificate(kept.seal)
            if seal.not_valid_after_utc - now > _RENEW:
                return cls(authority, seal, _unseal_key(vault, kept, "seal_key"))
            authority_key = _unseal_key(vault, kept, "authority_key")
        else:
            authority_key = generate_private_key(65537, _KEY_BITS)
            authority = _authority_certificate(authority_key, now)
        seal_key = generate_private_key(65537, _KEY_BITS)
        seal = _seal_certificate(seal_key, authority, authority_key, now)
        _keep(path, vault, (authority, authority_key), (seal, seal_key))
        _write(directory / PUBLIC, authority.public_bytes(Encoding.PEM), 0o644)
        return cls(authority, seal, seal_key)

    @property
    def public_certificate(self) -> bytes:
        """The authority's certificate as PEM: all that a verifier needs."""
        return self._authority.public_bytes(Encoding.PEM)

    def signer(self) -> Signer:
        """Signs PDFs and manifests, with the whole chain inside; loads pyHanko."""
        from pyhanko_certvalidator.registry import SimpleCertificateStore

        from document_relay.signing.signatures import KeyInHand

        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        registry.register(asn1_x509.Certificate.load(self._authority.public_bytes(Encoding.DER)))
        certificate = asn1_x509.Certificate.load(self._seal.public_bytes(Encoding.DER))
        return KeyInHand(self._seal_key, certificate, registry)


def load_signatures() -> None:
    """Loads what signing needs, so that the first signature need not wait, nor calls for its half second."""
    from document_relay.signing import signatures  # noqa: F401


def sign_prepared(authority: SigningAuthority, pdf: bytes, prepared: PreparedSeal, at: datetime) -> bytes:
    """The PDF with the signature in its place; raises `ValueError` when `prepared` is not `pdf` with room added.

    The child opened the PDF to make the room; here it is bytes to hash, and the key stays in this process.
    """
    from document_relay.signing.signatures import filled

    return filled(authority.signer(), pdf, prepared, at)


def sign_bytes(authority: SigningAuthority, data: bytes, at: datetime) -> bytes:
    """A detached CMS signature over the bytes (RFC 5652), made `at`; raises `TimeStampUnavailable`."""
    from document_relay.signing.signatures import detached

    return detached(authority.signer(), data, at, authority.timestamp_url)


def _authority_certificate(key: RSAPrivateKey, now: datetime) -> x509.Certificate:
    name = _name("云窗 Cloud Window Authority")
    usage = _usage(sign_certificates=True)
    builder = _builder(name, name, now, _AUTHORITY_YEARS).public_key(key.public_key())
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(usage, critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return builder.sign(key, SHA256())


def _seal_certificate(
    key: RSAPrivateKey, authority: x509.Certificate, authority_key: RSAPrivateKey, now: datetime
) -> x509.Certificate:
    builder = _builder(_name("云窗 Cloud Window Seal"), authority.subject, now, _SEAL_YEARS).public_key(
        key.public_key()
    )
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(sign_certificates=False), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    return builder.add_extension(issuer, critical=False).sign(authority_key, SHA256())


def _builder(subject: x509.Name, issuer: x509.Name, now: datetime, years: int) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    builder = builder.serial_number(x509.random_serial_number())
    # A day of grace for clocks that are behind ours.
    return builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=365 * years))


def _usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_certificates,
        content_commitment=not sign_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _private_bytes(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def _keep(
    path: Path,
    vault: Vault,
    authority: tuple[x509.Certificate, RSAPrivateKey],
    seal: tuple[x509.Certificate, RSAPrivateKey],
) -> None:
    wrapped = vault.new_data_key()
    kept = _Kept(
        wrapped=wrapped,
        authority_key=vault.seal(wrapped, _private_bytes(authority[1]), "authority_key"),
        authority=authority[0].public_bytes(Encoding.DER),
        seal_key=vault.seal(wrapped, _private_bytes(seal[1]), "seal_key"),
        seal=seal[0].public_bytes(Encoding.DER),
    )
    _write(path, msgspec.msgpack.encode(kept), 0o600)


def _unseal_key(vault: Vault, kept: _Kept, which: str) -> RSAPrivateKey:
    data = vault.unseal(kept.wrapped, getattr(kept, which), which)
    # The vault's seal proves that it is the key we made: checking its primes again would take a seventh of a second.
    key = load_der_private_key(data, None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, RSAPrivateKey)
    return key


def _write(path: Path, data: bytes, mode: int) -> None:
    # Written beside and renamed: half a key file would make every later seal one of a stranger.
    beside = path.with_suffix(".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
