"""What strangers send to do harm is refused with its own code, and the next honest page is served."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
from PIL import Image

from document_relay.imaging import Imaging, Limits
from foundation.errors import Refusal
from tests.support import hostile
from tests.support.hostile_pdfs import BOMBS, MEGA, TENTH, nested_flate
from tests.support.papers import Scene, photograph
from tests.support.shared_imaging import SharedImaging

CASES = Path(__file__).parents[3] / "cases"


def honest() -> bytes:
    return photograph(Scene(seed=3, table="dark", size=(800, 600))).jpeg


async def refusal_of(imaging: SharedImaging, data: bytes) -> str:
    with pytest.raises(Refusal) as refused:
        await imaging.page(data)
    assert refused.value.sentence("zh-CN")
    assert refused.value.sentence("en")
    return refused.value.code


async def test_hostile_pictures_are_refused_and_the_child_lives_on(imaging: SharedImaging) -> None:
    enormous = hostile.enormous_png()
    assert len(enormous) < 60_000
    jpeg = honest()
    expected = {
        "page_empty": [b""],
        "page_too_many_pixels": [enormous],
        "page_damaged": [jpeg[: len(jpeg) // 2], b"\xff\xd8\xff" + b"x" * 99, enormous[:20]],
        "page_not_an_image": [
            b"only words, named .jpg",
            hostile.SVG,
            hostile.plain_pdf(),
            b"GIF89a" + bytes(99),
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        ],
    }
    await imaging.mechanisms()
    child = imaging.child
    for code, files in expected.items():
        for data in files:
            assert await refusal_of(imaging, data) == code, (code, data[:20])
            assert imaging.child is child, "a refusal costs no child"
    assert (await imaging.page(jpeg)).corners is not None


async def test_more_bytes_than_allowed_never_reach_a_child() -> None:
    imaging = Imaging(Limits(input_bytes=1000))
    assert await refusal_of(imaging, bytes(1001)) == "page_too_large"
    assert not imaging._children
    await imaging.close()


async def test_only_pixels_come_out_of_a_polyglot(imaging: SharedImaging) -> None:
    page = await imaging.page(hostile.jpeg_with_archive_behind())
    for picture in (page.straightened_jpeg, page.thumbnail_jpeg):
        assert b"marker-of-the-archive" not in picture
        assert b"script" not in picture
        assert picture.endswith(b"\xff\xd9")


@pytest.mark.parametrize(("orientation", "turned"), [(1, 0), (3, 180), (6, 90), (8, 270)])
async def test_a_turned_picture_is_set_upright_and_says_nothing_of_its_place(
    imaging: SharedImaging, orientation: int, turned: int
) -> None:
    page = await imaging.page(hostile.jpeg_with_place(orientation))
    picture = Image.open(io.BytesIO(page.straightened_jpeg))
    assert page.turned_degrees == turned
    assert not picture.getexif()
    assert b"marker-of-the-camera" not in page.straightened_jpeg
    assert picture.size == ((300, 400) if turned in (90, 270) else (400, 300)) == (page.width, page.height)
    red_corner = {1: (10, 10), 3: (389, 289), 6: (289, 10), 8: (10, 389)}[orientation]
    red, green, _ = picture.getpixel(red_corner)  # type: ignore[misc]
    assert red > 180
    assert green < 120


async def test_the_formats_of_the_list_are_read(imaging: SharedImaging) -> None:
    pixels = photograph(Scene(seed=5, table="dark", size=(800, 600))).pixels
    corners = []
    for kind, options in {
        "JPEG": {"quality": 95},
        "PNG": {},
        "WEBP": {"quality": 90},
        "TIFF": {},
        "HEIF": {"quality": 90},
    }.items():
        output = io.BytesIO()
        if kind == "HEIF":
            import pillow_heif

            pillow_heif.from_pillow(Image.fromarray(pixels)).save(output, **options)
        else:
            Image.fromarray(pixels).save(output, kind, **options)
        corners.append((await imaging.page(output.getvalue())).corners)
    assert np.ptp(np.array(corners), axis=0).max() < 0.004


async def test_a_transparent_picture_lies_on_white(imaging: SharedImaging) -> None:
    output = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(output, "PNG")
    page = await imaging.page(output.getvalue())
    assert np.asarray(Image.open(io.BytesIO(page.straightened_jpeg))).min() > 250


async def test_active_content_is_not_taken_over_from_a_pdf(imaging: SharedImaging) -> None:
    armed, sheet = hostile.armed_pdf(), hostile.plain_pdf(1)
    taken = await imaging.take_in_pdf(armed, sheet, 40)
    assert taken.pages == 2
    with pikepdf.open(io.BytesIO(taken.data)) as pdf:
        assert len(pdf.pages) == 3
        text = b"".join(thing.unparse(resolved=True) for thing in pdf.objects)
        assert len(pdf.attachments) == 0
    assert b"marker-of" not in text
    assert b"marker-of" not in taken.data
    as_it_was = await imaging.pdf_pages(armed, dpi=72)
    assert as_it_was == (await imaging.pdf_pages(taken.data, dpi=72))[:2], "it looks as it did"


async def test_a_plain_pdf_is_drawn(imaging: SharedImaging) -> None:
    pages = await imaging.pdf_pages(hostile.plain_pdf(3), dpi=72)
    assert len(pages) == 3
    grey = cv2.imdecode(np.frombuffer(pages[2], np.uint8), cv2.IMREAD_GRAYSCALE)
    assert grey is not None
    assert grey.shape == (842, 595)
    assert grey[120, 200] < 20
    assert grey[400, 200] > 230


async def test_what_is_no_pdf_to_read_is_refused(imaging: SharedImaging) -> None:
    for data, code in [
        (b"", "pdf_damaged"),
        (b"words", "pdf_damaged"),
        (b"%PDF-1.7\n" + bytes(500), "pdf_damaged"),
        (hostile.encrypted_pdf(), "pdf_encrypted"),
    ]:
        assert await _refused(imaging, data) == {code}
    assert await _refused(imaging, hostile.plain_pdf(5), limit=4) == {"pdf_too_many_pages"}
    (poster,) = await imaging.foreign_pdf_pages(hostile.poster_pdf(), 1)
    assert poster.width * poster.height <= 12_100_000


def test_a_tenth_is_a_tenth() -> None:
    whole = Limits()
    assert {name: 10 * tenth for name, tenth in TENTH.items()} == {name: getattr(whole, name) for name in TENTH}


@pytest.mark.parametrize("name", BOMBS)
async def test_a_bomb_is_refused_with_a_code(small_imaging: SharedImaging, name: str) -> None:
    await small_imaging.mechanisms()
    child = small_imaging.child
    codes = await _refused(small_imaging, BOMBS[name]())
    assert codes <= {"pdf_too_heavy", "pdf_damaged", "pdf_too_many_pages"}, codes
    assert small_imaging.child is child, "it cost no child"


async def test_a_small_bomb_is_unpacked_once_and_is_none_any_more(imaging: SharedImaging) -> None:
    bomb = nested_flate(50 * MEGA)
    assert len(bomb) < 800
    taken = await imaging.take_in_pdf(bomb, hostile.plain_pdf(1), 40)
    with pikepdf.open(io.BytesIO(taken.data)) as pdf:
        filters = [thing.get("/Filter") for thing in pdf.objects if isinstance(thing, pikepdf.Stream)]
    assert not any(isinstance(one, pikepdf.Array) and len(one) > 1 for one in filters)


async def test_a_pdf_that_only_forbids_printing_is_read(imaging: SharedImaging) -> None:
    locked = hostile.encrypted_pdf(user="")
    assert len(await imaging.foreign_pdf_pages(locked, 40)) == 2
    taken = await imaging.take_in_pdf(locked, hostile.plain_pdf(1), 40)
    with pikepdf.open(io.BytesIO(taken.data)) as pdf:
        assert not pdf.is_encrypted


@pytest.mark.parametrize("name", ["signed_approval", "signed_certified", "signed_visible"])
async def test_a_signed_pdf_is_a_paper_and_no_document_to_sign(imaging: SharedImaging, name: str) -> None:
    data = (CASES / f"{name}.pdf").read_bytes()
    assert len(await imaging.foreign_pdf_pages(data, 40)) == 1
    with pytest.raises(Refusal) as refused:
        await imaging.take_in_pdf(data, hostile.plain_pdf(1), 40)
    assert refused.value.code == "pdf_signed"


async def _refused(imaging: SharedImaging, data: bytes, limit: int = 40) -> set[str]:
    codes = set()
    for work in (imaging.foreign_pdf_pages(data, limit), imaging.take_in_pdf(data, hostile.plain_pdf(1), limit)):
        with pytest.raises(Refusal) as refused:
            await work
        assert refused.value.sentence("zh-CN")
        codes.add(refused.value.code)
    return codes
