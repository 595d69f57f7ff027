"""What a case, a site and the disk may keep: counted as it comes, released when it goes, and not passed together."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from document_relay.disk_budget import DiskBudget, Use
from document_relay.documents import Decision
from document_relay.errors import CaseFull, DiskFull, SiteFull
from document_relay.quotas import GIB, Quotas, Stored, UnderWay, check_case, check_site
from document_relay.store.folder import Folder
from foundation.clock import ManualClock
from foundation.disk import Disk, Space
from tests.unit.document_relay.conftest import CLERK, WORKER, Bench, Needs, bench_on, opening, picture

MakeBench = Callable[[DiskBudget], Awaitable[Bench]]
NONE = UnderWay(case_bytes=0, site_bytes=0, site_uploads=0, bytes=0)


class Given(Disk):
    """A disk of which the test says what is free."""

    def __init__(self, free: int) -> None:
        super().__init__([], ManualClock())
        self.free = free

    async def space(self) -> Space:
        return Space(free=self.free, total=10 * GIB)


def test_a_case_holds_366_pages_of_a_document_camera_at_full_size() -> None:
    quotas, kept = Quotas(), Stored(bytes=0, pieces=0)
    page = Stored(bytes=8_300_000, pieces=1)
    for _ in range(366):
        check_case(quotas, kept, page)
        kept = Stored(bytes=kept.bytes + page.bytes, pieces=kept.pieces + 1)


@pytest.mark.parametrize(
    ("kept", "fits"),
    [
        (Stored(bytes=90, pieces=4), True),
        (Stored(bytes=91, pieces=4), False),
        (Stored(bytes=90, pieces=5), False),
    ],
)
def test_a_case_is_full_by_bytes_or_by_pieces(kept: Stored, *, fits: bool) -> None:
    quotas = Quotas(case_bytes=100, case_pieces=5)
    if fits:
        check_case(quotas, kept, Stored(bytes=10, pieces=1))
    else:
        with pytest.raises(CaseFull):
            check_case(quotas, kept, Stored(bytes=10, pieces=1))


@pytest.mark.parametrize(
    ("kept", "under_way", "fits"),
    [
        (50, NONE, True),
        (91, NONE, False),
        (50, msgspec.structs.replace(NONE, site_bytes=40), True),
        (50, msgspec.structs.replace(NONE, site_bytes=41), False),
        (0, msgspec.structs.replace(NONE, site_uploads=3), False),
    ],
)
def test_a_site_is_full_by_a_day_or_by_what_is_under_way(kept: int, under_way: UnderWay, *, fits: bool) -> None:
    quotas = Quotas(site_bytes=100, site_uploads=3)
    if fits:
        check_site(quotas, kept, under_way, 10)
    else:
        with pytest.raises(SiteFull):
            check_site(quotas, kept, under_way, 10)


async def test_uploads_stop_before_papers_and_what_is_being_written_counts() -> None:
    budget = DiskBudget(Given(1500), reserve=1000)
    assert (await budget.left(Use.UPLOADS), await budget.left(Use.PAPERS)) == (500, 1000)
    with pytest.raises(DiskFull):
        await budget.require(Use.UPLOADS, 501)
    async with budget.hold(Use.PAPERS, 900):
        assert await budget.left(Use.PAPERS) == 100
        with pytest.raises(DiskFull):
            async with budget.hold(Use.PAPERS, 101):
                pass
    assert await budget.left(Use.PAPERS) == 1000


@pytest.fixture
async def bench_with(needs: Needs, tmp_path: Path) -> AsyncIterator[MakeBench]:
    """Makes a bench whose room is this."""
    made: list[Bench] = []

    async def make(budget: DiskBudget) -> Bench:
        made.append(await bench_on(replace(needs, budget=budget), tmp_path / "data"))
        return made[-1]

    yield make
    for one in made:
        await one.relay.close()


async def kept(bench: Bench, needs: Needs) -> Stored:
    async with bench.database.write() as session:
        return (await Folder.open(bench.relay.uploads._tools, session, bench.case_id)).stored()


def on_disk(bench: Bench) -> int:
    """Plain bytes of all pieces of the case: each is sealed with 28 bytes more."""
    files = [path for path in (bench.data_dir / "blobs").rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files) - 28 * len(files)


async def test_what_a_case_keeps_is_counted_to_the_byte(bench: Bench, needs: Needs) -> None:
    assert await kept(bench, needs) == Stored(bytes=0, pieces=0)
    await bench.deliver(picture("counted"))
    assert await kept(bench, needs) == Stored(bytes=on_disk(bench), pieces=1)
    await bench.sealed_form()
    await bench.relay.documents.decide(CLERK, bench.case_id, Decision(outcome="approved", notice="好"))
    assert await kept(bench, needs) == Stored(bytes=on_disk(bench), pieces=3)


async def test_a_full_case_takes_no_page_and_no_document_but_its_decision(bench_with: MakeBench, needs: Needs) -> None:
    bench = await bench_with(DiskBudget(needs.budget._disk, 0, Quotas(case_pieces=1)))
    await bench.deliver(picture("first"))
    before = on_disk(bench)
    with pytest.raises(CaseFull):
        await bench.deliver(picture("second"), position=2)
    with pytest.raises(CaseFull):
        await bench.relay.documents.make_receipt(CLERK, bench.case_id)
    assert on_disk(bench) == before
    await bench.relay.documents.decide(CLERK, bench.case_id, Decision(outcome="approved", notice="好"))


async def test_a_page_that_grew_over_the_limit_leaves_nothing(bench_with: MakeBench, needs: Needs) -> None:
    data = picture("grown")
    bench = await bench_with(DiskBudget(needs.budget._disk, 0, Quotas(case_bytes=len(data) + 1)))
    with pytest.raises(CaseFull):
        await bench.deliver(data)
    assert await kept(bench, needs) == Stored(bytes=0, pieces=0)
    assert on_disk(bench) == 0
    assert not list((bench.data_dir / "uploads").glob("*.part"))
    assert [entry.act for entry in (await bench.case()).history][-1] == "page_refused"


@pytest.mark.both_databases
async def test_many_uploads_at_once_do_not_pass_the_limit_together(bench_with: MakeBench, needs: Needs) -> None:
    """Three of eight fit on the disk; they are of four cases, so that no case's row keeps their order."""
    disk = Given(3 * 2 * 1000)
    bench = await bench_with(DiskBudget(disk, 0))
    more = [await bench.relay.case_files.open_case(opening(f"ticket-{number}")) for number in (2, 3, 4)]
    cases = [bench.case_id, *more]

    async def begin(number: int) -> bool:
        mine = replace(bench, case_id=cases[number % 4])
        try:
            await mine.begin(os.urandom(1000), position=1 + number % 3)
        except DiskFull:
            return False
        return True

    assert sum(await asyncio.gather(*(begin(number) for number in range(8)))) == 3


