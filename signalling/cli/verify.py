"""Says whether an evidence package is intact, or what was changed."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from document_relay.evidence.verifying import verify as verify_package


def verify(path: Path, certificate: Path | None) -> int:
    """Prints the verdict; 1 when the package is not intact, 2 when there is no such file."""
    try:
        verdict = asyncio.run(verify_package(path, certificate.read_bytes() if certificate else None))
    except FileNotFoundError as missing:
        print(f"No such file: {missing.filename}", file=sys.stderr)
        return 2
    if verdict.intact:
        print(f"INTACT  case {verdict.case_number}, made {verdict.made_at}, {verdict.members} members")
        origin = "by the authority of the certificate given" if verdict.trusted else "by its own certificate"
        print(f"        signed {origin}")
        return 0
    print(f"NOT INTACT  {len(verdict.problems)} problems")
    for problem in verdict.problems:
        print(f"  {problem.kind:<10} {problem.en}　{problem.zh}")
    return 1
