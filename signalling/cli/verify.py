"""Says whether an evidence package is intact, or what was changed, or that nobody can say without the certificate."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from document_relay.evidence.signature import Stamp
from document_relay.evidence.verifying import EvidenceVerdict, Given
from document_relay.evidence.verifying import verify as verify_package
from document_relay.imaging import Imaging, Limits
from document_relay.signing.verifying import load_certificate

_NOT_INTACT, _NO_FILE, _UNPROVEN = 1, 2, 3


def verify(path: Path, certificate: Path | None, time_certificate: Path | None) -> int:
    """Prints the verdict.

    0: intact, and signed by the authority whose certificate was given. 1: not intact. 2: a file cannot be read.
    3: nothing was found wrong, but without the authority's certificate nothing is proven either.
    """
    try:
        given = Given(authority=_certificate(certificate), time_stamps=_certificate(time_certificate))
        verdict = asyncio.run(_verdict(path, given))
    except FileNotFoundError as missing:
        print(f"No such file: {missing.filename}", file=sys.stderr)
        return _NO_FILE
    except ValueError as error:
        print(error, file=sys.stderr)
        return _NO_FILE
    if not verdict.intact:
        return _not_intact(verdict)
    return _intact(verdict) if verdict.trusted else _unproven(verdict)


async def _verdict(path: Path, given: Given) -> EvidenceVerdict:
    # The PDFs of a package are a stranger's until it is judged.
    imaging = Imaging(Limits(children=1))
    try:
        return await verify_package(path, given, imaging.judge_seal)
    finally:
        await imaging.close()


def _certificate(path: Path | None) -> bytes | None:
    if path is None:
        return None
    data = path.read_bytes()
    try:
        load_certificate(data).subject  # noqa: B018 - it is parsed when it is asked
    except ValueError as error:
        raise ValueError(f"{path} is not a certificate") from error
    return data


def _intact(verdict: EvidenceVerdict) -> int:
    print(f"INTACT  完好  {_summary(verdict)}")
    print("        signed by the authority of the certificate given　由所提供证书的机构签名")
    _print_time(verdict.stamp)
    return 0


def _unproven(verdict: EvidenceVerdict) -> int:
    print(f"UNPROVEN  未证实  {_summary(verdict)}")
    print("  Nothing in it contradicts itself, but anybody can make such a package: give the authority's certificate")
    print("  with --certificate, or compare this fingerprint with the one that the authority publishes.")
    print("  包内未发现自相矛盾之处，但任何人都能制作这样的包：请用 --certificate 提供签发机构的证书，或核对下列指纹。")
    print(f"  SHA-256 {_colons(verdict.fingerprint)}")
    _print_time(verdict.stamp)
    return _UNPROVEN


def _not_intact(verdict: EvidenceVerdict) -> int:
    print(f"NOT INTACT  不完好  {len(verdict.problems)} problems")
    for problem in verdict.problems:
        print(f"  {problem.kind:<10} {problem.en}　{problem.zh}")
    return _NOT_INTACT


def _summary(verdict: EvidenceVerdict) -> str:
    return f"case {verdict.case_number}, made {verdict.made_at}, {verdict.members} members"


def _print_time(stamp: Stamp | None) -> None:
    if stamp is None:
        print("        time: the service's own word; no time stamp authority stands for it")
        print("        时间由本机构自行声明，没有第三方时间戳为证")
        return
    print(f"        time: stamped {stamp.at.isoformat()} by {stamp.by}　第三方时间戳")
    if not stamp.trusted:
        print("        the stamp is not proven: give its authority's certificate with --time-certificate, or compare")
        print("        时间戳未证实：请用 --time-certificate 提供其机构的证书，或核对指纹")
        print(f"        SHA-256 {_colons(stamp.fingerprint)}")


def _colons(fingerprint: str) -> str:
    return ":".join(fingerprint[at : at + 2] for at in range(0, len(fingerprint), 2)).upper()
