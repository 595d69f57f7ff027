from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from directory.principal import Role
from document_relay.assembly import Needs, assemble
from document_relay.errors import (
    ChecksumMismatch,
    ChecksumUnknown,
    NoSuchMaterial,
    NoSuchUpload,
    NotYourCase,
    OffsetMismatch,
    SamePageAgain,
    TooManyUploads,
    UploadMetadataInvalid,
    UploadTakenOver,
    UploadTooLarge,
)
from document_relay.imaging.errors import PageEmpty, PageNotAnImage, PageTooSmall
from document_relay.records import Case
from document_relay.store.keyring import CaseKey
from document_relay.uploads import UploadLimits
from document_relay.uploads.metadata import parse_checksum, parse_metadata
from document_relay.uploads.part_files import PartFiles
from foundation.clock import ManualClock
from foundation.errors import Refusal
from tests.support.engines import engine_of
from tests.support.tus import upload_metadata

from .conftest import CLERK, WORKER, Bench, picture, pieces, relay_of, stranger

pytestmark = pytest.mark.both_databases
CASES = Path(__file__).parents[2] / "cases"


class LinkCut(Exception):
    """The connection of a test has gone."""


async def cut_after(data: bytes, count: int) -> AsyncIterator[bytes]:
    async for piece in pieces(data[:count], 1000):
        yield piece
    raise LinkCut


async def arrived(bench: Bench, needs: Needs, upload: str, data: bytes) -> None:
    """What a process leaves that is killed when the last byte has come."""
    PartFiles(bench.data_dir / "uploads").append(upload, await key_of(bench, needs, upload), data)


def parts(bench: Bench) -> list[Path]:
    return list((bench.data_dir / "uploads").iterdir())


async def key_of(bench: Bench, needs: Needs, upload: str) -> bytes:
    """What the bytes of an upload to the bench's case are encrypted with."""
    file = await bench.relay.case_files.file(bench.case_id)
    return CaseKey(needs.vault, file.id, file.data_key).derive(f"upload {upload}")


@pytest.mark.parametrize("seed", range(4))
async def test_an_upload_cut_anywhere_arrives_whole(bench: Bench, seed: int) -> None:
    dice = random.Random(seed)
    data = picture(f"cut {seed}")
    upload = await bench.begin(data)
    offset = cuts = 0
    while offset < len(data) * 0.9:
        with pytest.raises(LinkCut):
            await bench.relay.uploads.append(WORKER, upload, offset, cut_after(data[offset:], dice.randrange(30_000)))
        cuts += 1
        offset = (await bench.relay.uploads.head(WORKER, upload)).offset
    assert await bench.relay.uploads.append(WORKER, upload, offset, pieces(data[offset:])) == len(data)
    (page,) = (await bench.case()).pages
    assert page.sha256 == hashlib.sha256(data).hexdigest()
    assert cuts > 1
    assert parts(bench) == []
    assert (await bench.relay.uploads.head(WORKER, upload)).offset == len(data)
    assert await bench.relay.uploads.append(WORKER, upload, len(data), pieces(b"")) == len(data)
    assert len((await bench.case()).pages) == 1


async def test_a_cut_keeps_every_byte_that_came(bench: Bench) -> None:
    data = picture()
    upload = await bench.begin(data)
    with pytest.raises(LinkCut):
        await bench.relay.uploads.append(WORKER, upload, 0, cut_after(data, 12_345))
    assert (await bench.relay.uploads.head(WORKER, upload)).offset == 12_345


async def test_a_stalled_request_is_ended_by_the_next(bench: Bench) -> None:
    data = picture()
    upload = await bench.begin(data)
    stalled = asyncio.Event()

    async def stall() -> AsyncIterator[bytes]:
        yield data[:5000]
        stalled.set()
        await asyncio.Event().wait()

    first = asyncio.ensure_future(bench.relay.uploads.append(WORKER, upload, 0, stall()))
    await stalled.wait()
    assert (await bench.relay.uploads.head(WORKER, upload)).offset == 5000
    with pytest.raises(UploadTakenOver):
        await first
    assert await bench.relay.uploads.append(WORKER, upload, 5000, pieces(data[5000:])) == len(data)
    assert len((await bench.case()).pages) == 1


