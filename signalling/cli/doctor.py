"""Says what is set, what this machine has, and what is missing, in words."""

from __future__ import annotations

import asyncio
import os
import platform
import socket
import urllib.request
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from document_relay.fonts import FontMissing, Fonts
from document_relay.fonts.faces import SUBSTITUTES
from document_relay.quotas import Quotas
from foundation.clock import SystemClock
from foundation.database import Database
from foundation.database.engine import sqlite_version
from foundation.database.migrate import current_revision, newest_revision
from foundation.disk import space_of
from foundation.errors import Refusal
from foundation.notifying import store as notices
from foundation.set_aside import FILE, read_set_aside
from foundation.settings import Settings
from rtc_server.node.protocol import require_token
from signalling import VERSION
from signalling.cli.audit import check_log, in_words
from signalling.cli.paths import client_folder
from signalling.slices.health.disk_use import used

_NAMED = 50
"""Things set aside that are printed."""
_FAILURES_NAMED = 5
_LEAST_FREE_BYTES = 5 * 1024**3
T = TypeVar("T")
_SECRET = (
    "database_url",
    "metrics_token",
    "node_token",
    "sms_key",
    "smtp_password",
    "turn_secret",
    "webhook_secret",
)


def doctor(settings: Settings) -> int:
    """Prints the settings and one line a check; 1 when a check failed."""
    print(f"Cloud Window {VERSION}, Python {platform.python_version()}, SQLite {sqlite_version()}\n")
    for name, value in msgspec.structs.asdict(settings).items():
        print(f"  {name:<22} {_shown(name, value)}")
    print()
    results = [_run(name, check, settings) for name, check in _CHECKS.items()]
    return int(not all(results))


def _shown(name: str, value: object) -> object:
    # A database URL may carry a password; a node's token is one.
    return "(set)" if name in _SECRET and value else value


def _run(name: str, check: Callable[[Settings], str], settings: Settings) -> bool:
    try:
        print(f"  ok    {name}: {check(settings)}")
    except _Failed as failed:
        print(f"  FAIL  {name}: {failed}")
        return False
    except Refusal as refusal:
        print(f"  FAIL  {name}: {refusal.sentence('en')}")
        return False
    return True


class _Failed(Exception):
    """A check's answer is no; the text says what to do."""


def _data_folder(settings: Settings) -> str:
    folder = settings.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise _Failed(f"{folder} cannot be written; set DATA_DIR")
    return str(folder.resolve())


def _disk(settings: Settings) -> str:
    space, reserve, quotas = space_of(settings.data_dir), settings.disk_reserve_bytes, Quotas()
    takes = ", ".join(f"{kind} {_gib(value)}" for kind, value in used(settings.data_dir).items())
    limits = f"{_gib(quotas.case_bytes)} a case, {_gib(quotas.site_bytes)} a site and day"
    said = f"{_gib(space.free)} of {_gib(space.total)} free; {takes}. Limits: {limits}"
    if space.free < reserve:
        raise _Failed(f"{said}. Less is free than DISK_RESERVE_BYTES ({_gib(reserve)}): uploads are refused; make room")
    if space.free < _LEAST_FREE_BYTES:
        raise _Failed(f"{said}. An hour of two-party recording takes about 1 GiB; uploads stop at {_gib(reserve)}")
    return f"{said}; uploads stop when less than {_gib(reserve)} is free"


def _gib(count: int) -> str:
    return f"{count / 1024**3:.1f} GiB"


def _database(settings: Settings) -> str:
    if not _made(settings):
        return "none yet; `serve` makes it"
    found = _asked(settings, current_revision)
    if found != newest_revision():
        return f"at revision {found}; `serve` brings it to {newest_revision()}"
    return f"at revision {found}"


def _audit_log(settings: Settings) -> str:
    if not _made(settings) or _asked(settings, current_revision) != newest_revision():
        return "not asked before the database is at this version"
    finding = _asked(settings, lambda database: check_log(database, settings, ()))
    if finding.problem is not None:
        raise _Failed(in_words(finding))
    return in_words(finding)


