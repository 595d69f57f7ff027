"""The sandbox of a child that reads foreign bytes: limits of the kernel, few files to read, no new programs.

A process without privileges puts each mechanism on itself and cannot take it off again. A kernel without Landlock, or
another machine type, leaves that mechanism out; `enforce` says which ones are in force.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_PR_SET_DUMPABLE = 4
_PR_SET_PDEATHSIG = 1
_SECCOMP_MODE_FILTER = 2

_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_LANDLOCK_VERSION_FLAG = 1
_LANDLOCK_RULE_PATH_BENEATH = 1
_ACCESS_ALL_ABI_1 = (1 << 13) - 1
_ACCESS_WRITE_FILE, _ACCESS_READ_FILE, _ACCESS_READ_DIR = 1 << 1, 1 << 2, 1 << 3
_ACCESS_READ = _ACCESS_READ_FILE | _ACCESS_READ_DIR

# Numbers of the system calls that are answered with EPERM, from Linux' tables for each machine type.
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_NETWORK_CALLS = {
    "x86_64": {
        "socket": 41,
        "connect": 42,
        "sendto": 44,
        "bind": 49,
        "socketpair": 53,
    },
    "aarch64": {
        "socket": 198,
        "connect": 203,
        "sendto": 206,
        "bind": 200,
        "socketpair": 199,
    },
}
_DENIED_CALLS = {
    "x86_64": {
        "accept": 43,
        "listen": 50,
        "fork": 57,
        "vfork": 58,
        "execve": 59,
        "kill": 62,
        "ptrace": 101,
        "tkill": 200,
        "keyctl": 250,
        "unshare": 272,
        "accept4": 288,
        "process_vm_readv": 310,
        "process_vm_writev": 311,
        "bpf": 321,
        "execveat": 322,
        "io_uring_setup": 425,
        "pidfd_open": 434,
    },
    "aarch64": {
        "accept": 202,
        "listen": 201,
        "execve": 221,
        "kill": 129,
        "ptrace": 117,
        "tkill": 130,
        "keyctl": 219,
        "unshare": 97,
        "accept4": 242,
        "process_vm_readv": 270,
        "process_vm_writev": 271,
        "bpf": 280,
        "execveat": 281,
        "io_uring_setup": 425,
        "pidfd_open": 434,
    },
}
_BPF_LOAD, _BPF_EQUAL, _BPF_AT_LEAST, _BPF_RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _KILL, _EPERM = 0x7FFF0000, 0x80000000, 0x00050001

_SYSTEM = tuple(Path(path) for path in ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/fonts", "/dev/urandom"))

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


@dataclass(frozen=True, kw_only=True)
class SandboxPolicy:
    """What a child may still do."""

    memory_bytes: int
    """Of address space."""
    descriptors: int
    readable: tuple[Path, ...]
    """Files and folders beside the interpreter, its packages and the system's libraries and fonts."""
    devices: tuple[Path, ...] = ()
    """Devices that it may open for writing too, which is how they are told what to deliver."""
    network: bool = False
    """Whether it may connect to others; nobody can connect to it."""


def enforce(policy: SandboxPolicy) -> tuple[str, ...]:
    """Enforces the policy on this process and returns the mechanisms that this kernel has; "rlimits" always holds."""
    die_with_parent()
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    _limit_resources(policy)
    mechanisms = ["rlimits"]
    if _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        if _restrict_files(policy):
            mechanisms.append("landlock")
        if _restrict_calls(network=policy.network):
            mechanisms.append("seccomp")
    return tuple(mechanisms)


def die_with_parent() -> None:
    """Has the kernel kill this process when the one that started it ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


@contextmanager
def less_memory(memory_bytes: int) -> Iterator[None]:
    """Holds this process to `memory_bytes` of address space for a while, where the policy allows more."""
    former, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (former, most))


def grant_cpu(seconds: int) -> None:
    """Allows `seconds` more of processor time from now on; the kernel ends the process with SIGXCPU after them."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _limit_resources(policy: SandboxPolicy) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (policy.memory_bytes, policy.memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (policy.descriptors, policy.descriptors))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _restrict_files(policy: SandboxPolicy) -> bool:
    if _libc.syscall(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), _LANDLOCK_VERSION_FLAG) < 1:
        return False
    handled = ctypes.create_string_buffer(struct.pack("=Q", _ACCESS_ALL_ABI_1), 8)
    rules = _libc.syscall(_LANDLOCK_CREATE_RULESET, handled, ctypes.c_size_t(8), 0)
    if rules < 0:
        return False
    for path in (Path(sys.prefix), Path(sys.base_prefix), *_SYSTEM, *policy.readable):
        if path.exists():
            _allow(rules, path, _ACCESS_READ if path.is_dir() else _ACCESS_READ_FILE)
    for path in policy.devices:
        if path.exists():
            _allow(rules, path, _ACCESS_READ_FILE | _ACCESS_WRITE_FILE)
    restricted: bool = _libc.syscall(_LANDLOCK_RESTRICT_SELF, rules, 0) == 0
    os.close(rules)
    return restricted


def _allow(rules: int, path: Path, access: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rule = ctypes.create_string_buffer(struct.pack("=Qi", access, descriptor), 12)
    _libc.syscall(_LANDLOCK_ADD_RULE, rules, _LANDLOCK_RULE_PATH_BENEATH, rule, 0)
    os.close(descriptor)


def _restrict_calls(*, network: bool) -> bool:
    machine = platform.machine()
    if machine not in _AUDIT_ARCH:
        return False
    calls = _DENIED_CALLS[machine] if network else _DENIED_CALLS[machine] | _NETWORK_CALLS[machine]
    denied = sorted(calls.values())
    program = [
        (_BPF_LOAD, 0, 0, 4),  # the machine type of the call
        (_BPF_EQUAL, 1, 0, _AUDIT_ARCH[machine]),
        (_BPF_RETURN, 0, 0, _KILL),
        (_BPF_LOAD, 0, 0, 0),  # its number
        (_BPF_AT_LEAST, len(denied) + 1, 0, 0x40000000),  # x32 numbers would step around the list
        *((_BPF_EQUAL, len(denied) - at, 0, number) for at, number in enumerate(denied)),
        (_BPF_RETURN, 0, 0, _ALLOW),
        (_BPF_RETURN, 0, 0, _EPERM),
    ]
    code = b"".join(struct.pack("=HBBI", *step) for step in program)
    instructions = ctypes.create_string_buffer(code, len(code))
    header = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(instructions)), 16)
    restricted: bool = _libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0) == 0
    return restricted