async def test_a_request_that_its_client_leaves_is_over_and_keeps_its_bytes(bench: Bench) -> None:
    data = picture()
    upload = await bench.begin(data)
    stalled = asyncio.Event()

    async def stall() -> AsyncIterator[bytes]:
        yield data[:7000]
        stalled.set()
        await asyncio.Event().wait()

    first = asyncio.ensure_future(bench.relay.uploads.append(WORKER, upload, 0, stall()))
    await stalled.wait()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert (await bench.relay.uploads.head(WORKER, upload)).offset == 7000


async def test_a_wrong_offset_changes_nothing(bench: Bench) -> None:
    data = picture()
    upload = await bench.begin(data)
    for wrong in (1, len(data), len(data) + 1):
        with pytest.raises(OffsetMismatch):
            await bench.relay.uploads.append(WORKER, upload, wrong, pieces(data))
    assert (await bench.relay.uploads.head(WORKER, upload)).offset == 0


async def test_a_piece_with_a_checksum_counts_whole_or_not_at_all(bench: Bench) -> None:
    data = picture()
    half = len(data) // 2
    upload = await bench.begin(data)
    sha1 = base64.b64encode(hashlib.sha1(data[:half]).digest()).decode()
    uploads = bench.relay.uploads
    with pytest.raises(ChecksumMismatch) as refused:
        await uploads.append(WORKER, upload, 0, pieces(data[1 : half + 1]), f"sha1 {sha1}")
    assert refused.value.status == 460
    with pytest.raises(LinkCut):
        await uploads.append(WORKER, upload, 0, cut_after(data[:half], half - 10), f"sha1 {sha1}")
    assert (await uploads.head(WORKER, upload)).offset == 0
    assert await uploads.append(WORKER, upload, 0, pieces(data[:half]), f"sha1 {sha1}") == half
    sha256 = base64.b64encode(hashlib.sha256(data[half:]).digest()).decode()
    assert await uploads.append(WORKER, upload, half, pieces(data[half:]), f"sha256 {sha256}") == len(data)


async def test_a_file_with_another_hash_than_announced_is_no_page(bench: Bench) -> None:
    data = picture()
    upload = await bench.begin(data, sha256="0" * 64)
    with pytest.raises(ChecksumMismatch):
        await bench.relay.uploads.append(WORKER, upload, 0, pieces(data))
    assert (await bench.case()).pages == []
    assert parts(bench) == []
    with pytest.raises(NoSuchUpload):
        await bench.relay.uploads.head(WORKER, upload)


async def test_more_bytes_than_announced_are_refused(bench: Bench) -> None:
    data = picture()
    upload = await bench.begin(data)
    with pytest.raises(UploadMetadataInvalid):
        await bench.relay.uploads.append(WORKER, upload, 0, pieces(data + b"more", 1000))
    assert (await bench.relay.uploads.head(WORKER, upload)).offset <= len(data)


async def test_limits_on_length_and_number(bench: Bench) -> None:
    material = await bench.material()
    said = upload_metadata(case_id=bench.case_id, material_id=material.id, sha256="1" * 64, capture="file")
    uploads = bench.relay.uploads
    with pytest.raises(UploadTooLarge) as refused:
        await uploads.create(WORKER, 50_000_000, said)
    assert refused.value.sentence("zh-CN") == "文件超过 25 MB，请压缩或重新拍摄。"
    with pytest.raises(PageEmpty):
        await uploads.create(WORKER, 0, said)
    for _ in range(uploads.limits.at_once):
        await uploads.create(WORKER, 1000, said)
    with pytest.raises(TooManyUploads):
        await uploads.create(WORKER, 1000, said)


async def test_an_upload_is_its_makers_alone(bench: Bench) -> None:
    upload = await bench.begin(picture())
    with pytest.raises(NoSuchUpload):
        await bench.relay.uploads.head(CLERK, upload)
    with pytest.raises(NoSuchUpload):
        await bench.relay.uploads.head(WORKER, "../../etc/passwd")
    material = await bench.material()
    said = upload_metadata(case_id=bench.case_id, material_id=material.id, sha256="1" * 64, capture="file")
    with pytest.raises(NotYourCase):
        await bench.relay.uploads.create(stranger(Role.COMMUNITY_WORKER), 10, said)
    elsewhere = upload_metadata(case_id=bench.case_id, material_id="0" * 26, sha256="1" * 64, capture="file")
    with pytest.raises(NoSuchMaterial):
        await bench.relay.uploads.create(WORKER, 10, elsewhere)


