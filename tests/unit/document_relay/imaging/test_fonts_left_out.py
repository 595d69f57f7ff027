"""PDFs without their fonts, as Chinese programs write them: shown with ours on every machine, or told to the clerk."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

from document_relay.fonts.faces import HANGUL_SERIF, SANS, SERIF, Face
from document_relay.imaging import Imaging, PdfPage
from document_relay.imaging.errors import PdfTextNotShown

ROOT = Path(__file__).parents[4]
CASES = ROOT / "tests" / "cases"
# What the child is asked on a machine whose folders of fonts are empty.
_WITHOUT_FONTS = """
import asyncio, base64, json, sys
from document_relay.imaging import Imaging, Limits

async def main():
    imaging = Imaging(Limits(children=1))
    files = json.load(sys.stdin)
    answer = {}
    for name, data in files.items():
        (page,) = await imaging.foreign_pdf_pages(base64.b64decode(data), 1)
        answer[name] = [base64.b64encode(page.picture_jpeg).decode(), [one.code for one in page.quality.findings]]
    await imaging.close()
    json.dump(answer, sys.stdout)

asyncio.run(main())
"""


def without_font(base: str, ordering: str, encoding: str, shown: bytes, width: int = 1000) -> bytes:
    """A page of 300 by 100 points that sets `shown` at 24 points in a CID font that is not in the file."""
    pdf = pikepdf.new()
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name(f"/{base}"),
        Flags=6,
        FontBBox=Array([-25, -254, 1000, 880]),
        ItalicAngle=0,
        Ascent=880,
        Descent=-120,
        CapHeight=880,
        StemV=93,
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType0 if ordering != "TrueType" else Name.CIDFontType2,
        BaseFont=Name(f"/{base}"),
        CIDSystemInfo=Dictionary(
            Registry=b"Adobe", Ordering=(b"GB1" if ordering == "TrueType" else ordering.encode()), Supplement=2
        ),
        DW=width,
        FontDescriptor=pdf.make_indirect(descriptor),
    )
    font = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=Name(f"/{base}"),
        Encoding=Name(f"/{encoding}"),
        DescendantFonts=Array([pdf.make_indirect(descendant)]),
    )
    return _page(pdf, font, shown)


def _page(pdf: Pdf, font: Dictionary, shown: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    pdf.add_blank_page(page_size=(300, 100))
    pdf.pages[0].obj.Resources = Dictionary(Font=Dictionary(F=pdf.make_indirect(font)))
    content = before + b"BT /F 24 Tf 20 40 Td <" + shown.hex().encode() + b"> Tj ET" + after
    pdf.pages[0].obj.Contents = pdf.make_stream(content)
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def expected(face: Face, text: str) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """The ink of the same text with the font in the file, drawn by fpdf2 at the same place."""
    from fpdf import FPDF

    pdf = FPDF(unit="pt", format=(300, 100))
    pdf.add_page()
    pdf.add_font("X", fname=face.path)
    pdf.set_font("X", size=24)
    pdf.text(20, 60, text)
    return ink(_drawn_here(bytes(pdf.output())))


def _drawn_here(pdf: bytes) -> Image.Image:
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as opened:
        return opened[0].render(scale=150 / 72).to_pil()


def ink(picture: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.asarray(picture.convert("L")) < 160


def utf16(text: str) -> bytes:
    return text.encode("utf-16-be")


FILES: dict[str, tuple[bytes, Face, str]] = {
    "STSong-Light": (without_font("STSong-Light", "GB1", "UniGB-UCS2-H", utf16("王秀英")), SERIF, "王秀英"),
    "MSung-Light": (without_font("MSung-Light", "CNS1", "UniCNS-UCS2-H", utf16("國語說明")), SERIF, "國語說明"),
    "HeiseiMin-W3": (without_font("HeiseiMin-W3", "Japan1", "UniJIS-UCS2-H", utf16("東京かな")), SERIF, "東京かな"),
    "HYSMyeongJo": (
        without_font("HYSMyeongJo-Medium", "Korea1", "UniKS-UCS2-H", utf16("한국어"), 966),
        HANGUL_SERIF,
        "한국어",
    ),
    "SimSun": (without_font("SimSun", "TrueType", "GBK-EUC-H", "王秀英".encode("gbk")), SERIF, "王秀英"),
    "SimHei": (without_font("SimHei", "TrueType", "GBK-EUC-H", "户口迁移".encode("gbk")), SANS, "户口迁移"),
}


def test_every_machine_shows_them_with_our_fonts() -> None:
    asked = {name: base64.b64encode(data).decode() for name, (data, _, _) in FILES.items()}
    asked["case"] = base64.b64encode((CASES / "cjk_stsong_light.pdf").read_bytes()).decode()
    hidden = "for f in /usr/share/fonts /usr/local/share/fonts; do mount -t tmpfs none $f || exit 3; done; "
    run = subprocess.run(
        [
            "unshare",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            hidden + 'exec "$0" -c "$1"',
            sys.executable,
            _WITHOUT_FONTS,
        ],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    answers = json.loads(run.stdout)
    assert {name: findings for name, (_, findings) in answers.items()} == {name: [] for name in asked}
    for name, (_, face, text) in FILES.items():
        seen = ink(Image.open(io.BytesIO(base64.b64decode(answers[name][0]))))
        wanted = expected(face, text)
        assert seen.shape == wanted.shape
        # The JPEG and PDFium's weight for a substitute change the edges of strokes, and nothing else.
        both = (seen & wanted).sum() / (seen | wanted).sum()
        assert both > 0.7, (name, both)


async def codes(imaging: Imaging, data: bytes) -> list[str]:
    (page,) = await imaging.foreign_pdf_pages(data, 1)
    assert isinstance(page, PdfPage)
    assert (page.quality.verdict == "poor") == bool(page.quality.findings)
    assert all(one.zh and one.en for one in page.quality.findings)
    return [one.code for one in page.quality.findings]


def _blank_font(pdf: Pdf) -> Dictionary:
    """A font in the file whose letters are drawn as nothing."""
    nothing = pdf.make_stream(b"1000 0 0 0 750 750 d1")
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type3,
        FontBBox=Array([0, 0, 750, 750]),
        FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
        CharProcs=Dictionary(A=nothing),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([65, Name.A])),
        FirstChar=65,
        LastChar=65,
        Widths=Array([1000]),
        Resources=Dictionary(),
    )


def _helvetica() -> Dictionary:
    return Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)


def _words(before: bytes = b"", after: bytes = b"") -> bytes:
    return _page(pikepdf.new(), _helvetica(), b"Nothing is wrong", before, after)


def _under_a_picture() -> bytes:
    with pikepdf.open(io.BytesIO(_words(after=b" q 300 0 0 100 0 0 cm /P Do Q"))) as opened:
        picture = opened.make_stream(b"\xff", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1)
        picture.ColorSpace, picture.BitsPerComponent = Name.DeviceGray, 8
        opened.pages[0].obj.Resources.XObject = Dictionary(P=picture)
        out = io.BytesIO()
        opened.save(out)
    return out.getvalue()


def _turned(data: bytes, degrees: int) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as opened:
        opened.pages[0].obj.Rotate = degrees
        out = io.BytesIO()
        opened.save(out)
    return out.getvalue()


async def test_text_that_cannot_be_shown_is_told(imaging: Imaging) -> None:
    rare = without_font("STSong", "GB1", "UniGB-UTF16-H", utf16("王𠮷英"))
    told = {
        "a character that the stand-in lacks": rare,
        **{f"the same turned by {turn}": _turned(rare, turn) for turn in (90, 180, 270)},
        "a script that the stand-in lacks": without_font("STSong", "GB1", "UniGB-UCS2-H", utf16("ཨོཾ")),
        "a font in the file that draws nothing": _page(pdf := pikepdf.new(), _blank_font(pdf), b"AAAA"),
    }
    assert {name: await codes(imaging, data) for name, data in told.items()} == {
        name: ["text_not_shown"] for name in told
    }
    # A resident is to sign what they saw: of a clerk such a PDF is not taken.
    for data in told.values():
        with pytest.raises(PdfTextNotShown) as refused:
            await imaging.take_in_pdf(data, _words(), 1)
        assert "第 1 页" in refused.value.sentence("zh-CN")


async def test_text_that_is_shown_or_meant_to_be_unseen_is_no_finding(imaging: Imaging) -> None:
    fine = {
        "black": _words(),
        "the words of a scan": _words(b"3 Tr "),
        "the words under a scan": _under_a_picture(),
        "white on white": _words(b"1 g "),
        "blue on blue": _words(b"0 0 1 rg 0 0 300 100 re f "),
        "white on dark": _words(b"0.2 g 0 0 300 100 re f 1 g "),
        **{f"turned by {turn}": _turned(FILES["SimHei"][0], turn) for turn in (90, 180, 270)},
    }
    assert {name: await codes(imaging, data) for name, data in fine.items()} == {name: [] for name in fine}
    for data in (*fine.values(), FILES["SimSun"][0]):
        assert (await imaging.take_in_pdf(data, _words(), 1)).pages == 1
