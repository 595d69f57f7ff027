"""What a browser fetches before it shows the first page of a face stays within its limits, compressed."""

from __future__ import annotations

import pytest

from tests.support.first_load import LIMITS, first_load

FILES = 30
"""Over a slow line each file is a way there and back, six at a time."""


@pytest.mark.parametrize("face", LIMITS)
def test_the_first_page_is_small(face: str) -> None:
    parts = first_load(face)
    assert any(name.startswith("zh-CN") for name in parts), "the words come with the page"
    assert sum(parts.values()) <= LIMITS[face] * 1000, sorted(parts.items(), key=lambda one: -one[1])
    assert len(parts) <= FILES
