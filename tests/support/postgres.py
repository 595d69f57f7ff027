"""A private PostgreSQL for a test run: a cluster in a temporary folder, reached by its socket alone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

TEMPLATE = "migrated"
# Nothing of it must outlive the run, so nothing is flushed.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "autovacuum": "off",
}


def programs() -> Path | None:
    """The folder of the newest server programs on this machine, if any: Debian keeps them off the path."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    if found:
        return max(found, key=lambda path: int(path.parent.name))
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).parent if elsewhere else None


@dataclass(frozen=True)
class Cluster:
    """A running server with one template: a database that this version's migrations have made."""

    folder: Path
    server: subprocess.Popen[bytes]

    @classmethod
    def start(cls, tools: Path) -> Cluster:
        """Makes the cluster and its template; the server is ended by `stop`."""
        folder = Path(tempfile.mkdtemp(prefix="cloud-window-postgres-"))
        # The server refuses to run as root.
        user = "postgres" if os.getuid() == 0 else None
        if user is not None:
            shutil.chown(folder, user)
        made = [tools / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(made, check=True, user=user, stdout=subprocess.DEVNULL, cwd="/")
        command = [tools / "postgres", "-D", folder / "data", "-k", folder]
        command += [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(command, user=user, stdout=log, stderr=log, cwd="/")
        cluster = cls(folder, server)
        try:
            ready = [tools / "pg_isready", "-q", "-h", folder, "-U", "postgres"]
            subprocess.run(["timeout", "30", "sh", "-c", 'until "$@"; do sleep 0.05; done', "sh", *ready], check=True)
            subprocess.run([tools / "createdb", "-h", folder, "-U", "postgres", TEMPLATE], check=True, cwd="/")
            cluster._migrate()
        except BaseException:
            cluster.stop()
            raise
        return cluster

    def url(self, database: str) -> str:
        """The database's URL as the settings take it."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    @asynccontextmanager
    async def database(self, template: str) -> AsyncIterator[str]:
        """The URL of a new copy of the template, which is dropped when the block ends."""
        name = f"test_{uuid.uuid4().hex}"
        await self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            await self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """Ends the server at once and removes its folder."""
        self.server.send_signal(signal.SIGQUIT)
        self.server.wait(30)
        shutil.rmtree(self.folder)

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(host=str(self.folder), user="postgres", database="postgres")
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def _migrate(self) -> None:
        # By the operator's own command, as on a real machine.
        environment = os.environ | {"DATABASE_URL": self.url(TEMPLATE), "DATA_DIR": str(self.folder / "unused")}
        command = [sys.executable, "-m", "signalling.cli.main", "migrate"]
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
