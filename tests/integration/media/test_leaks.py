"""Connections made and ended in every way leave nothing behind; `make bench-leaks` is the long run."""

from __future__ import annotations

from tests.benchmarks.leaks import Server, run_round
from tests.support.media_client import Identity


def test_what_comes_and_goes_leaves_nothing() -> None:
    server, identity = Server(), Identity()
    before = server.ask(held=True)
    first, second = (run_round(server, identity, start, 30) for start in (0, 30))
    server.close()
    assert second["descriptors"] == before["descriptors"]
    assert second["tasks"] == before["tasks"]
    assert second["kept_by_name"] == 0
    assert second["objects"] - first["objects"] < 30
    assert second["resident_bytes"] - first["resident_bytes"] < 2 << 20
