"""What pages say that they keep back."""

from __future__ import annotations

from signalling.slices.calls.sendings import Sendings


def test_only_what_is_new_is_told_and_nothing_is_kept_of_who_keeps_nothing_back() -> None:
    sendings = Sendings()
    assert not sendings.take("ada", [])
    assert sendings.take("ada", ["microphone", "camera"])
    assert not sendings.take("ada", ["camera", "microphone"])
    assert (sendings.paused("ada"), sendings.paused("ben")) == (["camera", "microphone"], [])
    assert sendings.take("ada", [])
    assert sendings.paused("ada") == []
    sendings.take("ada", ["camera"])
    sendings.forget("ada")
    assert sendings.paused("ada") == []
