"""A disk that is full, as the worker meets it: told at once, in words, and the same picture goes once there is room."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from tests.journeys.conftest import Parties, Service
from tests.journeys.walk import answer, both, choose, take_ticket
from tests.support.papers import Scene, photograph
from tests.support.small_disk import small_disk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

DISK, RESERVE = 128 << 20, 32 << 20


async def test_a_full_disk_is_told_and_the_picture_is_sent_again(parties: Parties, tmp_path: Path) -> None:
    (tmp_path / "form.jpg").write_bytes(photograph(Scene(seed=22, sheet="form", table="dark")).jpeg)
    data = tmp_path / "data"
    with small_disk(data, DISK, 1 << 20) as ballast:
        service = Service(data, DISK_RESERVE_BYTES=str(RESERVE))
        service.start()
        try:
            point, window = await both(service, parties)
            await take_ticket(point)
            await answer(window)
            await point.page.wait_for_selector(".papers input[type=file] >> nth=0", state="attached")
            with ballast.open("ab") as file:
                os.posix_fallocate(file.fileno(), 0, (1 << 20) + shutil.disk_usage(data).free - RESERVE - (1 << 17))
            time.sleep(1.1)
            began = time.monotonic()
            await choose(point.page, ".papers input[type=file] >> nth=0", tmp_path / "form.jpg")
            told = point.page.locator(".papers [role=alert]:has-text('存储空间不足')")
            await told.wait_for()
            # At once: no use in trying for a quarter of a minute what a person has to mend.
            assert time.monotonic() - began < 10
            await point.picture("point-disk-full")
            ballast.unlink()
            time.sleep(1.1)
            await point.page.click(".papers li.refused button:has-text('重试')")
            await point.page.wait_for_selector(".papers .shown .pages img")
            assert await told.count() == 0
        finally:
            service.stop()
