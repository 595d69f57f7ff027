"""Of a photograph is stored what it shows, and not where, when and with what it was taken."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Dictionary, Name, Pdf
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from document_relay.imaging.decode import open_formats, to_keep
from document_relay.imaging.limits import Limits
from document_relay.imaging.rebuild import rebuild
from tests.unit.document_relay.imaging.test_formats import FORMATS, four_colours, saved

GPS = 0x8825
MAKE = "YunxiPhone"
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>29,22.5N</exif:GPSLatitude></x:xmpmeta>'
open_formats()


def exif(orientation: int = 1) -> Image.Exif:
    """Where, when and with what, as a phone writes it."""
    made = Image.Exif()
    made[0x0112] = orientation
    made[271], made[306] = MAKE, "2026:11:30 08:15:00"
    place = made.get_ifd(GPS)
    place[1], place[2] = "N", (29.0, 22.0, 30.0)
    place[3], place[4] = "E", (117.0, 58.0, 12.0)
    place[29] = "2026:11:30"
    return made


def taken(kind: str, orientation: int = 1) -> bytes:
    said = exif(orientation)
    if kind == "TIFF":
        tags = ImageFileDirectory_v2()
        tags.update({0x0112: orientation, 271: MAKE, 700: XMP, GPS: dict(said.get_ifd(GPS))})
        return saved(four_colours(), kind, tiffinfo=tags)
    options: dict[str, object] = {"exif": said.tobytes(), "xmp": XMP}
    if kind == "PNG":
        text = PngInfo()
        text.add_itxt("XML:com.adobe.xmp", XMP.decode())
        text.add_text("Author", MAKE, zip=True)
        options = {"exif": said.tobytes(), "pnginfo": text}
    return saved(four_colours(), kind, **options)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def upright_pixels(data: bytes) -> bytes:
    """The pixels as they lie in the file, whatever a decoder would do to them."""
    return np.asarray(opened(data).convert("RGB")).tobytes()


@pytest.mark.parametrize("orientation", [1, 3, 6])
@pytest.mark.parametrize("kind", FORMATS)
def test_the_place_is_gone_and_the_pixels_and_the_turn_are_the_same(kind: str, orientation: int) -> None:
    data = taken(kind, orientation)
    before = opened(data)
    assert before.getexif().get_ifd(GPS), "the picture says where it was taken"
    assert MAKE.encode() in data or kind == "PNG"
    kept = to_keep(data)
    after = opened(kept)
    assert not after.getexif().get_ifd(GPS)
    assert MAKE.encode() not in kept
    assert b"29,22.5N" not in kept
    assert b"2026:11:30" not in kept
    assert upright_pixels(kept) == upright_pixels(data)
    if kind not in ("HEIF", "TIFF"):
        assert after.getexif().get(0x0112, 1) == orientation
    assert len(kept) <= len(data)
    assert to_keep(kept) == kept


def test_colours_keep_their_profile() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for kind in ("JPEG", "PNG", "WEBP"):
        kept = to_keep(saved(four_colours(), kind, exif=exif().tobytes(), icc_profile=profile))
        assert opened(kept).info["icc_profile"] == profile


def test_a_photograph_in_a_pdf_that_is_written_anew_has_no_origin_either() -> None:
    data = taken("JPEG")
    pdf = Pdf.new()
    page = pdf.add_blank_page(page_size=(90, 90))
    shown = pdf.make_stream(data, Type=Name.XObject, Subtype=Name.Image, Filter=Name.DCTDecode, BitsPerComponent=8)
    shown.Width, shown.Height = opened(data).size
    shown.ColorSpace = Name.DeviceRGB
    page.obj.Resources = Dictionary(XObject=Dictionary(X=shown))
    page.obj.Contents = pdf.make_stream(b"90 0 0 90 0 0 cm /X Do")
    file = io.BytesIO()
    pdf.save(file)
    assert MAKE.encode() in file.getvalue()
    with pikepdf.open(io.BytesIO(rebuild(file.getvalue(), 5, Limits()).data)) as made:
        kept = made.pages[0].obj.Resources.XObject.X.read_raw_bytes()
    assert not opened(kept).getexif()
    for origin in (MAKE.encode(), b"29,22.5N"):
        assert origin not in kept
    assert upright_pixels(kept) == upright_pixels(data)


def test_progressive_scans_are_kept_and_what_hangs_behind_the_picture_is_not() -> None:
    data = saved(four_colours(), "JPEG", exif=exif(6).tobytes(), progressive=True, quality=95)
    kept = to_keep(data + b"motion photo " + taken("JPEG"))
    assert upright_pixels(kept) == upright_pixels(data)
    assert not opened(kept).getexif().get_ifd(GPS)
    assert b"motion photo" not in kept


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[3] / "photographs").glob("*.jpg")), ids=lambda one: one.name
)
def test_photographs_of_phones_stay_what_they_are(path: Path) -> None:
    data = path.read_bytes()
    assert upright_pixels(to_keep(data)) == upright_pixels(data)
