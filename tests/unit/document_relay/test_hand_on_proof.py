"""What the package of a case that was handed on proves: nothing of it is removed or changed unnoticed."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from document_relay.evidence.verifying import EvidenceVerdict, Given, verify
from tests.unit.document_relay.test_hand_on import ZHAO, decide, handed  # noqa: F401 - a fixture

from .conftest import Bench


async def packed(bench: Bench, path: Path) -> EvidenceVerdict:
    with await bench.relay.evidence.build_package(bench.case_id) as package:
        path.write_bytes(package.read())
    return await verify(path, Given(authority=bench.relay.authority.public_certificate))


TAMPERINGS = {
    "the due date": "UPDATE hand_ons SET due_on = '2027-01-01'",
    "who took it": "UPDATE hand_ons SET taker_name = '某人'",
    "how it stands": "UPDATE hand_ons SET state = 'returned'",
    "the whole of it": "DELETE FROM hand_ons",
}


@pytest.mark.parametrize("name", TAMPERINGS)
async def test_a_removal_or_change_is_found_by_verify(
    handed: Bench,  # noqa: F811
    database_url: str,
    tmp_path: Path,
    name: str,
) -> None:
    await handed.relay.hand_ons.take(ZHAO, handed.case_id)
    await decide(handed, ZHAO)
    verdict = await packed(handed, tmp_path / "whole.zip")
    assert (verdict.intact, verdict.problems) == (True, [])
    with sqlite3.connect(database_url.removeprefix("sqlite:///")) as database:
        assert database.execute(TAMPERINGS[name]).rowcount
    database.close()
    assert {problem.kind for problem in (await packed(handed, tmp_path / "changed.zip")).problems} == {"record"}
