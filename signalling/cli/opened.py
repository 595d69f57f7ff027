"""The directory for a command that is no part of the service: opened, changed with an audit entry, closed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from directory.audit import AuditLog
from directory.audit_head import open_audit
from directory.catalogue import Catalogue
from foundation.clock import Clock, SystemClock
from foundation.database import Database
from foundation.database.migrate import migrate
from foundation.errors import Refusal
from foundation.settings import Settings
from foundation.vault import Vault


class Noting(Protocol):
    """What changes the directory, and writes down that a change was refused."""

    async def note_refusal(self, act: str, about: str, refusal: Refusal, /) -> None:
        """Writes into the audit log that a command was refused."""
        ...


N = TypeVar("N", bound=Noting)


@dataclass(frozen=True)
class Opened:
    """What a command has of the directory."""

    database: Database
    catalogue: Catalogue
    vault: Vault
    clock: Clock
    data_dir: Path

    async def change(
        self, make: Callable[[AuditLog], N], about: tuple[str, str], act: Callable[[N], Awaitable[None]]
    ) -> None:
        """Does the act on what `make` makes, and exports the audit log's head.

        What the act is `about`, its name and what it named, stands in the audit log when it is refused.
        """
        audit, head = open_audit(self.database, self.clock, self.vault, self.data_dir)
        noting = make(audit)
        try:
            await act(noting)
        except Refusal as refusal:
            await noting.note_refusal(*about, refusal)
            raise
        await head.export()


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Opened]:
    """The directory with this version's tables."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database.open(settings.effective_database_url)
    try:
        vault = Vault.open(settings.data_dir / "keys")
        await migrate(database, vault)
        catalogue = Catalogue(database)
        await catalogue.load()
        yield Opened(database, catalogue, vault, SystemClock(), settings.data_dir)
    finally:
        await database.close()
