"""New times for what is sent late: in order, after what was sent before, up to now."""

from __future__ import annotations

import pytest

from rtc_server.media_core.replay_retiming import retimed

STEP = 3600
WHOLE = 1 << 32


@pytest.mark.parametrize("now", [1_000_000, STEP // 2, 0])
@pytest.mark.parametrize("pictures", [1, 7, 128])
def test_they_stand_evenly_between_the_picture_before_and_the_one_of_now(now: int, pictures: int) -> None:
    before = (now - STEP) % WHOLE
    own = [(now - back * STEP) % WHOLE for back in range(pictures + 400, 400, -1)]
    times = retimed(own, before, now)
    after = [(times[one] - before) % WHOLE for one in own]
    assert after[-1] == STEP
    steps = {later - earlier for earlier, later in zip([0, *after], after, strict=False)}
    assert steps <= {STEP // pictures, STEP // pictures + 1}
