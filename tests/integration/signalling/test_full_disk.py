"""A disk that fills, a real one: uploads are refused in words first, and what people are in the middle of goes on."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from directory.demonstration import DEMONSTRATION_PASSWORD
from signalling.cli.main import main
from tests.integration.signalling.test_papers import Call, call_at
from tests.support.papers import Scene, photograph
from tests.support.served import seeded, served
from tests.support.small_disk import small_disk

MIB = 1024 * 1024
DISK, RESERVE, BALLAST = 128 * MIB, 32 * MIB, 16 * MIB
UPLOAD, PIECE = 5 * MIB, 512 * 1024


@asynccontextmanager
async def call_on_small_disk(data: Path) -> AsyncIterator[tuple[Call, Path]]:
    """A call of a service all of whose data lie on the small disk, and the file that may be removed."""
    with small_disk(data, DISK, BALLAST) as ballast:
        shutil.copytree(await seeded(), data, dirs_exist_ok=True)
        limits = {"disk_reserve_bytes": RESERVE, "upload_limit_bytes": UPLOAD}
        async with served(data, wrap_up_seconds=0.0, **limits) as site, aiohttp.ClientSession() as http:
            yield await call_at(site, http), ballast


async def fill(call: Call) -> list[str]:
    """Uploads that lack their last piece, until one is refused; where they are."""
    begun: list[str] = []
    while True:
        data = os.urandom(UPLOAD)
        created = await call.create((await call.material(1))["material_id"], data)
        if created.status != 201:
            refused = await created.json()
            assert (created.status, refused["code"]) == (507, "disk_full"), refused
            assert "管理员" in refused["message"]
            return begun
        begun.append(created.headers["Location"])
        for offset in range(0, UPLOAD - PIECE, PIECE):
            assert (await call.patch(begun[-1], offset, data[offset : offset + PIECE])).status == 204


async def health(call: Call) -> dict[str, Any]:
    async with call.http.get(f"{call.site.address}/healthz") as response:
        assert response.status == 200
        body: dict[str, Any] = await response.json()
    return body


async def becomes(call: Call, *reasons: str) -> dict[str, Any]:
    """Health once it has these reasons: its answers are kept for three seconds."""
    async with asyncio.timeout(20):
        while (said := await health(call))["reasons"] != list(reasons):
            await asyncio.sleep(0.2)
    return said


async def page(call: Call, seed: int) -> None:
    material_id = (await call.material(0))["material_id"]
    response = await call.upload(material_id, photograph(Scene(seed=seed)).jpeg)
    assert response.status == 204, await response.text()


async def evidence_verifies(call: Call, folder: Path) -> bool:
    view = await call.window.see(f"case:{call.case_id}", state="decided")
    async with call.http.get(call.site.address + view["evidence_url"], headers=call.headers("window")) as response:
        assert response.status == 200, await response.text()
        (folder / "evidence.zip").write_bytes(await response.read())
    certificate = call.site.features.settings.data_dir / "signing" / "authority.pem"
    arguments = ["verify", str(folder / "evidence.zip"), "--certificate", str(certificate)]
    return await asyncio.to_thread(main, arguments) == 0


async def test_what_can_wait_is_refused_first_and_the_case_in_hand_ends(tmp_path: Path) -> None:
    async with call_on_small_disk(tmp_path / "data") as (call, ballast):
        await page(call, 1)
        await becomes(call)
        begun = await fill(call)
        assert len(begun) >= 3
        said = await becomes(call, "disk_low")
        assert said["status"] == "degraded"
        assert said["disk_free_bytes"] >= said["disk_reserve_bytes"] == RESERVE
        assert await call.site.sign_in(call.http, "supervisor001")

        # Somebody else writes, and less than half of the reserve is left.
        grow(ballast, leave=RESERVE // 4)
        await asyncio.sleep(1.1)
        refused = await call.window.ask("make_form", case_id=call.case_id)
        assert (refused["type"], refused["code"]) == ("refused", "disk_full")
        assert await call.site.sign_in(call.http, "supervisor001")
        await call.window.do("decide_case", case_id=call.case_id, outcome="approved", notice="予以办理。")
        async with call.http.get(f"{call.site.address}/metrics") as response:
            figures = dict(line.rsplit(" ", 1) for line in (await response.text()).splitlines() if line[0] != "#")
        assert float(figures['cloud_window_disk_bytes{what="reserve"}']) == RESERVE
        assert 0 < float(figures['cloud_window_disk_bytes{what="free"}']) < RESERVE / 2

        ballast.unlink()
        for location in begun:
            async with call.http.delete(call.site.address + location, headers=call.headers("point")) as response:
                assert response.status == 204
        await becomes(call)
        assert await evidence_verifies(call, tmp_path)
        await call.window.do("finish_ticket", ticket_id=call.window.views["desk"]["ticket"]["ticket_id"])
        await call.window.see("desk", ticket=None)
        await call.next_case()
        await page(call, 2)


async def test_on_a_disk_that_is_full_to_the_last_byte_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    async with call_on_small_disk(tmp_path / "data") as (call, ballast):
        await page(call, 1)
        grow(ballast, leave=0)
        body = {"account": "supervisor001", "password": DEMONSTRATION_PASSWORD}
        async with call.http.post(f"{call.site.address}/api/v1/sign-in", json=body) as response:
            signed_in = await response.json()
            assert response.status == 200 or (response.status, signed_in["code"]) == (507, "database_full"), signed_in
        answer = await call.window.ask("decide_case", case_id=call.case_id, outcome="approved", notice="予以办理。")
        done = answer["type"] == "done"
        assert done or answer["code"] in ("disk_full", "database_full"), answer
        assert (await health(call))["status"] == "degraded"
        ballast.unlink()
        await becomes(call)
        assert all(one.running for one in call.site.features.tasks.supervised())
        if not done:
            await call.window.do("decide_case", case_id=call.case_id, outcome="approved", notice="予以办理。")
        assert await evidence_verifies(call, tmp_path)
        case = await call.site.features.documents.case_files.whole(call.case_id)
        assert len(case.pages) == 1


def grow(ballast: Path, leave: int) -> None:
    """Makes the file so large that so many bytes are left; for none, to the last one."""
    free = shutil.disk_usage(ballast.parent).free
    with ballast.open("ab") as file:
        os.posix_fallocate(file.fileno(), 0, os.fstat(file.fileno()).st_size + free - leave)
