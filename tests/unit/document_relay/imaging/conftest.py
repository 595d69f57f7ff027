"""One warm child for all tests: starting children is not what they are about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.hostile_pdfs import TENTH
from tests.support.shared_imaging import SharedImaging, shared_imaging


@pytest.fixture
def imaging(imaging_child: SharedImaging) -> SharedImaging:
    return imaging_child


@pytest.fixture(scope="session")
def small_imaging() -> Iterator[SharedImaging]:
    """A child that is allowed a tenth: a bomb for it takes a tenth of the time."""
    with shared_imaging(**TENTH) as made:
        yield made
