"""Pictures as phones and scanners write them: every orientation, several pages, broken metadata, odd sizes."""

from __future__ import annotations

import io
import itertools
import random
import struct
import zlib
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import AppendingTiffWriter

from document_relay.imaging import PageImages
from document_relay.imaging.errors import PageTooManyPages
from foundation.errors import Refusal
from tests.support.shared_imaging import SharedImaging

CASES = Path(__file__).parents[3] / "cases"
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "HEIF", "MPO")
# How a picture has to lie in the file so that a reader who obeys the tag sees it upright (EXIF 2.32, 4.6.4 A).
_LAID: dict[int, list[Image.Transpose]] = {
    1: [],
    2: [Image.Transpose.FLIP_LEFT_RIGHT],
    3: [Image.Transpose.ROTATE_180],
    4: [Image.Transpose.FLIP_TOP_BOTTOM],
    5: [Image.Transpose.TRANSPOSE],
    6: [Image.Transpose.ROTATE_90],
    7: [Image.Transpose.TRANSVERSE],
    8: [Image.Transpose.ROTATE_270],
}


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    output = io.BytesIO()
    if kind == "HEIF":
        pillow_heif.from_pillow(image).save(output, quality=90, **options)
    elif kind == "MPO":
        image.save(output, kind, save_all=True, append_images=[Image.new("RGB", (60, 60))], **options)
    else:
        image.save(output, kind, **options)
    return output.getvalue()


def four_colours() -> Image.Image:
    image = Image.new("RGB", (240, 160), "white")
    draw = ImageDraw.Draw(image)
    for box, colour in (((0, 0), "red"), ((160, 0), "green"), ((0, 80), "blue"), ((160, 80), "black")):
        draw.rectangle((*box, box[0] + 79, box[1] + 79), fill=colour)
    return image


def seen(page: PageImages) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.asarray(Image.open(io.BytesIO(page.straightened_jpeg)).convert("RGB").resize((12, 8)))


async def refusal_of(imaging: SharedImaging, data: bytes) -> str:
    with pytest.raises(Refusal) as refused:
        await imaging.pages(data)
    assert refused.value.sentence("zh-CN") != refused.value.sentence("en")
    return refused.value.code


async def test_every_orientation_of_every_format_is_set_upright(imaging: SharedImaging) -> None:
    upright = four_colours()
    expected = np.asarray(upright.resize((12, 8))).astype(int)
    for kind, (orientation, way) in itertools.product(FORMATS, _LAID.items()):
        laid = upright
        for step in way:
            laid = laid.transpose(step)
        exif = Image.Exif()
        exif[0x0112] = orientation
        page = await imaging.page(saved(laid, kind, exif=exif.tobytes()))
        assert (page.width, page.height) == (240, 160), (kind, orientation)
        assert np.abs(seen(page).astype(int) - expected).mean() < 12, (kind, orientation)
        assert page.turned_degrees == {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}.get(orientation, 0)


async def test_a_tiff_turned_by_its_tag_is_turned_once(imaging: SharedImaging) -> None:
    page = await imaging.page((CASES / "orient6.tif").read_bytes())
    assert (page.width, page.height, page.turned_degrees) == (600, 400, 90)


async def test_every_page_of_a_tiff_is_a_page(imaging: SharedImaging) -> None:
    pages = await imaging.pages((CASES / "three_pages_g4.tif").read_bytes())
    assert [(page.width, page.height) for page in pages] == [(850, 1100)] * 3
    assert len({page.straightened_jpeg for page in pages}) == 3
    with pytest.raises(PageTooManyPages):
        await imaging.pages((CASES / "three_pages_g4.tif").read_bytes(), 2)


async def test_the_pages_of_a_tiff_are_turned_each_by_its_own_tag_and_copies_are_none(
    imaging: SharedImaging,
) -> None:
    output = io.BytesIO()
    first, second, preview = four_colours(), four_colours().transpose(Image.Transpose.ROTATE_90), four_colours()
    with AppendingTiffWriter(output, new=True) as writer:
        for image, tags in ((first, {}), (preview.resize((120, 80)), {254: 1}), (second, {274: 6})):
            image.save(writer, "TIFF", tiffinfo=tags)
            writer.newFrame()
    pages = await imaging.pages(output.getvalue())
    assert [(page.width, page.height, page.turned_degrees) for page in pages] == [(240, 160, 0), (240, 160, 90)]
    assert np.abs(seen(pages[0]).astype(int) - seen(pages[1])).mean() < 12


def animation(kind: str) -> bytes:
    frames = [Image.new("RGB", (90, 90), colour) for colour in ("white", "red", "black")]
    output = io.BytesIO()
    if kind == "HEIF":
        heif = pillow_heif.from_pillow(frames[0])
        for frame in frames[1:]:
            heif.add_from_pillow(frame)
        heif.save(output, quality=90)
    else:
        frames[0].save(output, kind, save_all=True, append_images=frames[1:], duration=100)
    return output.getvalue()


