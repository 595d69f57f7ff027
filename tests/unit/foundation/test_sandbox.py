"""The sandbox, tried by a process that wants to get out of it."""

from __future__ import annotations

import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest


def attempt(statements: str, *, network: bool = False, readable: str = "/usr/share", device: str = "/nowhere") -> str:
    """What a child's interpreter answers when it tries to get out of its sandbox."""
    program = f"""
        from foundation.sandbox import SandboxPolicy, enforce
        from pathlib import Path
        import os, socket, subprocess
        places, devices = (Path({readable!r}),), (Path({device!r}),)
        limits = dict(memory_bytes=1 << 31, descriptors=64)
        policy = SandboxPolicy(**limits, readable=places, devices=devices, network={network})
        mechanisms = enforce(policy)
        try:
            {statements}
            print("done", *mechanisms)
        except OSError as error:
            print(type(error).__name__, *mechanisms)
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


@pytest.mark.parametrize(("statements", "mechanism"), [("socket.socket()", "seccomp"), *NOTHING_ELSE])
def test_nothing_gets_out_of_the_sandbox(statements: str, mechanism: str) -> None:
    stopped(attempt(statements), mechanism)


@pytest.mark.parametrize(
    ("statements", "mechanism"), [("socket.create_server(('127.0.0.1', 0))", "seccomp"), *NOTHING_ELSE]
)
def test_who_may_connect_to_others_may_do_nothing_else(statements: str, mechanism: str) -> None:
    stopped(attempt(statements, network=True), mechanism)


def test_who_may_connect_to_others_can(listening: tuple[str, int]) -> None:
    assert attempt(f"socket.create_connection({listening!r})", network=True).startswith("done")


def test_libraries_stay_readable_in_the_sandbox() -> None:
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


def stopped(said: str, mechanism: str) -> None:
    """Fails unless the attempt was answered with a refusal of the kernel."""
    if mechanism not in said:
        pytest.skip(f"this kernel has no {mechanism}")
    assert said.startswith("PermissionError"), said
