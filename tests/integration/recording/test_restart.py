"""The service ends in mid-call: started again it goes on recording, and both parts join the case."""

from __future__ import annotations

import asyncio
from pathlib import Path

from rtc_server.recording.stored import read_manifest
from signalling.slices.recordings.files import recording_folders
from tests.support.recorded_call import recorded_call
from tests.support.served import Page, served


async def test_a_service_started_again_in_mid_call_records_again(tmp_path: Path) -> None:
    async with served(tmp_path / "data", wrap_up_seconds=0.0) as site, recorded_call(site, 4.0) as call:
        await call.begin(consent=True)
        await asyncio.sleep(2.0)
        session_id, case_id = call.session_id, await call.case_id()
        first = site.features.recorder.recording(session_id)
    async with served(tmp_path / "data", wrap_up_seconds=0.0) as site, recorded_call(site, 6.0) as call:
        while (second := site.features.recorder.recording(session_id)) is None:
            await asyncio.sleep(0.05)
        assert first != second
        call.session_id = session_id
        await call.point.page.see("point", ticket__state="serving", session__recording=True)
        await asyncio.sleep(2.0)
        page: Page = call.window.page
        await page.see("desk", ticket__state="serving", session__recording=True)
        await call.finish()
        while [act for act, _ in await call.acts()].count("recording_joined") < 2:
            await asyncio.sleep(0.1)
        acts = [act for act, _ in await call.acts()]
        assert acts.count("recording_begun") == 2
        case = await site.features.documents.case_files.file(case_id)
        folders = recording_folders(site.features.documents.case_files, case)
        assert list(folders) == [first, second]
        for folder, _ in folders.values():
            made = read_manifest(folder)
            assert sum(one.packets for one in made.sources) > 100
