"""The head of the audit log, exported beside the database and to the service's log, so that a cut end is seen.

Who deletes the newest entries leaves a chain that is whole; the head says how far it had come. The file is sealed, so
that nobody makes one without the installation's master key. A copy of an older one can still be put in its place: an
operator who keeps heads on another machine sees a cut even by somebody who can write this one's files.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import structlog

from directory.audit import AuditLog, Head, audit_key
from foundation.clock import Clock
from foundation.database import Database, DatabaseBusy
from foundation.sealed_file import SealedFile, write_sealed
from foundation.vault import SealBroken, Vault

EXPORT_SECONDS = 10.0
_CONTEXT = "audit head"
_LARGEST = 4096
_log = structlog.get_logger("directory.audit")


class HeadFile:
    """The sealed file `audit-head` in the data folder, and beside it one that was put in its place, once it is met."""

    def __init__(self, data_dir: Path, vault: Vault) -> None:
        self.path = data_dir / "audit-head"
        self.broken = data_dir / "audit-head.broken"
        self._key = vault.secret("audit-head")

    def read(self) -> Head | None:
        """The head exported last; None where none was. Raises `SealBroken` when it is not one of ours, OSError."""
        try:
            with SealedFile.open(self.path, self._key, _CONTEXT) as file:
                return msgspec.json.decode(file.read(_LARGEST), type=Head)
        except FileNotFoundError:
            return None

    def take_up(self) -> Head | None:
        """As `read`, at a start: a file that is not one of ours is put aside, and `doctor` tells of it."""
        try:
            return self.read()
        except SealBroken:
            _log.error("audit_head_broken", kept=str(self.broken))
            self.path.replace(self.broken)
            return None

    def write(self, head: Head) -> None:
        """Keeps the head, whole or not at all; raises OSError."""
        beside = self.path.with_suffix(".new")
        write_sealed(beside, self._key, _CONTEXT, msgspec.json.encode(head))
        beside.replace(self.path)


class HeadExport:
    """Exports the head while it moves."""

    def __init__(self, audit: AuditLog, file: HeadFile) -> None:
        self._audit = audit
        self._file = file
        self._exported: Head | None = None

    async def run(self) -> None:
        """Exports again and again, to the log as well, until it is cancelled."""
        while True:
            await self.close()
            await asyncio.sleep(EXPORT_SECONDS)

    async def close(self) -> None:
        """Exports the newest head once, to the log as well; what cannot be done now is left for the next time."""
        try:
            head = await self.export()
        except (DatabaseBusy, OSError) as error:
            _log.warning("audit_head_not_exported", reason=str(error))
        else:
            if head is not None:
                _log.info("audit_head", head=str(head), at=head.at and head.at.isoformat())

    async def export(self) -> Head | None:
        """Exports the newest head, and returns it when it is another than before; raises `DatabaseBusy`, OSError."""
        head = await self._audit.head()
        if head is None or head == self._exported:
            return None
        await asyncio.to_thread(self._file.write, head)
        self._exported = head
        return head


def open_audit(database: Database, clock: Clock, vault: Vault, data_dir: Path) -> tuple[AuditLog, HeadExport]:
    """The installation's audit log, which goes on from the head exported last, and what exports it again."""
    file = HeadFile(data_dir, vault)
    audit = AuditLog(database, clock, audit_key(vault), file.take_up())
    return audit, HeadExport(audit, file)