async def test_room_is_given_back_by_an_upload_that_ends_and_after_an_hour(
    bench_with: MakeBench,
    needs: Needs,
    clock: ManualClock,
) -> None:
    bench = await bench_with(DiskBudget(Given(2000), 0))
    first = await bench.begin(os.urandom(1000))
    with pytest.raises(DiskFull):
        await bench.begin(os.urandom(1000))
    await bench.relay.uploads.terminate(WORKER, first)
    second = await bench.begin(os.urandom(1000))
    clock.advance(3599)
    with pytest.raises(DiskFull):
        await bench.begin(os.urandom(1000))
    clock.advance(2)
    await bench.begin(os.urandom(1000))
    assert (await bench.relay.uploads.head(WORKER, second)).offset == 0


async def test_a_site_is_held_to_what_its_cases_of_a_day_keep(
    bench_with: MakeBench,
    needs: Needs,
    clock: ManualClock,
) -> None:
    bench = await bench_with(DiskBudget(needs.budget._disk, 0, Quotas(site_bytes=300_000)))
    await bench.deliver(picture("today"))
    full = replace(bench, case_id=await bench.relay.case_files.open_case(opening("ticket-2")))
    assert 50_000 < (await kept(bench, needs)).bytes < 300_000
    with pytest.raises(SiteFull):
        await full.begin(os.urandom(250_000))
    clock.advance(24 * 3600 + 1)
    tomorrow = replace(bench, case_id=await bench.relay.case_files.open_case(opening("ticket-3")))
    await tomorrow.begin(os.urandom(250_000))


async def test_an_upload_let_in_goes_on_below_the_reserve_and_waits_for_room_below_half(
    bench_with, needs: Needs
) -> None:  # type: ignore[no-untyped-def]
    data, disk = picture("late"), Given(10**9)
    bench = await bench_with(DiskBudget(disk, 10**8))
    upload = await bench.begin(data)
    disk.free = 10**8 // 2 + len(data) - 1
    with pytest.raises(DiskFull):
        await bench.relay.uploads.append(WORKER, upload, 0, once(data))
    disk.free = 9 * 10**7
    assert await bench.relay.uploads.append(WORKER, upload, 0, once(data)) == len(data)
    assert len((await bench.case()).pages) == 1


async def once(data: bytes) -> AsyncIterator[bytes]:
    yield data
