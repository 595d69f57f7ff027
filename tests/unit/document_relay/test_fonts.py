"""What papers are set in: every character is set, or refused by name; none vanishes."""

from __future__ import annotations

import io
import os
import random
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np
import pikepdf
import pypdfium2
import pytest
import uharfbuzz
from hypothesis import given, settings
from hypothesis import strategies as st

from document_relay.case_files import OpenCase, Request
from document_relay.documents import Decision
from document_relay.errors import CharactersNotPrintable
from document_relay.fonts import CHAIN, Face, FontMissing, Fonts
from document_relay.fonts.coverage import stand_in
from document_relay.imaging.unseen import holds_unseen_text
from document_relay.signing.drawing import draw_signature
from document_relay.typesetting.sheet import Sheet

from .conftest import CLERK, WORKER, Bench, handwriting, opening

FONTS = Fonts()
AT = datetime(2026, 11, 29, tzinfo=UTC)
SCRIPTS = {
    "Han": "王桂英 朱镕基",
    "Han, extension B": "𠮷田 𪚥 𡈽",
    "Han, extensions C to F": "𪜀 𫝀 𫠠 𬺰 𮯠",
    "Uyghur": "ئۇيغۇر تىلى ناھايىتى گۈزەل",
    "Tibetan": "བོད་ཡིག སྐྱབས་རྒྱུད",
    "Mongolian": "ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ",
    "Yi": "ꆈꌠꁱꂷ",
    "Hangul": "한국어 이름",
    "Lisu, Miao": "ꓡꓲꓢꓴ 𖼊𖽔",
    "Tai Le, New Tai Lue, Tai Tham": "ᥖᥭᥰ ᦷᦺᦑ ᨲᩫ᩠ᨶ",
    "Phags-pa": "ꡏꡡꡃ ꡂꡡꡘ",
    "emoji": "😀 👨‍👩‍👧 🏠",
    "Latin, Cyrillic": "Nguyễn Şükrü Łukasz Жамбыл Әсел",
}


def paper(*texts: str) -> bytes:
    sheet = Sheet(FONTS, "纸", AT)
    for text in texts:
        sheet.rows([("字", text)])
        sheet.text(text)
    return sheet.finish()


def read_back(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as opened:
        return "".join(page.get_textpage().get_text_bounded() for page in opened)


def seen(text: str) -> set[str]:
    return {
        one for one in unicodedata.normalize("NFKC", text) if not one.isspace() and unicodedata.category(one) != "Cf"
    }


def blank_characters(pdf: bytes) -> list[str]:
    """The letters of the first page whose cell in the picture has no ink."""
    with pypdfium2.PdfDocument(pdf) as opened:
        page = opened[0]
        ink = np.asarray(page.render(scale=4).to_pil().convert("L")) < 128
        text = page.get_textpage()
        height = page.get_height()
        found = []
        for place in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(place, loose=False)
            one = text.get_text_range(place, 1)
            if not unicodedata.category(one[:1] or " ").startswith("L"):
                continue
            cell = ink[int((height - top) * 4) : int((height - bottom) * 4) + 1, int(left * 4) : int(right * 4) + 1]
            if not cell.any():
                found.append(one)
        return found


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_each_script_is_set_and_read_back(text: str) -> None:
    assert FONTS.missing(text) == ()
    pdf = paper(text)
    assert seen(text) <= seen(read_back(pdf))
    assert blank_characters(pdf) == []
    with pypdfium2.PdfDocument(pdf) as opened:
        pixels = np.asarray(opened[0].render(scale=2).to_pil().convert("RGB"))
        assert not holds_unseen_text(opened[0], pixels)
    with pikepdf.open(io.BytesIO(pdf)) as archived:
        assert archived.open_metadata().pdfa_status == "2B"


def test_arabic_is_joined_and_runs_from_right_to_left() -> None:
    boxes = {}
    for text in ("تىلى", "ت"):
        with pypdfium2.PdfDocument(paper(text)) as opened:
            page = opened[0].get_textpage()
            boxes[text] = {
                page.get_text_range(place, 1): page.get_charbox(place) for place in range(page.count_chars())
            }
    (left, _, right, _), alone = boxes["تىلى"]["ت"], boxes["ت"]["ت"]
    assert left > boxes["تىلى"]["ل"][0]
    assert right - left < 0.7 * (alone[2] - alone[0])


def test_what_no_font_has_is_set_as_its_code_point_and_the_paper_says_so() -> None:
    assert FONTS.missing("𓀀甲𓀀") == ("𓀀",)
    text = read_back(paper("埃及𓀀"))
    assert "埃及〔U+13000〕" in text
    assert "请在旁边手写该字" in text
    assert "Please write them beside by hand" in re.sub(r"\s+", " ", text)


def assigned() -> st.SearchStrategy[str]:
    return st.text(st.characters(exclude_categories=("Cn", "Cs", "Co")), max_size=60)


@given(assigned())
@settings(max_examples=300, deadline=None)
def test_any_text_is_set_whole_or_named(text: str) -> None:
    settable, missing = FONTS.settable(text), FONTS.missing(text)
    assert FONTS.missing(settable) == ()
    for one in text:
        named = one in missing and stand_in(one) in settable
        assert named or one in settable or one.isspace() or unicodedata.category(one) in ("Cf", "Mn", "Lo", "Lm")
    if missing:
        with pytest.raises(CharactersNotPrintable) as refused:
            FONTS.require(text)
        assert f"U+{ord(missing[0]):04X}" in refused.value.sentence("zh-CN")
        assert f"U+{ord(missing[0]):04X}" in refused.value.sentence("en")
    else:
        FONTS.require(text)


def test_characters_of_the_whole_of_unicode_come_back_out_of_a_paper() -> None:
    dice = random.Random(20)
    points = [one for one in map(chr, range(0x20, 0x32000)) if unicodedata.category(one)[0] in "LNS"]
    sample = dice.sample(points, 240)
    lines = [" ".join(sample[start : start + 20]) for start in range(0, 240, 20)]
    # PDFium tells a line of both directions backwards, surrogates too: another reader.
    said = subprocess.run(["pdftotext", "-", "-"], input=paper(*lines), capture_output=True, timeout=30, check=True)
    text = seen(said.stdout.decode())
    lost = [one for one in sample if not seen(one) <= text and not (one in FONTS.missing(one) and stand_in(one))]
    assert lost == []


def covered() -> Iterator[tuple[Face, str]]:
    for face in CHAIN:
        for point in uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(face.path))).unicodes:
            if FONTS.face_of(chr(point)) == face:
                yield face, chr(point)