async def test_terminated_and_expired_uploads_leave_nothing(bench: Bench, needs: Needs, clock: ManualClock) -> None:
    first, second = await bench.begin(picture("a")), await bench.begin(picture("b"))
    await bench.relay.uploads.terminate(WORKER, first)
    with pytest.raises(NoSuchUpload):
        await bench.relay.uploads.head(WORKER, first)
    clock.advance(timedelta(hours=25).total_seconds())
    with pytest.raises(NoSuchUpload):
        await bench.relay.uploads.head(WORKER, second)
    assert await bench.relay.uploads.expire() == 1
    assert parts(bench) == []
    (bench.data_dir / "uploads" / "orphan.part").write_bytes(b"left")
    again = relay_of(needs, bench.data_dir)
    await again.start()
    assert parts(bench) == []
    await again.close()


async def test_a_running_service_removes_what_expires(bench: Bench, needs: Needs, clock: ManualClock) -> None:
    often = UploadLimits(looked_after=timedelta(milliseconds=5))
    running = assemble(needs, bench.data_dir, ZoneInfo("Asia/Shanghai"), often)
    await running.start()
    upload = await bench.begin(picture())
    kept = [bench.data_dir / "uploads" / f"{upload}.part"]
    kept[0].write_bytes(b"begun")
    clock.advance(timedelta(hours=23).total_seconds())
    await asyncio.sleep(0.05)
    assert parts(bench) == kept
    clock.advance(timedelta(hours=2).total_seconds())
    async with asyncio.timeout(10):
        while parts(bench):
            await asyncio.sleep(0.01)
    await running.close()


async def test_an_upload_received_whole_is_delivered_at_the_next_start(bench: Bench, needs: Needs) -> None:
    data = picture()
    upload = await bench.begin(data)
    await arrived(bench, needs, upload, data)
    again = relay_of(needs, bench.data_dir)
    await again.start()
    await again.take_up()
    assert len((await bench.case()).pages) == 1
    await again.close()


async def test_half_an_upload_cannot_be_read_on_the_disk(bench: Bench) -> None:
    """Finding S5: neither the picture's bytes nor what its file is called."""
    data = picture("王桂英")
    upload = await bench.begin(data, filename="王桂英的身份证.jpg")
    half = len(data) // 2 | 1
    with pytest.raises(LinkCut):
        await bench.relay.uploads.append(WORKER, upload, 0, cut_after(data, half))
    (part,) = parts(bench)
    kept = part.read_bytes()
    assert len(kept) == half
    assert not any(data[at : at + 16] in kept for at in range(half - 16))
    await bench.relay.uploads.append(WORKER, upload, half, pieces(data[half:]))
    assert (await bench.case()).pages[0].sha256 == hashlib.sha256(data).hexdigest()


async def test_a_page_too_thin_to_read_is_refused_in_words_and_stops_no_start(bench: Bench, needs: Needs) -> None:
    thin = (CASES / "thin_1x1.png").read_bytes()
    upload = await bench.begin(thin)
    with pytest.raises(PageTooSmall):
        await bench.relay.uploads.append(WORKER, upload, 0, pieces(thin))
    assert parts(bench) == []
    left = await bench.begin(thin)
    await arrived(bench, needs, left, thin)
    again = relay_of(needs, bench.data_dir)
    await again.start()
    await again.take_up()
    assert parts(bench) == []
    with pytest.raises(NoSuchUpload):
        await again.uploads.head(WORKER, left)
    await again.close()


async def test_a_start_survives_whatever_an_upload_does_wrong(bench: Bench, needs: Needs, tmp_path: Path) -> None:
    bad, good = picture("bad"), picture("good")
    first, second = await bench.begin(bad), await bench.begin(good, 2)
    await arrived(bench, needs, second, good)
    # No file at all: reading it fails as nobody foresaw.
    (bench.data_dir / "uploads" / f"{first}.part").symlink_to(f"{first}.part")
    again = relay_of(needs, bench.data_dir)
    await again.start()
    await again.take_up()
    assert [page.original_id for page in (await bench.case()).pages] == [second]
    (bench.data_dir / "uploads" / f"{first}.part").unlink()
    await again.close()


