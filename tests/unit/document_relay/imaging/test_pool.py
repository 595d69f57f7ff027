"""The pool: children that die, hang or eat memory are replaced, what waits is bounded, and the sandbox holds."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import signal
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from document_relay.imaging import Imaging, Limits
from document_relay.imaging.errors import (
    FileTooCostly,
    ImagingBusy,
    ImagingInterrupted,
    ImagingTimeout,
    PageTooLarge,
    PageUnprocessable,
)
from document_relay.imaging.frames import PageJob, pack
from document_relay.typesetting.paper import Heading, Paper, Text
from foundation.errors import Unavailable
from tests.support import hostile
from tests.support.papers import Scene, photograph


def blank(width: int, height: int) -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(output, "PNG", compress_level=1)
    return output.getvalue()


def honest() -> bytes:
    return photograph(Scene(seed=3, table="dark", size=(800, 600))).jpeg


def only_pid(imaging: Imaging) -> int:
    (child,) = imaging._children
    return child.pid


async def test_a_job_whose_child_is_killed_is_done_by_the_next_child() -> None:
    imaging = Imaging(Limits(children=1))
    await imaging.start()
    first = only_pid(imaging)
    os.kill(first, signal.SIGSTOP)  # it cannot have finished before it is killed
    job = asyncio.ensure_future(imaging.page(honest()))
    await asyncio.sleep(0)
    os.kill(first, signal.SIGKILL)
    assert (await job).corners is not None
    assert only_pid(imaging) != first
    await imaging.close()


async def test_a_job_that_two_children_die_of_is_refused_for_good() -> None:
    imaging = Imaging(Limits(children=1))
    await imaging.start()
    first = only_pid(imaging)
    os.kill(first, signal.SIGSTOP)
    job = asyncio.ensure_future(imaging.page(honest()))
    await asyncio.sleep(0)
    os.kill(first, signal.SIGKILL)
    async with asyncio.timeout(60):
        while not imaging._children or only_pid(imaging) == first:
            await asyncio.sleep(0)
    os.kill(only_pid(imaging), signal.SIGKILL)
    with pytest.raises(PageUnprocessable):
        await job
    assert (await imaging.page(honest())).corners is not None
    await imaging.close()


async def test_a_fault_of_our_own_in_the_child_is_a_refusal_and_no_child_is_lost() -> None:
    imaging = Imaging(Limits(children=1))
    with pytest.raises(PageUnprocessable) as refused:
        await imaging.pdf_pages(hostile.plain_pdf(), dpi="many")  # type: ignore[arg-type]
    assert refused.value.status == 415
    assert (await imaging.page(honest())).corners is not None
    await imaging.close()


async def test_a_child_that_does_not_come_up_is_a_service_that_is_not_available() -> None:
    imaging = Imaging(Limits(children=1, start_seconds=0.001))
    for _ in range(2):
        with pytest.raises(Unavailable):
            await imaging.page(honest())
    await imaging.close()


async def test_closing_ends_a_job_under_way() -> None:
    imaging = Imaging(Limits(children=1))
    await imaging.start()
    os.kill(only_pid(imaging), signal.SIGSTOP)
    job = asyncio.ensure_future(imaging.page(honest()))
    await asyncio.sleep(0)
    await imaging.close()
    with pytest.raises(ImagingInterrupted):
        await job
    assert not imaging._children


async def test_a_child_ends_though_nobody_has_read_its_answer() -> None:
    imaging = Imaging(Limits(children=1))
    await imaging.start()
    (child,) = imaging._children
    process = child._process
    process.stdin.write(pack(PageJob(photograph(Scene(seed=3, size=(2400, 1800))).jpeg)))
    async with asyncio.timeout(60):
        # The reader holds back a pipe whose bytes nobody takes.
        while not process.stdout._paused:  # type: ignore[attr-defined]
            await asyncio.sleep(0.01)
        await child.kill()
    assert process.returncode == -signal.SIGKILL
    await imaging.close()


async def test_a_child_that_hangs_is_ended_and_replaced() -> None:
    imaging = Imaging(Limits(children=1, wall_seconds=0.3))
    await imaging.start()
    first = only_pid(imaging)
    os.kill(first, signal.SIGSTOP)
    with pytest.raises(ImagingTimeout):
        await imaging.page(honest())
    with contextlib.suppress(ImagingTimeout):  # a loaded machine may take longer than this short limit
        await imaging.page(honest())
    assert only_pid(imaging) != first
    await imaging.close()


async def test_processor_time_is_limited() -> None:
    imaging = Imaging(Limits(children=1, cpu_seconds=0))
    with pytest.raises(FileTooCostly):
        for _ in range(40):
            await imaging.page(blank(6000, 6000))
    await imaging.close()


async def test_memory_over_the_limit_is_a_refusal_and_the_child_serves_on() -> None:
    imaging = Imaging(Limits(children=1, memory_bytes=800_000_000))
    await imaging.start()
    with pytest.raises(PageTooLarge):
        await imaging.page(blank(13_000, 13_000))
    assert (await imaging.page(honest())).corners is not None
    await imaging.close()


async def test_what_waits_is_bounded() -> None:
    imaging = Imaging(Limits(children=1, waiting=2))
    await imaging.start()
    jobs = [asyncio.ensure_future(imaging.page(honest())) for _ in range(4)]
    ended = await asyncio.gather(*jobs, return_exceptions=True)
    assert sum(isinstance(end, ImagingBusy) for end in ended) >= 1
    assert sum(not isinstance(end, BaseException) for end in ended) >= 2
    assert (await imaging.page(honest())).corners is not None
    await imaging.close()


async def test_a_cancelled_caller_leaves_a_fresh_child_behind() -> None:
    imaging = Imaging(Limits(children=1))
    await imaging.start()
    first = only_pid(imaging)
    job = asyncio.ensure_future(imaging.page(blank(5000, 5000)))
    await asyncio.sleep(0.02)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert (await imaging.page(honest())).corners is not None
    assert only_pid(imaging) != first
    await imaging.close()


async def test_a_child_is_replaced_after_its_share_of_jobs() -> None:
    imaging = Imaging(Limits(children=1, jobs_per_child=1))
    pids = []
    for _ in range(2):
        await imaging.start()
        pids.append(only_pid(imaging))
        await imaging.page(honest())
    await imaging.page(honest())
    assert pids[0] != only_pid(imaging)
    await imaging.close()


async def test_a_start_keeps_what_is_warm_and_no_child_outlives_the_pool() -> None:
    imaging = Imaging(Limits(children=2))
    await imaging.start()
    pids = {child.pid for child in imaging._children}
    assert len(pids) == 2
    await imaging.start()
    assert {child.pid for child in imaging._children} == pids
    await imaging.close()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def open_sockets(pid: int) -> set[str]:
    """What it has open beside files, by the kernel's name."""
    links = (os.readlink(file) for file in Path(f"/proc/{pid}/fd").iterdir())
    return {link for link in links if not link.startswith(("/", "anon_inode:"))}


