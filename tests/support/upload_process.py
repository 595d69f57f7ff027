"""A process of its own that continues one upload from its standard input, to be killed or starved by a test.

Arguments: DATABASE_URL DATA_DIR UPLOAD_ID [FILE_SIZE_LIMIT]; says on standard output what happened.
"""

from __future__ import annotations

import asyncio
import resource
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

from directory.principal import Role, Staff
from document_relay.assembly import Needs, assemble
from document_relay.disk_budget import DiskBudget
from document_relay.imaging import Imaging
from foundation.blobs import FileBlobs
from foundation.clock import ManualClock
from foundation.database import Database, Outbox
from foundation.disk import Disk
from foundation.errors import Refusal
from foundation.events import LocalBus
from foundation.identifiers import SystemIdentifiers
from foundation.notifying import Notifier
from foundation.vault import Vault

WORKER = Staff(
    person_id="worker",
    account="w1",
    name="李社区",
    roles=frozenset({Role.COMMUNITY_WORKER}),
    site_id="point-041",
    site_path="/district/town-03/point-041",
    department_ids=frozenset(),
)


async def standard_input() -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(sys.stdin.buffer.read1, 1500):
        yield piece


async def main(url: str, data_dir: Path, upload_id: str) -> None:
    clock, database = ManualClock(), Database.open(url)
    identifiers, vault = SystemIdentifiers(clock), Vault.open(data_dir)
    needs = Needs(
        database=database,
        outbox=Outbox(database, LocalBus(), clock),
        clock=clock,
        identifiers=identifiers,
        vault=vault,
        blobs=FileBlobs(data_dir / "blobs"),
        budget=DiskBudget(Disk([data_dir], clock), 0),
        reader=Imaging(),
        notifier=Notifier(vault, clock, identifiers, {}),
        door="",
    )
    uploads = assemble(needs, data_dir, ZoneInfo("Asia/Shanghai")).uploads
    try:
        begun = await uploads.head(WORKER, upload_id)
        sys.stdout.write(f"at {begun.offset}\n")
        sys.stdout.flush()
        reached = await uploads.append(WORKER, upload_id, begun.offset, standard_input())
        sys.stdout.write(f"reached {reached}\n")
    except Refusal as refusal:
        sys.stdout.write(f"refused {refusal.code} {(await uploads.head(WORKER, upload_id)).offset}\n")
    await uploads.close()
    await database.close()


if __name__ == "__main__":
    if len(sys.argv) > 4:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), int(sys.argv[4])))
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
