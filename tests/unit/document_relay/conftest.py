"""A document relay on real ground: SQLite, files, keys, the imaging child; and one case in the hands of two people."""

from __future__ import annotations

import hashlib
import io
import math
import shutil
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageDraw

from directory.principal import Principal, Role, Staff
from document_relay.assembly import DocumentRelay, Needs, assemble
from document_relay.case_core.strokes import Point, Strokes
from document_relay.case_files import OpenCase, Wanted
from document_relay.disk_budget import DiskBudget
from document_relay.document_signing import Signed
from document_relay.records import Case, MaterialRecord
from document_relay.signing.authority import SigningAuthority
from document_relay.uploads import UploadLimits
from foundation.blobs import FileBlobs
from foundation.clock import ManualClock
from foundation.database import Database, Outbox
from foundation.disk import Disk
from foundation.identifiers import SeededIdentifiers
from foundation.notifying import Channel, Notifier, Sender, Simulator
from foundation.vault import Vault
from tests.support.shared_imaging import SharedImaging, lent_imaging
from tests.support.tus import upload_metadata

SIMULATOR = Simulator(ManualClock().now)
SENDERS: Mapping[Channel, Sender] = {"sms": SIMULATOR.sender("sms"), "email": SIMULATOR.sender("email")}
WORKER = Staff(
    person_id="worker",
    account="w1",
    name="李社区",
    roles=frozenset({Role.COMMUNITY_WORKER}),
    site_id="point-041",
    site_path="/district/town-03/point-041",
    department_ids=frozenset(),
)
CLERK = Staff(
    person_id="clerk",
    account="c1",
    name="张窗口",
    roles=frozenset({Role.CLERK}),
    site_id="town-03",
    site_path="/district/town-03",
    department_ids=frozenset({"civil"}),
)


def stranger(role: Role, path: str = "/district/town-09", departments: frozenset[str] = frozenset()) -> Principal:
    return Staff(
        person_id=f"stranger-{role}",
        account="s",
        name="路人",
        roles=frozenset({role}),
        site_id=path.rsplit("/", 1)[-1],
        site_path=path,
        department_ids=departments,
    )


def picture(words: str = "page", size: tuple[int, int] = (600, 850)) -> bytes:
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for line in range(20):
        draw.text((40, 40 + 35 * line), f"{words} {line} " * 4, fill="black")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def handwriting() -> Strokes:
    wave = tuple(Point(0.1 + i / 120, 0.5 + 0.3 * math.sin(i / 5), 0.5, i * 8.0) for i in range(90))
    dash = tuple(Point(0.2 + i / 100, 0.2, 0.7, 800.0 + i * 8) for i in range(20))
    return Strokes(strokes=(wave, dash), width=800, height=300, device="pen")


async def pieces(data: bytes, size: int = 4096) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


@dataclass
class Bench:
    """The relay, the case and shorthand for what the two people do."""

    relay: DocumentRelay
    database: Database
    data_dir: Path
    case_id: str = ""

    async def case(self) -> Case:
        return await self.relay.case_files.whole(self.case_id)

    async def material(self, position: int = 1) -> MaterialRecord:
        return (await self.case()).materials[position - 1]

    async def begin(self, data: bytes, position: int = 1, sha256: str | None = None, **more: str) -> str:
        material = await self.material(position)
        said = upload_metadata(
            case_id=self.case_id,
            material_id=material.id,
            sha256=sha256 or hashlib.sha256(data).hexdigest(),
            capture="document_camera",
            **more,
        )
        return (await self.relay.uploads.create(WORKER, len(data), said)).id

    async def deliver(self, data: bytes, position: int = 1, **more: str) -> str:
        upload = await self.begin(data, position, **more)
        await self.relay.uploads.append(WORKER, upload, 0, pieces(data))
        return upload

    async def sealed_form(self) -> str:
        document_id = await self.relay.documents.make_form(CLERK, self.case_id)
        await self.relay.signing.push(CLERK, document_id)
        await self.relay.signing.show(WORKER, document_id)
        await self.relay.signing.sign(WORKER, document_id, await self.signed(document_id))
        return document_id

    async def signed(self, document_id: str) -> Signed:
        shown = (await self.case()).document(document_id).page_hashes
        return Signed(strokes=handwriting(), shown_pages=shown)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys are slow to make; every test gets a copy of the same."""
    folder = tmp_path_factory.mktemp("keys")
    SigningAuthority.open(folder / "signing", Vault.open(folder), ManualClock())
    return folder


@pytest.fixture(scope="session")
def imaging_child() -> SharedImaging:
    return lent_imaging()


@dataclass
class Ground:
    """What the house stands on in one test."""

    database: Database
    outbox: Outbox
    clock: ManualClock
    identifiers: SeededIdentifiers


@pytest.fixture
def ground(database: Database, outbox: Outbox, clock: ManualClock, identifiers: SeededIdentifiers) -> Ground:
    return Ground(database, outbox, clock, identifiers)


def needs_on(ground: Ground, reader: SharedImaging, data_dir: Path) -> Needs:
    return Needs(
        database=ground.database,
        outbox=ground.outbox,
        clock=ground.clock,
        identifiers=ground.identifiers,
        vault=Vault.open(data_dir),
        blobs=FileBlobs(data_dir / "blobs"),
        budget=DiskBudget(Disk([data_dir], ground.clock), 0),
        reader=reader,
        notifier=Notifier(Vault.open(data_dir), ground.clock, ground.identifiers, SENDERS),
        door="https://window.example.cn/visit#",
    )


@pytest.fixture
def needs(ground: Ground, imaging_child: SharedImaging, keys: Path, tmp_path: Path) -> Needs:
    shutil.copytree(keys, tmp_path / "data")
    return needs_on(ground, imaging_child, tmp_path / "data")


def relay_of(needs: Needs, data_dir: Path) -> DocumentRelay:
    return assemble(needs, data_dir, ZoneInfo("Asia/Shanghai"), UploadLimits())


async def bench_on(needs: Needs, data_dir: Path) -> Bench:
    relay = relay_of(needs, data_dir)
    await relay.start()
    made = Bench(relay, needs.database, data_dir)
    made.case_id = await relay.case_files.open_case(opening())
    await relay.case_files.assign_clerk(made.case_id, CLERK.person_id, CLERK.name)
    return made


@pytest.fixture
async def bench(needs: Needs, tmp_path: Path) -> AsyncIterator[Bench]:
    made = await bench_on(needs, tmp_path / "data")
    yield made
    await made.relay.close()


def opening(ticket_id: str = "ticket-1") -> OpenCase:
    return OpenCase(
        ticket_id=ticket_id,
        item_id="old-age",
        item_zh="高龄津贴申领",
        item_en="Old-age allowance",
        department_id="civil",
        site_id="point-041",
        site_path="/district/town-03/point-041",
        site_zh="桃园社区延伸点",
        worker_id=WORKER.person_id,
        worker_name=WORKER.name,
        applicant_name="王桂英",
        answers=[["年满八十周岁？", "Aged eighty or over?", "是", "Yes"]],
        materials=[
            Wanted(name_zh="身份证", name_en="Identity card"),
            Wanted(name_zh="银行卡", name_en="Bank card"),
            Wanted(name_zh="户口簿", name_en="Household register", held_zh="公安局", held_en="Police"),
        ],
        recording_agreed=True,
    )