def _notices(settings: Settings) -> str:
    named = {"text messages": settings.sms_url, "e-mail": settings.smtp_host, "webhook": settings.webhook_url}
    used = ", ".join(name for name, where in named.items() if where) or "no channel is set up"
    said = "simulated, since this is a demonstration" if settings.demonstration else used
    if not _made(settings) or _asked(settings, current_revision) != newest_revision():
        return said
    now = SystemClock().now()
    counts, failed = _asked(settings, lambda database: _told(database, now))
    said = f"{said}; {counts.get('sent', 0)} sent, {counts.get('waiting', 0)} wait"
    if failed:
        why = ", ".join(f"{channel} {kind}: {code}" for channel, kind, code in failed)
        raise _Failed(f"{said}; not sent within a week, the newest first: {why}")
    if counts["late"]:
        raise _Failed(f"{said}; {counts['late']} are tried again and again: does the receiver answer?")
    return said


async def _told(database: Database, now: datetime) -> tuple[dict[str, int], list[tuple[str, str, str]]]:
    async with database.read() as session:
        failed = await notices.failures(session, now - timedelta(days=7), _FAILURES_NAMED)
        return await notices.counts(session, now), failed


def _made(settings: Settings) -> bool:
    return bool(settings.database_url) or (settings.data_dir / "cloud-window.db").exists()


def _asked(settings: Settings, question: Callable[[Database], Coroutine[None, None, T]]) -> T:
    """What the database answers; raises `_Failed` when it cannot be reached."""
    database = Database.open(settings.effective_database_url)

    async def ask() -> T:
        try:
            return await question(database)
        finally:
            await database.close()

    try:
        return asyncio.run(ask())
    except OSError as error:
        raise _Failed(f"cannot be reached: {error}") from error


def _client(_settings: Settings) -> str:
    folder = client_folder()
    if folder is None:
        raise _Failed("the web client is not built; run `make run`")
    return str(folder)


def _ports(settings: Settings) -> str:
    wanted = {"HTTP": settings.port, "HTTPS": settings.tls_port, "media (TCP)": settings.media_port}
    taken = [f"{name} {port}" for name, port in wanted.items() if port and _taken(port)]
    return f"in use: {', '.join(taken)} (fine when the service runs)" if taken else "all free"


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.3)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _nodes(settings: Settings) -> str:
    if not settings.media_nodes:
        return "none named; this process forwards"
    require_token(settings.node_token)
    silent = [address for address in settings.media_nodes if not _answers(f"{address.rstrip('/')}/healthz")]
    if silent:
        raise _Failed(f"no answer from {', '.join(silent)}; start `cloud-window node` there, or correct MEDIA_NODES")
    return f"{len(settings.media_nodes)} answering"


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - the operator's own address
            return bool(answer.status == 200)
    except (OSError, ValueError):
        return False


def _set_aside(settings: Settings) -> str:
    found = read_set_aside(settings.data_dir)
    if not found:
        return "nothing since the last start"
    named = [f"{one.kind} {one.identifier}: {one.problem}" for one in found[:_NAMED]]
    more = [f"and {len(found) - _NAMED} more, see {settings.data_dir / FILE}"] if len(found) > _NAMED else []
    raise _Failed("\n          ".join(["the service goes on without", *named, *more]))


def _fonts(_settings: Settings) -> str:
    try:
        counts = Fonts().counts()
        lacking = [str(face.path) for face in SUBSTITUTES if not face.path.is_file()]
    except FontMissing as missing:
        raise _Failed(str(missing)) from missing
    if lacking:
        raise _Failed(f"not there: {', '.join(lacking)}; install the service anew (make run)")
    papers = ", ".join(f"{name} ({count})" for name, count in counts.items())
    foreign = ", ".join(face.name for face in SUBSTITUTES)
    return f"papers are set in {papers}\n          PDFs without their Chinese, Japanese or Korean fonts: {foreign}"


_CHECKS: dict[str, Callable[[Settings], str]] = {
    "data folder": _data_folder,
    "disk": _disk,
    "database": _database,
    "audit log": _audit_log,
    "notices": _notices,
    "web client": _client,
    "fonts": _fonts,
    "ports": _ports,
    "media nodes": _nodes,
    "set aside": _set_aside,
}
