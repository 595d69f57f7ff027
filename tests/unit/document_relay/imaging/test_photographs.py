"""The finder and the verdicts over real photographs; where they come from says tests/photographs/README.md."""

from __future__ import annotations

import io
import json
from functools import lru_cache

import cv2
import numpy as np
import pytest
from PIL import Image

from document_relay.imaging import Limits, PageImages
from document_relay.imaging.decode import decode, open_formats
from document_relay.imaging.finder import FoundPage, find_page
from document_relay.imaging.page import page_images
from signalling.cli.main import main
from tests.support.photographs import (
    CUT_OFF,
    OF_SCIKIT_IMAGE,
    WITH_SHEETS,
    WITHOUT_SHEETS,
    of_scikit_image,
    overlap,
    path,
    pixels,
)

# In one process: what was found in a photograph is found once.
pytestmark = pytest.mark.xdist_group("photographs")

SHARP = ("book_cut_off", "charuco_on_wood", "hand_on_sheet", "markers_on_beech", "sheet_and_stone", "three_sheets")
SPOILED = ("book_cut_off", "markers_on_beech", "three_sheets")
BADNESS = {"good": 0, "usable": 1, "poor": 2}


@lru_cache(maxsize=32)
def found_in(name: str) -> FoundPage | None:
    return find_page(pixels(name))


def score(name: str) -> float | None:
    found = found_in(name)
    height, width = pixels(name).shape[:2]
    return None if found is None else overlap(name, found.corners, (width, height))


@pytest.mark.parametrize("name", WITH_SHEETS)
def test_a_sheet_is_found_where_it_is_or_not_at_all(name: str) -> None:
    overlapped = score(name)
    print(name, "not found" if overlapped is None else f"IoU {overlapped:.3f}")
    assert overlapped is None or overlapped > 0.92


def test_most_sheets_are_found() -> None:
    whole = [name for name in WITH_SHEETS if name not in CUT_OFF]
    scores = [found for name in whole if (found := score(name)) is not None]
    print(f"{len(scores)} of {len(whole)} whole sheets found, mean IoU {np.mean(scores):.4f}")
    assert len(scores) >= 0.8 * len(whole)
    assert np.mean(scores) >= 0.95


@pytest.mark.parametrize("name", [*WITHOUT_SHEETS, *CUT_OFF])
def test_what_has_no_four_corners_is_kept_whole(name: str) -> None:
    assert found_in(name) is None


@pytest.mark.parametrize("name", OF_SCIKIT_IMAGE)
def test_faces_things_and_textures_are_no_page(name: str) -> None:
    assert find_page(of_scikit_image(name)) is None


def judged(picture: np.ndarray) -> PageImages:
    open_formats()
    output = io.BytesIO()
    Image.fromarray(picture).save(output, "PNG", compress_level=1)
    return page_images(decode(output.getvalue(), Limits()), Limits())


@lru_cache(maxsize=8)
def judged_as_taken(name: str) -> PageImages:
    return judged(pixels(name))


def codes(page: PageImages) -> set[str]:
    return {finding.code for finding in page.quality.findings}


@pytest.mark.parametrize("name", SHARP)
def test_a_sharp_photograph_is_called_neither_blurred_nor_dark_nor_glaring(name: str) -> None:
    page = judged_as_taken(name)
    assert not codes(page) & {"blurred", "dark", "glare"}
    if page.corners is None:
        assert codes(page) == {"page_not_found"}
        assert page.quality.verdict == "usable"


def blurred(picture: np.ndarray, share: float) -> np.ndarray:
    return cv2.GaussianBlur(picture, (0, 0), share * max(picture.shape)).astype(np.uint8)


def darkened(picture: np.ndarray, light: float) -> np.ndarray:
    return (picture * light).astype(np.uint8)


@pytest.mark.parametrize("name", SPOILED)
def test_the_more_blurred_the_worse(name: str) -> None:
    pages = [judged_as_taken(name), *(judged(blurred(pixels(name), share)) for share in (0.002, 0.004))]
    badness = [BADNESS[page.quality.verdict] for page in pages]
    assert badness == sorted(badness)
    assert "blurred" in codes(pages[-1])
    assert badness[-1] == BADNESS["poor"]


@pytest.mark.parametrize("name", SPOILED)
def test_the_darker_the_worse(name: str) -> None:
    pages = [judged_as_taken(name), *(judged(darkened(pixels(name), light)) for light in (0.6, 0.25))]
    badness = [BADNESS[page.quality.verdict] for page in pages]
    assert badness == sorted(badness)
    (advice,) = [finding for finding in pages[-1].quality.findings if finding.code == "dark"]
    assert (advice.zh, advice.en) == ("画面太暗：请增加照明后重拍。", "Too dark: add light and take it again.")
    assert badness[-1] == BADNESS["poor"]


def test_print_washed_out_by_blur_is_not_taken_for_an_empty_page() -> None:
    book = pixels("book_cut_off")[400:1400, 300:1100]
    washed_out = judged(blurred(book, 0.012))
    assert "blurred" in codes(washed_out)
    paper = np.full_like(book, 230)
    paper[:, 500:] = 170
    assert "blurred" not in codes(judged(blurred(paper, 0.012))), "the edge of a shadow on an empty page"


def test_a_page_cut_off_is_said_to_be() -> None:
    page = judged_as_taken("markers_on_beech")
    (advice,) = [finding for finding in page.quality.findings if finding.code == "cut_off"]
    assert advice.en == "Cut off at the bottom: move the whole page into the picture."


def test_the_command_line_prints_corners_and_quality(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", str(path("sheet_and_stone")), str(path("things_on_table"))]) == 0
    sheet, table = json.loads(capsys.readouterr().out)
    assert sheet["path"] == str(path("sheet_and_stone"))
    corners = np.array(sheet["corners"], np.float32) * (640, 480)
    assert overlap("sheet_and_stone", corners, (640, 480)) > 0.97
    assert sheet["quality"]["verdict"] == "poor", "a web camera's picture: too few pixels"
    assert {finding["code"] for finding in sheet["quality"]["findings"]} == {"too_small", "tilted"}
    assert all(finding["zh"] and finding["en"] for finding in sheet["quality"]["findings"])
    assert table["corners"] is None
    assert (table["width"], table["height"]) == (640, 480)
    assert "page_not_found" in {finding["code"] for finding in table["quality"]["findings"]}