def test_no_font_claims_a_letter_that_it_draws_as_nothing() -> None:
    fonts = {face: uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(face.path)))) for face in CHAIN}
    blank = []
    for face, one in covered():
        if unicodedata.category(one)[0] not in "LNPS" or unicodedata.category(one) == "Zs":
            continue
        extents = fonts[face].get_glyph_extents(fonts[face].get_nominal_glyph(ord(one)))
        if extents is None or not extents.width or not extents.height:
            blank.append(f"{face.name} U+{ord(one):04X}")
    fillers = {f"NotoSansKR U+{point:04X}" for point in (0x115F, 0x1160, 0x3164, 0xFFA0)}
    assert set(blank) == fillers


def test_a_font_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty.ttf").write_bytes(b"no font")
    for name in ("gone.ttf", "empty.ttf"):
        with pytest.raises(FontMissing, match=rf"{name}.*make run"):
            Fonts([*CHAIN, Face("X", tmp_path / name)])


@pytest.mark.parametrize("command", ["serve", "doctor"])
def test_without_a_font_the_service_says_so_and_does_not_start(command: str, tmp_path: Path) -> None:
    (tmp_path / "pylopdf_fonts_ko.py").write_text(
        "from pathlib import Path\n"
        "def sans_path(): return Path('/nowhere/NotoSansKR-Regular.otf')\n"
        "def serif_path(): return Path('/nowhere/NotoSerifKR-Regular.otf')\n"
    )
    root = Path(__file__).parents[3]
    environment = {
        **os.environ,
        "PYTHONPATH": f"{tmp_path}:{root}",
        "DATA_DIR": str(tmp_path / "data"),
        **dict.fromkeys(("PORT", "TLS_PORT", "MEDIA_PORT"), "0"),
    }
    run = subprocess.run(
        [sys.executable, "-m", "signalling.cli.main", command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 1
    assert "the font /nowhere/NotoSansKR-Regular.otf is not there" in (run.stderr if command == "serve" else run.stdout)


async def test_a_rare_name_stands_on_the_signed_form(bench: Bench) -> None:
    case_id = await bench.relay.case_files.open_case(_named("𠮷田𓀀"))
    await bench.relay.case_files.assign_clerk(case_id, CLERK.person_id, CLERK.name)
    bench.case_id = case_id
    text = read_back((await bench.relay.documents.pdf(WORKER, await bench.sealed_form())).data)
    assert "申请人 Applicant 𠮷田〔U+13000〕" in text
    assert "注：字体中没有的字以其 Unicode 码位表示：〔U+13000〕" in text


def test_a_line_under_a_signature_is_made_smaller_rather_than_cut_off() -> None:
    pdf = draw_signature(FONTS, handwriting(), (200, 100), ("申请人 " + "𠮷" * 59 + "𓀀", "案卷"))
    with pypdfium2.PdfDocument(pdf) as opened:
        text = opened[0].get_textpage()
        assert text.get_text_bounded().count("𠮷") == 59
        assert "〔U+13000〕" in text.get_text_bounded()
        assert max(text.get_charbox(place)[2] for place in range(text.count_chars())) <= 200


async def test_text_that_cannot_be_printed_is_refused_before_anything_is_stored(bench: Bench) -> None:
    before = await bench.case()
    with pytest.raises(CharactersNotPrintable) as refused:
        await bench.relay.documents.decide(CLERK, bench.case_id, Decision(outcome="approved", notice="准予𓀀𓀁"))
    assert refused.value.sentence("zh-CN") == (
        "文书的字体中没有这些字符：𓀀(U+13000) 𓀁(U+13001)。请换用其他字符后再提交。"
    )
    with pytest.raises(CharactersNotPrintable):
        await bench.relay.documents.upload_pdf(CLERK, bench.case_id, "委托书𓀀", paper("委托书"))
    with pytest.raises(CharactersNotPrintable):
        await bench.relay.case_files.request_material(
            CLERK, bench.case_id, Request(material_id=None, name="证明𓀀", note="")
        )
    assert await bench.case() == before


def _named(name: str) -> OpenCase:
    return msgspec.structs.replace(opening("ticket-2"), applicant_name=name)
