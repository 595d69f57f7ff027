"""Each fault of a photograph is found where it was made, said in words, and not found where it was not."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from document_relay.imaging import Limits, PageImages
from document_relay.imaging.decode import decode, open_formats
from document_relay.imaging.page import page_images
from tests.support.papers import Scene, photograph

GOOD = Scene(seed=1, size=(2400, 1800), table="dark", fill=0.8)
SHEETS = ("text", "form", "card")


def judged(**scene: object) -> PageImages:
    open_formats()
    return page_images(decode(photograph(replace(GOOD, **scene)).jpeg, Limits()), Limits())  # type: ignore[arg-type]


def findings(page: PageImages) -> set[tuple[str, str]]:
    return {(finding.code, finding.region) for finding in page.quality.findings}


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("scene", [{}, {"shadow": 0.4}, {"noise": 9.0, "light": 0.7}, {"blur": 1.0}])
def test_a_good_photograph_is_good(sheet: str, scene: dict[str, object]) -> None:
    page = judged(sheet=sheet, **scene)
    assert page.quality.verdict == "good"
    assert page.quality.findings == ()
    assert page.corners is not None


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize(
    ("spot", "region"),
    [((0.85, 0.12, 0.09), "top_right"), ((0.5, 0.5, 0.08), "middle"), ((0.15, 0.88, 0.09), "bottom_left")],
)
def test_glare_is_named_by_its_place(sheet: str, spot: tuple[float, float, float], region: str) -> None:
    page = judged(sheet=sheet, glare=spot)
    assert findings(page) == {("glare", region)}
    assert page.quality.verdict == "usable"


def test_the_words_say_what_to_do() -> None:
    (finding,) = judged(glare=(0.85, 0.12, 0.09)).quality.findings
    assert finding.zh == "右上角反光：请把纸张稍微倾斜。"
    assert finding.en == "Glare at the top right: tilt the page."


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize(
    ("scene", "expected"),
    [
        ({"blur": 4.0}, ("blurred", "whole")),
        ({"light": 0.22, "noise": 5.0}, ("dark", "whole")),
        ({"offset": (0.0, 0.3)}, ("cut_off", "bottom")),
        ({"fill": 0.22}, ("too_small", "whole")),
    ],
)
def test_a_fault_is_found_and_the_page_is_poor(sheet: str, scene: dict[str, object], expected: tuple[str, str]) -> None:
    page = judged(sheet=sheet, **scene)
    assert expected in findings(page)
    assert page.quality.verdict == "poor"


def test_without_a_page_the_whole_picture_is_kept() -> None:
    page = judged(offset=(3.0, 3.0), table="grey")
    assert page.corners is None
    assert ("page_not_found", "whole") in findings(page)
    assert (page.width, page.height) == (2400, 1800)


def test_shadow_is_evened_out_and_a_stamp_stays_red() -> None:
    scene = Scene(seed=24, sheet="text", table="dark", size=(2400, 1800), fill=0.85, shadow=0.45)
    assert np.any(red(photograph(scene).sheet)), "this sheet bears a stamp"
    page = judged(**{name: getattr(scene, name) for name in ("seed", "sheet", "table", "size", "fill", "shadow")})
    pixels = np.asarray(Image.open(io.BytesIO(page.straightened_jpeg))).astype(int)
    paper = [
        np.percentile(block, 75) for half in np.array_split(pixels, 4) for block in np.array_split(half, 4, axis=1)
    ]
    assert min(paper) > 0.85 * max(paper)
    assert red(pixels).mean() == pytest.approx(red(photograph(scene).sheet).mean(), rel=0.5)


def red(pixels: np.ndarray) -> np.ndarray:
    values = pixels.astype(int)
    return (values[:, :, 0] > 120) & (values[:, :, 0] - values[:, :, 1:].max(2) > 70)


def test_the_thumbnail_shows_the_page() -> None:
    page = judged()
    small = Image.open(io.BytesIO(page.thumbnail_jpeg))
    assert max(small.size) == 320
    assert small.size[0] / small.size[1] == pytest.approx(page.width / page.height, rel=0.02)