async def until_gone(pid: int) -> None:
    async with asyncio.timeout(20):
        while Path(f"/proc/{pid}").exists() and "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text():
            await asyncio.sleep(0.01)


async def until_noticed(imaging: Imaging, pid: int) -> None:
    """Waits until the pool knows that its child has ended."""
    (child,) = (child for child in imaging._children if child.pid == pid)
    async with asyncio.timeout(20):
        while child.usable:
            await asyncio.sleep(0.01)


async def test_children_come_from_one_process_and_share_nothing_open_with_it_or_each_other() -> None:
    imaging = Imaging(Limits(children=2))
    await imaging.start()
    first, second = sorted(child.pid for child in imaging._children)
    stem = parent_of(first)
    assert stem != os.getpid()
    assert parent_of(second) == stem
    # The stem closes a child's end right after the fork: the child may be ready before that.
    async with asyncio.timeout(20):
        while open_sockets(stem) & (open_sockets(first) | open_sockets(second)):
            await asyncio.sleep(0.01)
    assert not open_sockets(first) & open_sockets(second)

    os.kill(first, signal.SIGKILL)
    await until_noticed(imaging, first)
    async with asyncio.timeout(2):
        await imaging.start()
    assert {parent_of(child.pid) for child in imaging._children} == {stem}
    await imaging.close()
    await until_gone(stem)


