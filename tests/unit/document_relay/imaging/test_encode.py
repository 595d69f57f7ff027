"""What a file may multiply to: the pictures of its pages are bounded, one by one and together."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from document_relay.imaging.encode import encoded, jpeg, most_bytes
from document_relay.imaging.geometry import Bytes
from document_relay.imaging.limits import MEGA, Limits


def noise(width: int, height: int) -> Bytes:
    return np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_the_pages_of_a_file_share_what_it_may_take() -> None:
    limits = Limits()
    assert most_bytes(1, limits) == 8 * MEGA
    assert most_bytes(40, limits) == MEGA
    assert all(pages * most_bytes(pages, limits) <= limits.file_picture_bytes for pages in range(1, 201))


@pytest.mark.parametrize("most", [500_000, 150_000, 20_000])
def test_a_picture_of_noise_keeps_to_its_bound(most: int) -> None:
    pixels = noise(700, 1000)
    assert len(jpeg(pixels, 90)) > most
    data, width, height = encoded(pixels, 90, most)
    assert len(data) <= most
    assert Image.open(io.BytesIO(data)).size == (width, height)
    assert abs(width / height - 0.7) < 0.01


def test_a_page_that_fits_is_encoded_as_well_as_ever() -> None:
    pixels = noise(700, 1000)
    assert encoded(pixels, 90, 8 * MEGA) == (jpeg(pixels, 90), 700, 1000)
