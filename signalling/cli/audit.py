"""Prints the head of the audit log; checks the log with its key, the head exported last, and those given back."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import TypeVar

from directory.audit import Head, audit_key
from directory.audit_check import Finding, check
from directory.audit_head import HeadFile, open_audit
from foundation.clock import SystemClock
from foundation.database import Database
from foundation.errors import Refusal
from foundation.settings import Settings
from foundation.vault import MASTER_FILE, Vault

T = TypeVar("T")


class NoKey(Refusal):
    """The installation's key is not here, without which nothing can be said of the log."""

    code = "no_master_key"
    zh = "缺少 {path}：没有主密钥，无法核对审计日志。"
    en = "{path} is missing: without the master key the audit log cannot be checked."


class HeadBroken(Refusal):
    """The exported head is not one that this installation wrote."""

    code = "audit_head_broken"
    zh = "{path} 不是本系统写出的文件：有人更改或替换了审计日志的链头。"
    en = "{path} is not what this installation wrote: somebody changed or replaced the head of the audit log."


class HeadMissing(Refusal):
    """There are entries, and no exported head."""

    code = "audit_head_missing"
    zh = "缺少 {path}：升级后尚未启动过服务，或有人删除了审计日志的链头。"
    en = "{path} is missing: the service has not run since it was updated, or the head was removed."


def print_head(settings: Settings) -> int:
    """Prints the head and its time; 1 when nothing has been written yet."""

    async def ask(database: Database) -> Head | None:
        return await open_audit(database, SystemClock(), _vault(settings), settings.data_dir)[0].head()

    head = _with_database(settings, ask)
    if head is None:
        print("The audit log is empty.", file=sys.stderr)
        return 1
    print(f"{head}  {head.at:%Y-%m-%dT%H:%M:%SZ}" if head.at else head)
    return 0


def verify_log(settings: Settings, heads: Sequence[str]) -> int:
    """Prints what the log is like; 1 when an entry is wrong. Raises `HeadInvalid`, `NoKey`, `HeadBroken`."""
    given = [Head.parse(text) for text in heads]
    finding = _with_database(settings, lambda database: check_log(database, settings, given))
    print(in_words(finding))
    return int(finding.problem is not None)


async def check_log(database: Database, settings: Settings, given: Sequence[Head]) -> Finding:
    """Checks the log, the head exported last and the given ones; raises `NoKey`, `HeadBroken`, `HeadMissing`."""
    vault = _vault(settings)
    file = HeadFile(settings.data_dir, vault)
    if file.broken.exists():
        raise HeadBroken(path=str(file.broken))
    try:
        exported = file.read()
    except Refusal as broken:
        raise HeadBroken(path=str(file.path)) from broken
    finding = await check(database, audit_key(vault), [*given, *([exported] if exported else [])])
    if exported is None and finding.problem is None and finding.right:
        raise HeadMissing(path=str(file.path))
    return finding


def in_words(finding: Finding) -> str:
    """What was found, for an operator."""
    if finding.problem is None:
        if finding.head is None:
            return "no entry yet"
        vouched = f" (those up to {finding.unkeyed} by what was there when the key came)" if finding.unkeyed else ""
        return f"each of {finding.right} entries is as it was written{vouched}; head {finding.head}"
    said = _PROBLEMS[finding.problem].format(number=finding.wrong, before=(finding.wrong or 1) - 1)
    return f"{said}; the {finding.right} before it are as they were written"


_PROBLEMS = {
    "changed": "entry {number} is not as it was written: the log was changed from outside",
    "missing": "entry {number} is missing: entries were removed from the log",
    "unreadable": "entry {number} cannot be read: the log was damaged",
    "unkeyed_changed": "entry {number} vouches for entries up to {before}, of which one was changed or removed",
    "not_exported": "entry {number} is not the one whose head was exported: another log stands in its place",
}


def _vault(settings: Settings) -> Vault:
    path = settings.data_dir / "keys" / MASTER_FILE
    if not path.exists():
        # Opening it would make a new one.
        raise NoKey(path=str(path))
    return Vault.open(path.parent)


def _with_database(settings: Settings, ask: Callable[[Database], Coroutine[None, None, T]]) -> T:
    async def run() -> T:
        database = Database.open(settings.effective_database_url)
        try:
            return await ask(database)
        finally:
            await database.close()

    return asyncio.run(run())