async def test_what_moves_or_holds_several_photographs_is_refused_in_words(imaging: SharedImaging) -> None:
    for kind in ("WEBP", "PNG", "HEIF"):
        assert await refusal_of(imaging, animation(kind)) == "page_several_pictures"


async def test_a_gif_is_no_format_of_ours_and_of_an_mpo_the_first_picture_is_the_page(imaging: SharedImaging) -> None:
    assert await refusal_of(imaging, animation("GIF")) == "page_not_an_image"
    (page,) = await imaging.pages(saved(four_colours(), "MPO"))
    assert (page.width, page.height) == (240, 160)


async def test_sound_pixels_with_broken_metadata_are_taken(imaging: SharedImaging) -> None:
    (page,) = await imaging.pages((CASES / "exif_tag_beyond_end.jpg").read_bytes())
    assert page.width > 100
    for kind in FORMATS:
        for exif in (b"Exif\0\0II*\0\xff\xff\xff\x7f", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01\x12\0\x02\0\0\xff\xff"):
            if kind == "TIFF":
                continue  # its metadata is its structure
            (page,) = await imaging.pages(saved(four_colours(), kind, exif=exif))
            assert (page.width, page.height) == (240, 160), kind


def png_chunk(kind: bytes, body: bytes, crc: int | None = None) -> bytes:
    right = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", right if crc is None else crc)


async def test_broken_side_chunks_of_a_png_are_passed_over(imaging: SharedImaging) -> None:
    sound = saved(four_colours(), "PNG")
    for chunk in (
        png_chunk(b"tEXt", b"Comment\0words", crc=1),
        png_chunk(b"zTXt", b"Comment\0\0not deflated"),
        png_chunk(b"iCCP", b"name\0\0not deflated"),
        png_chunk(b"iTXt", b"no fields"),
        png_chunk(b"eXIf", b"II*\0\xff\xff\xff\xff"),
        png_chunk(b"pHYs", b"\0"),
    ):
        (page,) = await imaging.pages(sound[:33] + chunk + sound[33:])
        assert (page.width, page.height) == (240, 160), chunk[:8]


async def test_a_picture_without_its_end_is_refused(imaging: SharedImaging) -> None:
    noise = np.random.default_rng(3).integers(0, 255, (300, 400, 3), np.uint8)
    for kind, share in itertools.product(FORMATS, (0.3, 0.6, 0.9)):
        whole = saved(Image.fromarray(noise), kind)
        end = len(saved(Image.fromarray(noise), "JPEG")) if kind == "MPO" else len(whole)
        assert await refusal_of(imaging, whole[: int(end * share)]) in {"page_damaged", "page_not_an_image"}, share


async def test_a_fax_page_without_its_end_is_refused(imaging: SharedImaging) -> None:
    image = Image.fromarray(np.random.default_rng(1).integers(0, 2, (400, 400), np.uint8) * 255).convert("1")
    for compression in ("group4", "group3", "tiff_lzw", "tiff_adobe_deflate", "packbits", None):
        whole = saved(image, "TIFF", compression=compression) if compression else saved(image, "TIFF")
        assert await refusal_of(imaging, whole[: len(whole) // 2]) in {"page_damaged", "page_not_an_image"}, compression


async def test_what_is_too_thin_to_show_anything_is_refused_with_its_size(imaging: SharedImaging) -> None:
    assert await refusal_of(imaging, (CASES / "thin_1x1.png").read_bytes()) == "page_too_small"
    for size in ((2, 2), (3, 3), (4, 4), (5, 5), (1, 2), (2, 3000), (3000, 2), (49, 900)):
        for kind in FORMATS:
            with pytest.raises(Refusal) as refused:
                await imaging.pages(saved(Image.new("RGB", size, "white"), kind))
            assert refused.value.code == "page_too_small"
            assert f"{size[0]} × {size[1]}" in refused.value.sentence("en")


async def test_every_shape_that_is_large_enough_is_read(imaging: SharedImaging) -> None:
    dice = random.Random(5)
    shapes = [(50, 50), (50, 51), (50, 3000), (3000, 50), (64, 64), (99, 50), (50, 9000)]
    shapes += [(dice.randint(50, 300), dice.randint(50, 300)) for _ in range(12)]
    for size in shapes:
        noisy = Image.fromarray(np.random.default_rng(size).integers(0, 255, (size[1], size[0], 3), np.uint8))
        for image in (Image.new("RGB", size, "white"), noisy, four_colours().resize(size)):
            (page,) = await imaging.pages(saved(image, "PNG"))
            assert min(page.width, page.height) >= 8