async def test_every_page_of_a_tiff_joins_its_material(bench: Bench) -> None:
    data = (CASES / "three_pages_g4.tif").read_bytes()
    await bench.deliver(data)
    pages = (await bench.case()).pages
    assert [page.number for page in pages] == [1, 2, 3]
    assert len({page.straightened_sha256 for page in pages}) == 3
    for page in pages:
        assert (await bench.relay.case_files.page_picture(CLERK, page.id)).data.startswith(b"\xff\xd8")


async def test_an_upload_is_said_to_be_whole_when_its_page_is_there(bench: Bench, needs: Needs) -> None:
    data = picture()
    upload = await bench.begin(data)
    # What a client finds that was cut while its page was being read.
    await arrived(bench, needs, upload, data)
    assert (await bench.relay.uploads.head(WORKER, upload)).offset == len(data)
    assert len((await bench.case()).pages) == 1
    words = b"words"
    refused = await bench.begin(words)
    await arrived(bench, needs, refused, words)
    with pytest.raises(PageNotAnImage):
        await bench.relay.uploads.head(WORKER, refused)


async def test_an_upload_that_is_ended_while_it_is_delivered_is_delivered_or_gone(bench: Bench) -> None:
    for wait in (0, 0.01, 0.05, 0.2):
        data = picture(f"ended {wait}")
        upload = await bench.begin(data)
        sending = asyncio.ensure_future(bench.relay.uploads.append(WORKER, upload, 0, pieces(data, 1 << 20)))
        await asyncio.sleep(wait)
        ended = await asyncio.gather(bench.relay.uploads.terminate(WORKER, upload), return_exceptions=True)
        sent = await asyncio.gather(sending, return_exceptions=True)
        assert isinstance(sent[0], int | Refusal), sent
        assert ended == [None] or isinstance(ended[0], NoSuchUpload), ended
        named = {page.original_id for page in (await bench.case()).pages}
        assert (upload in named) == (sent == [len(data)])
        assert stored(bench) == named_pieces(await bench.case())
    assert parts(bench) == []


async def test_uploads_cut_doubled_and_raced_arrive_once_each_and_leave_nothing_else(bench: Bench) -> None:
    """A short form of test 13 of the reliability plan: identical files once, no orphan anywhere."""
    dice = random.Random(13)
    files = [picture(f"raced {number}", (120, 160)) for number in range(12)]

    async def send(data: bytes) -> None:
        try:
            upload = await bench.begin(data, 1 + files.index(data) % 2)
        except (SamePageAgain, TooManyUploads):
            return
        for _ in range(20):
            try:
                offset = (await bench.relay.uploads.head(WORKER, upload)).offset
                cut = cut_after(data[offset:], dice.randrange(6000))
                rest = cut if dice.random() < 0.5 else pieces(data[offset:], 700)
                if await bench.relay.uploads.append(WORKER, upload, offset, rest) == len(data):
                    return
            except (LinkCut, UploadTakenOver, OffsetMismatch):
                continue
            except (SamePageAgain, NoSuchUpload):
                return

    for start in range(0, len(files), 3):
        await asyncio.gather(*(send(data) for data in files[start : start + 3] for _ in range(2)))
    for data in files:  # what lost every race is sent once more, alone
        await send(data)
    case = await bench.case()
    assert sorted(page.sha256 for page in case.pages) == sorted(hashlib.sha256(data).hexdigest() for data in files)
    assert stored(bench) == named_pieces(case)
    assert parts(bench) == []


def stored(bench: Bench) -> set[str]:
    folder = bench.data_dir / "blobs" / "cases" / bench.case_id
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def named_pieces(case: Case) -> set[str]:
    names = {f"originals/{page.original_id}" for page in case.pages}
    return names | {f"{kind}/{page.id}.jpg" for page in case.pages for kind in ("pages", "thumbnails")}


async def _process(bench: Bench, upload: str, *more: str) -> asyncio.subprocess.Process:
    script = Path(__file__).parents[2] / "support" / "upload_process.py"
    url = engine_of(bench.database).url.render_as_string()
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(script),
        url,
        str(bench.data_dir),
        upload,
        *more,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(script.parents[2])},
    )


async def _grown_to(path: Path, size: int) -> None:
    while not path.exists() or path.stat().st_size < size:
        await asyncio.sleep(0.01)


