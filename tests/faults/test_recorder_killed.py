"""The short form of `make fault-recording`: kill -9 in the middle of a recording, again and again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.recorder_killed import kill_many, summarise
from tests.support.playing import play_in_chromium
from tests.support.recorded import clear_file, own_key


@pytest.mark.browser
async def test_a_killed_recorder_loses_at_most_its_open_segment_and_what_is_left_plays(tmp_path: Path) -> None:
    found = kill_many(6, 7, 3, tmp_path)
    summary = summarise([outcome for outcome, _ in found], 0)
    assert summary["wrong"] == []
    assert summary["segments_announced"] > 6
    assert summary["files_decoded_whole"] >= 5
    assert summary["out_of_step_ms_worst"] < 40
    longest = max((made for _, made in found if made is not None), key=lambda made: made.duration)
    assert longest.path is not None
    (played,) = await play_in_chromium([clear_file(longest.path, own_key(longest.folder))])
    assert played.wrong == ""