async def test_after_a_crash_the_next_child_has_other_addresses_and_the_other_goes_on() -> None:
    imaging = Imaging(Limits(children=2))
    await imaging.start()
    crashed, other = sorted(child.pid for child in imaging._children)
    stem = parent_of(crashed)
    os.kill(crashed, signal.SIGSEGV)
    await until_noticed(imaging, crashed)
    await imaging.start()
    (fresh,) = {child.pid for child in imaging._children} - {crashed, other}
    assert parent_of(fresh) != stem
    assert parent_of(other) == stem
    os.kill(other, signal.SIGKILL)
    await until_noticed(imaging, other)
    await until_gone(stem)
    await imaging.start()
    assert {parent_of(child.pid) for child in imaging._children} == {parent_of(fresh)}
    await imaging.close()


async def test_without_the_process_that_they_come_from_no_child_lives_and_the_next_job_is_done() -> None:
    imaging = Imaging(Limits(children=1))
    await imaging.start()
    child = only_pid(imaging)
    os.kill(parent_of(child), signal.SIGKILL)
    await until_gone(child)
    assert (await imaging.page(honest())).corners is not None
    await imaging.close()


async def test_children_end_though_the_process_that_they_come_from_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("document_relay.imaging.stem._ORDER_SECONDS", 0.1)
    imaging = Imaging(Limits(children=1))
    await imaging.start()
    child = only_pid(imaging)
    stem = parent_of(child)
    os.kill(stem, signal.SIGSTOP)
    async with asyncio.timeout(5):
        await imaging.close()
    for pid in (child, stem):
        await until_gone(pid)


async def test_no_process_outlives_a_service_that_is_killed() -> None:
    program = """
        import asyncio
        from document_relay.imaging import Imaging, Limits
        async def main():
            imaging = Imaging(Limits(children=1))
            await imaging.start()
            print(*(child.pid for child in imaging._children), flush=True)
            await asyncio.sleep(60)
        asyncio.run(main())
    """
    service = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", textwrap.dedent(program)), stdout=asyncio.subprocess.PIPE
    )
    assert service.stdout is not None
    child = int(await service.stdout.readline())
    stem = parent_of(child)
    service.kill()
    await service.wait()
    for pid in (child, stem):
        await until_gone(pid)


def address_space(pid: int) -> int:
    """Bytes."""
    said = Path(f"/proc/{pid}/status").read_text()
    (line,) = (line for line in said.splitlines() if line.startswith("VmSize:"))
    return int(line.split()[1]) * 1024


async def test_a_child_is_as_large_after_many_papers_as_after_a_few() -> None:
    imaging = Imaging(Limits(children=1))
    await imaging.start()
    child = only_pid(imaging)
    paper = Paper(
        title="回执", made_at=datetime(2026, 11, 30, tzinfo=UTC), blocks=(Heading("回执", "Receipt"), Text("材料齐全"))
    )
    sizes = []
    for _ in range(3):
        for _ in range(3):
            await imaging.set_paper(paper)
        sizes.append(address_space(child))
    assert only_pid(imaging) == child
    assert sizes[-1] - sizes[0] < 20_000_000  # each paper's fonts are 16 MB
    await imaging.close()