async def test_a_process_killed_in_mid_upload_loses_nothing_it_had(bench: Bench, needs: Needs) -> None:
    data = picture("killed", (900, 1300))
    upload = await bench.begin(data)
    key = await key_of(bench, needs, upload)
    part = bench.data_dir / "uploads" / f"{upload}.part"
    for target in (10_000, 25_000):
        process = await _process(bench, upload)
        assert process.stdin
        assert process.stdout
        begun = int((await process.stdout.readline()).split()[1])
        assert begun == (part.stat().st_size if part.exists() else 0)
        process.stdin.write(data[begun : target + 5000])
        await asyncio.wait_for(_grown_to(part, target), 30)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        assert PartFiles(part.parent).read(upload, key) == data[: part.stat().st_size]
    offset = (await bench.relay.uploads.head(WORKER, upload)).offset
    assert offset >= 25_000
    await bench.relay.uploads.append(WORKER, upload, offset, pieces(data[offset:]))
    assert (await bench.case()).pages[0].sha256 == hashlib.sha256(data).hexdigest()


async def test_a_full_disk_is_said_and_what_came_is_kept(bench: Bench) -> None:
    data = picture("full", (900, 1300))
    upload = await bench.begin(data)
    process = await _process(bench, upload, "20000")
    out, _ = await asyncio.wait_for(process.communicate(data), 60)
    assert out.split() == [b"at", b"0", b"refused", b"disk_full", b"20000"]
    rest = pieces(data[20_000:])
    assert await bench.relay.uploads.append(WORKER, upload, 20_000, rest) == len(data)
    assert len((await bench.case()).pages) == 1


@pytest.mark.parametrize(
    "header",
    [
        "",
        "case_id",
        "case_id !!!",
        upload_metadata(case_id="x"),
        upload_metadata(case_id="0" * 26, material_id="0" * 26, sha256="AB" * 32, capture="file"),
        upload_metadata(case_id="0" * 26, material_id="0" * 26, sha256="ab" * 32, capture="scanner"),
        upload_metadata(case_id="0" * 26, material_id="../" + "0" * 23, sha256="ab" * 32, capture="file"),
        upload_metadata(case_id="0" * 26, material_id="0" * 26, sha256="ab" * 32, capture="file", unknown="1"),
        "a" * 5000,
    ],
)
def test_metadata_that_says_nothing_is_refused(header: str) -> None:
    with pytest.raises(UploadMetadataInvalid):
        parse_metadata(header)


@given(st.text(max_size=300))
def test_any_header_is_read_or_refused(header: str) -> None:
    with pytest.raises(UploadMetadataInvalid):
        parse_metadata(header)
    with pytest.raises(ChecksumUnknown):
        parse_checksum(header)


@pytest.mark.parametrize("header", ["md5 " + base64.b64encode(bytes(16)).decode(), "sha1 ???", "sha256 AAAA"])
def test_unknown_checksums_are_refused(header: str) -> None:
    with pytest.raises(ChecksumUnknown):
        parse_checksum(header)


async def test_one_upload_that_cannot_be_delivered_is_set_aside_and_the_others_are(bench: Bench, needs: Needs) -> None:
    """The start of before ended at the first of them, and the service with it."""
    uploads = [await bench.begin(picture(f"page {number}"), number) for number in (1, 2)]
    for number, upload in enumerate(uploads, 1):
        data = picture(f"page {number}")
        PartFiles(bench.data_dir / "uploads").append(upload, await key_of(bench, needs, upload), data)
    async with needs.database.write() as session:
        damaged = "UPDATE uploads SET staff_name = :name WHERE id = :id"
        await session.execute(text(damaged), {"name": b"", "id": uploads[0]})
    told: list[tuple[str, str]] = []
    needs.database.on_damaged(lambda kind, identifier, _problem: told.append((kind, identifier)))
    again = relay_of(needs, bench.data_dir)
    await again.start()
    await again.take_up()
    assert told == [("uploads", uploads[0])]
    (page,) = (await bench.case()).pages
    assert page.material_id == (await bench.material(2)).id
    await again.close()


async def test_a_file_that_cannot_be_removed_keeps_no_start_from_going_on(bench: Bench, needs: Needs) -> None:
    stray = bench.data_dir / "uploads" / "stray.part"
    stray.mkdir()
    told: list[tuple[str, str]] = []
    needs.database.on_damaged(lambda kind, identifier, _problem: told.append((kind, identifier)))
    again = relay_of(needs, bench.data_dir)
    await again.start()
    assert told == [("upload_file", "stray")]
    await again.close()
