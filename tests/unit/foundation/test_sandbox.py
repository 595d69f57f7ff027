"""The fences, tried by a process that wants to get out from behind them."""

from __future__ import annotations

import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest


def attempt(statements: str, *, network: bool = False, readable: str = "/usr/share", device: str = "/nowhere") -> str:
    """What a child's interpreter answers when it tries to get out from behind its fences."""
    program = f"""
        from foundation.sandbox import Fence, raise_fences
        from pathlib import Path
        import os, socket, subprocess
        places, devices = (Path({readable!r}),), (Path({device!r}),)
        fence = Fence(memory_bytes=1 << 31, descriptors=64, readable=places, devices=devices, network={network})
        fences = raise_fences(fence)
        try:
            {statements}
            print("done", *fences)
        except OSError as error:
            print(type(error).__name__, *fences)
    """
    ended = subprocess.run(
        [sys.executable, "-I", "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=True,
        env={},
        timeout=60,
    )
    return ended.stdout.strip()


@pytest.fixture
def listening() -> Iterator[tuple[str, int]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()


NOTHING_ELSE = [
    ("subprocess.run(['/bin/true'])", "seccomp"),
    ("os.execv('/bin/true', ['true'])", "seccomp"),
    ("os.kill(os.getppid(), 0)", "seccomp"),
    ("open('/etc/passwd').read()", "landlock"),
    ("open('/proc/self/environ').read()", "landlock"),
    ("open('/tmp/sandbox-was-here', 'w')", "landlock"),
    ("os.listdir('/')", "landlock"),
]


@pytest.mark.parametrize(("statements", "fence"), [("socket.socket()", "seccomp"), *NOTHING_ELSE])
def test_nothing_gets_out_from_behind_the_fences(statements: str, fence: str) -> None:
    stopped(attempt(statements), fence)


@pytest.mark.parametrize(
    ("statements", "fence"), [("socket.create_server(('127.0.0.1', 0))", "seccomp"), *NOTHING_ELSE]
)
def test_who_may_connect_to_others_may_do_nothing_else(statements: str, fence: str) -> None:
    stopped(attempt(statements, network=True), fence)


def test_who_may_connect_to_others_can(listening: tuple[str, int]) -> None:
    assert attempt(f"socket.create_connection({listening!r})", network=True).startswith("done")


def test_libraries_stay_readable_behind_the_fences() -> None:
    assert attempt("os.listdir('/usr/share'); import colorsys").startswith("done")


def test_what_was_named_is_readable_and_its_neighbour_is_not(tmp_path: Path) -> None:
    for name in ("named", "neighbour"):
        (tmp_path / name).write_text(name)
    assert attempt(f"open('{tmp_path}/named').read()", readable=f"{tmp_path}/named").startswith("done")
    stopped(attempt(f"open('{tmp_path}/neighbour').read()", readable=f"{tmp_path}/named"), "landlock")


def test_a_device_may_be_told_what_to_do_and_nothing_else_can() -> None:
    assert attempt("open('/dev/zero', 'r+b', buffering=0).read(1)", device="/dev/zero").startswith("done")
    stopped(attempt("open('/dev/full', 'r+b', buffering=0)", device="/dev/zero"), "landlock")
    stopped(attempt("open('/dev/zero', 'r+b', buffering=0)", readable="/dev/zero"), "landlock")


def stopped(said: str, fence: str) -> None:
    """Fails unless the attempt was answered with a refusal of the kernel."""
    if fence not in said:
        pytest.skip(f"this kernel has no {fence}")
    assert said.startswith("PermissionError"), said
