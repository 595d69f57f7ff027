"""What the resident answered stands in the case's log before anything is stored, or nothing is stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from rtc_server.recording.segment_format import RecordKind
from rtc_server.recording.stored import check, records
from signalling.slices.recordings.files import recording_folders
from tests.support.recorded_call import RecordedCall, recorded_call
from tests.support.served import Served, served


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path / "data", wrap_up_seconds=0.0) as running:
        yield running


@pytest.fixture
async def call(site: Served) -> AsyncIterator[RecordedCall]:
    async with recorded_call(site, 8.0) as made:
        yield made


async def test_consent_and_the_beginning_are_logged_before_the_first_packet_is_stored(call: RecordedCall) -> None:
    await asyncio.sleep(0.5)
    # Both have been sending for a while; nobody has been asked yet.
    recordings = call.site.features.settings.data_dir / "recordings"
    assert not list(recordings.glob("**/*"))
    await call.begin(consent=True)
    for page, topic in ((call.point.page, "point"), (call.window.page, "desk")):
        view = await page.see(topic, session__recording=True)
        assert (view["session"]["consent"], view["session"]["recording_paused"]) == (True, None)
    await asyncio.sleep(2.5)
    await call.finish()
    await call.joined()
    logged = dict(await call.acts())
    case = await call.site.features.documents.case_files.whole(await call.case_id())
    (consent,) = [entry for entry in case.history if entry.act == "consent_given"]
    assert consent.sentence == ("申请人同意录音录像", "The applicant agrees to a recording")
    assert consent.who == (await call.site.features.directory.catalogue.staff(case.file.worker_id)).name
    (first,) = recordings.glob("*/*/00000001.seg")
    ((_, key),) = recording_folders(call.site.features.documents.case_files, case.file).values()
    segments = check(first.parent, key, [])
    began = datetime.fromisoformat(segments[0].head.started)
    packets = [record for record in records(segments) if record.kind == RecordKind.PACKET]
    stored = began + timedelta(microseconds=packets[0].at)
    assert logged["consent_given"] < logged["recording_begun"]
    assert datetime.fromisoformat(logged["recording_begun"]) <= began <= stored
    assert len(packets) > 200


async def test_nothing_is_stored_when_the_log_cannot_be_written(call: RecordedCall) -> None:
    async with call.site.features.ground.database.write() as session:
        refuse = "SELECT RAISE(ABORT, 'the log is broken')"
        when = "NEW.act = 'recording_begun'"
        await session.execute(text(f"CREATE TRIGGER t BEFORE INSERT ON case_events WHEN {when} BEGIN {refuse}; END"))
    await call.begin(consent=True)
    heard = call.window.party.received
    while call.window.party.received < heard + 50:
        await asyncio.sleep(0.1)
    assert call.site.features.recorder.recording(call.session_id) is None
    assert not list((call.site.features.settings.data_dir / "recordings").glob("**/*"))
    assert call.window.page.views["desk"]["session"]["recording"] is False


async def test_a_session_without_consent_is_not_recorded_and_the_refusal_is_logged(call: RecordedCall) -> None:
    await call.begin(consent=False)
    await asyncio.sleep(1.0)
    await call.finish()
    assert [act for act, _ in await call.acts()] == ["consent_declined"]
    assert not list((call.site.features.settings.data_dir / "recordings").glob("**/*"))
