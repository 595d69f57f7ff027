from __future__ import annotations

import io
import math
import random
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
import pikepdf
import pytest
from PIL import Image, ImageChops
from sqlalchemy import select

from document_relay.assembly import Needs
from document_relay.case_core.strokes import Point, Strokes
from document_relay.document_signing import Signed
from document_relay.documents import Decision
from document_relay.errors import NotYourCase, PagesDiffer, ScribbleRefused, WrongCaseState
from document_relay.fonts import Fonts
from document_relay.imaging.errors import PdfDamaged, PdfSigned, PdfTooManyPages
from document_relay.signing.authority import PUBLIC, SigningAuthority
from document_relay.signing.drawing import draw_signature
from document_relay.signing.verifying import verify_pdf
from document_relay.store.tables import SignatureRow
from document_relay.typesetting.sheet import PAGE_HEIGHT, POINTS
from foundation.clock import ManualClock
from foundation.vault import SealBroken, Vault
from tests.support import hostile

from .conftest import CLERK, WORKER, Bench, handwriting, picture, relay_of
from .test_mandates import package

Change = Callable[[tuple[Point, ...]], tuple[tuple[Point, ...], ...]]
CASES = Path(__file__).parents[2] / "cases"


async def sealed_pdf(bench: Bench) -> bytes:
    return (await bench.relay.documents.pdf(WORKER, await bench.sealed_form())).data


async def test_a_form_is_set_from_the_case(bench: Bench, tmp_path: Path) -> None:
    document_id = await bench.relay.documents.make_form(CLERK, bench.case_id)
    pdf = (await bench.relay.documents.pdf(WORKER, document_id)).data
    text = _text(pdf, tmp_path)
    for words in ("高龄津贴申领", "王桂英", "桃园社区延伸点", "年满八十周岁", "身份证", "本人承诺"):
        assert words in text
    assert "无需提交（公安局已有）" in text
    fonts = subprocess.run(["pdffonts", tmp_path / "x.pdf"], capture_output=True, text=True, check=True).stdout
    assert re.search(r"NotoSansSC.*\byes yes yes\b", fonts)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.open_metadata().pdfa_status == "2B"
    document = (await bench.case()).document(document_id)
    assert document.state == "draft"
    assert (await bench.relay.documents.page_picture(WORKER, document_id, 1)).data.startswith(b"\xff\xd8")


async def test_a_signed_form_is_sealed_and_every_flipped_bit_shows(bench: Bench) -> None:
    document_id = await bench.sealed_form()
    case = await bench.case()
    document = case.document(document_id)
    assert (document.state, document.signed_by) == ("sealed", "王桂英")
    sealed = (await bench.relay.documents.pdf(WORKER, document_id)).data
    certificate = bench.relay.authority.public_certificate
    verdict = await verify_pdf(sealed, certificate)
    assert (verdict.intact, verdict.trusted, verdict.name) == (True, True, "王桂英")
    assert verdict.location == "桃园社区延伸点"
    assert all(page in verdict.reason for page in document.page_hashes)
    assert "李社区" in verdict.reason
    assert case.file.number in verdict.reason
    first, size, second, rest = _byte_range(sealed)
    assert (first, second + rest) == (0, len(sealed))
    covered = [(first, size), (second, rest)]
    dice = random.Random(3)
    for _ in range(25):
        changed = bytearray(sealed)
        start, size = dice.choice(covered)
        changed[start + dice.randrange(size)] ^= 1 << dice.randrange(8)
        judged = await verify_pdf(bytes(changed), certificate)
        assert not (judged.intact and judged.trusted)
    hidden = bytearray(sealed)
    hidden[second - 3] = ord("7")
    assert not (await verify_pdf(bytes(hidden), certificate)).intact
    assert not (await verify_pdf(sealed + b"\n", certificate)).intact


async def test_a_second_tool_finds_the_seal_valid(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "sealed.pdf").write_bytes(await sealed_pdf(bench))
    said = subprocess.run(["pdfsig", tmp_path / "sealed.pdf"], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said


async def test_the_seal_is_trusted_by_its_own_authority_alone(bench: Bench, tmp_path: Path, clock: ManualClock) -> None:
    other = SigningAuthority.open(tmp_path / "other", Vault(bytes(32)), clock)
    verdict = await verify_pdf(await sealed_pdf(bench), other.public_certificate)
    assert not verdict.trusted


async def test_the_signature_is_drawn_as_lines(bench: Bench) -> None:
    with pikepdf.open(io.BytesIO(await sealed_pdf(bench))) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        drawing = field.AP.N
        (form,) = drawing.Resources.XObject.values()
        assert form.read_bytes().count(b" l\n") + form.read_bytes().count(b" l ") > 100


async def test_the_signature_is_seen_on_the_page_once_it_is_sealed(bench: Bench) -> None:
    document_id = await bench.relay.documents.make_form(CLERK, bench.case_id)
    before = (await bench.relay.documents.page_picture(WORKER, document_id, 1)).data
    await bench.relay.signing.push(CLERK, document_id)
    await bench.relay.signing.show(WORKER, document_id)
    await bench.relay.signing.sign(WORKER, document_id, await bench.signed(document_id))
    after = (await bench.relay.documents.page_picture(WORKER, document_id, 1)).data
    blank, signed = (Image.open(io.BytesIO(page)).convert("L") for page in (before, after))
    changed = ImageChops.difference(blank, signed).point(lambda value: 255 if value > 60 else 0).getbbox()
    field = (await bench.case()).document(document_id).field
    assert changed
    assert field
    scale = blank.height / (PAGE_HEIGHT * POINTS)
    _, left, bottom, right, top = (edge * scale for edge in field)
    assert left <= changed[0] < changed[2] <= right
    assert blank.height - top <= changed[1] < changed[3] <= blank.height - bottom


@pytest.mark.parametrize("data", [b"", b"no pdf", b"%PDF-1.7\n%%EOF", picture()])
async def test_what_bears_no_seal_is_said(bench: Bench, data: bytes) -> None:
    assert not (await verify_pdf(data, bench.relay.authority.public_certificate)).intact


async def test_other_pages_than_shown_are_not_signed(bench: Bench) -> None:
    document_id = await bench.relay.documents.make_form(CLERK, bench.case_id)
    await bench.relay.signing.push(CLERK, document_id)
    await bench.relay.signing.show(WORKER, document_id)
    with pytest.raises(PagesDiffer):
        await bench.relay.signing.sign(WORKER, document_id, Signed(strokes=handwriting(), shown_pages=["0" * 64]))
    assert (await bench.case()).document(document_id).state == "shown"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda wave: (wave, ()), "signature_broken"),
        (lambda wave: ((*wave, Point(0.5, 0.5, 0.5, 1e9)),), "signature_too_long"),
        (lambda wave: ((*wave, Point(0.5, 0.5, 0.5, 0.5)),), "signature_times_wrong"),
        (lambda wave: ((*wave, Point(1.0000001, 0.5, 0.5, 1e5)),), "signature_outside"),
        (
            lambda wave: tuple((Point(at / 10, 0.5 + at / 100, 0.5, float(at)),) for at in range(8)),
            "signature_only_dots",
        ),
    ],
)
async def test_each_fault_of_strokes_has_a_sentence_and_leaves_the_document_as_it_was(
    bench: Bench, needs: Needs, change: Change, code: str
) -> None:
    document_id = await bench.relay.documents.make_form(CLERK, bench.case_id)
    await bench.relay.signing.push(CLERK, document_id)
    await bench.relay.signing.show(WORKER, document_id)
    right = await bench.signed(document_id)
    strokes = msgspec.structs.replace(right.strokes, strokes=change(right.strokes.strokes[0]))
    with pytest.raises(ScribbleRefused) as refused:
        await bench.relay.signing.sign(WORKER, document_id, msgspec.structs.replace(right, strokes=strokes))
    assert refused.value.code == code
    assert refused.value.sentence("zh-CN") != ScribbleRefused.zh
    assert (await bench.case()).document(document_id).state == "shown"
    again = relay_of(needs, bench.data_dir)
    await again.start()
    await again.signing.sign(WORKER, document_id, right)
    await again.close()


def test_a_dot_is_drawn_in_every_viewer(tmp_path: Path) -> None:
    dots = Strokes(
        strokes=tuple((Point(at / 10, 0.5, 1.0, float(at)),) for at in range(1, 10)),
        width=400,
        height=200,
        device="pen",
    )
    (tmp_path / "dots.pdf").write_bytes(draw_signature(Fonts(), dots, (200, 100), ()))
    command = ["pdftoppm", "-r", "200", "-png", "-singlefile", tmp_path / "dots.pdf", tmp_path / "dots"]
    subprocess.run(command, check=True)
    grey = Image.open(tmp_path / "dots.png").convert("L")
    middle = [grey.getpixel((x, grey.height // 2)) for x in range(grey.width)]
    dark = [value < 128 for value in middle]  # type: ignore[operator]
    assert sum(here and not before for before, here in pairwise([False, *dark])) == 9


async def test_a_straight_scribble_is_refused_with_words(bench: Bench) -> None:
    document_id = await bench.relay.documents.make_form(CLERK, bench.case_id)
    await bench.relay.signing.push(CLERK, document_id)
    await bench.relay.signing.show(WORKER, document_id)
    line = tuple(Point(0.1 + i / 100, 0.5, 0.5, float(i)) for i in range(50))
    strokes = Strokes(strokes=(line,), width=8, height=3, device="pen")
    scribble = msgspec.structs.replace(await bench.signed(document_id), strokes=strokes)
    with pytest.raises(ScribbleRefused) as refused:
        await bench.relay.signing.sign(WORKER, document_id, scribble)
    assert refused.value.code == "signature_only_line"
    assert refused.value.sentence("zh-CN").startswith("只有一条直线")


async def marked(bench: Bench) -> str:
    """A form on which the applicant, who cannot write, has made a mark: a thumb, which is but a dot."""
    document_id = await bench.relay.documents.make_form(CLERK, bench.case_id)
    await bench.relay.signing.push(CLERK, document_id)
    await bench.relay.signing.show(WORKER, document_id)
    thumb = Strokes(strokes=((Point(0.5, 0.5, 0.9, 0.0),),), width=8, height=4, device="touch")
    right = await bench.signed(document_id)
    await bench.relay.signing.sign(WORKER, document_id, msgspec.structs.replace(right, strokes=thumb, manner="mark"))
    return document_id


async def test_the_evidence_of_a_mark_holds_however_late_it_was_witnessed(bench: Bench, clock: ManualClock) -> None:
    document_id = await marked(bench)
    clock.advance(300)
    await bench.relay.signing.witness(CLERK, document_id)
    assert (await package(bench)).problems == []


async def test_a_mark_counts_once_the_clerk_has_witnessed_it(bench: Bench, needs: Needs, tmp_path: Path) -> None:
    document_id = await marked(bench)
    document = (await bench.case()).document(document_id)
    assert (document.state, document.signed_by) == ("marked", None)
    again = relay_of(needs, bench.data_dir)
    await again.take_up()
    assert (await bench.case()).document(document_id).state == "marked"
    with pytest.raises(NotYourCase):
        await bench.relay.signing.witness(WORKER, document_id)
    with pytest.raises(NotYourCase):
        await bench.relay.signing.mark(WORKER, document_id)
    shown = msgspec.json.decode((await bench.relay.signing.mark(CLERK, document_id)).data, type=Strokes)
    assert [(point.x, point.y) for point in shown.points()] == [(0.5, 0.5)]
    await bench.relay.signing.witness(CLERK, document_id)
    case = await bench.case()
    assert (case.document(document_id).state, case.document(document_id).signed_by) == ("sealed", "王桂英")
    assert [entry.act for entry in case.history][-3:] == ["document_marked", "mark_witnessed", "document_sealed"]
    assert [entry.who for entry in case.history][-3:] == ["李社区", "张窗口", "李社区、张窗口"]
    text = _text((await bench.relay.documents.pdf(WORKER, document_id)).data, tmp_path)
    assert "不能书写，画押" in text
    assert "李社区、张窗口" in text
    with pytest.raises(WrongCaseState):
        await bench.relay.signing.witness(CLERK, document_id)


async def test_a_mark_that_is_not_witnessed_is_made_again(bench: Bench) -> None:
    document_id = await marked(bench)
    with pytest.raises(NotYourCase):
        await bench.relay.signing.refuse_mark(WORKER, document_id)
    await bench.relay.signing.refuse_mark(CLERK, document_id)
    assert (await bench.case()).document(document_id).state == "requested"
    assert (await bench.case()).history[-1].act == "mark_refused"
    for act in (bench.relay.signing.witness, bench.relay.signing.refuse_mark):
        with pytest.raises(WrongCaseState):
            await act(CLERK, document_id)
    await bench.relay.signing.show(WORKER, document_id)
    await bench.relay.signing.sign(WORKER, document_id, await bench.signed(document_id))
    assert (await bench.case()).document(document_id).state == "sealed"


async def test_a_mark_is_no_name_and_nothing_is_no_mark(bench: Bench) -> None:
    document_id = await bench.relay.documents.make_form(CLERK, bench.case_id)
    await bench.relay.signing.push(CLERK, document_id)
    await bench.relay.signing.show(WORKER, document_id)
    right = await bench.signed(document_id)
    dot = msgspec.structs.replace(right.strokes, strokes=((Point(0.5, 0.5, 0.9, 0.0),),))
    nothing = msgspec.structs.replace(right.strokes, strokes=())
    for strokes, manner in ((dot, "name"), (nothing, "mark")):
        with pytest.raises(ScribbleRefused):
            await bench.relay.signing.sign(
                WORKER, document_id, msgspec.structs.replace(right, strokes=strokes, manner=manner)
            )


async def test_the_way_to_a_signature_has_an_order(bench: Bench) -> None:
    document_id = await bench.relay.documents.make_form(CLERK, bench.case_id)
    signing = bench.relay.signing
    with pytest.raises(WrongCaseState):
        await signing.show(WORKER, document_id)
    with pytest.raises(NotYourCase):
        await signing.push(WORKER, document_id)
    await signing.push(CLERK, document_id)
    with pytest.raises(WrongCaseState):
        await signing.sign(WORKER, document_id, await bench.signed(document_id))
    await signing.show(WORKER, document_id)
    await signing.decline(WORKER, document_id, "要先问家人")
    assert (await bench.case()).document(document_id).state == "declined"
    await signing.push(CLERK, document_id)
    await signing.show(WORKER, document_id)
    await signing.show(WORKER, document_id)
    await signing.sign(WORKER, document_id, await bench.signed(document_id))
    with pytest.raises(WrongCaseState):
        await signing.sign(WORKER, document_id, await bench.signed(document_id))


@pytest.mark.both_databases
async def test_a_process_that_died_before_sealing_seals_at_its_next_start(
    bench: Bench, needs: Needs, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(Exception):
        pass

    def die(*_: object) -> None:
        raise Died

    document_id = await bench.relay.documents.make_form(CLERK, bench.case_id)
    await bench.relay.signing.push(CLERK, document_id)
    await bench.relay.signing.show(WORKER, document_id)
    with monkeypatch.context() as patch, pytest.raises(Died):
        patch.setattr("document_relay.documents.sign_prepared", die)
        await bench.relay.signing.sign(WORKER, document_id, await bench.signed(document_id))
    assert (await bench.case()).document(document_id).state == "signed"
    again = relay_of(needs, bench.data_dir)
    await again.take_up()
    sealed = (await again.documents.pdf(WORKER, document_id)).data
    assert (await verify_pdf(sealed, again.authority.public_certificate)).intact
    await again.close()


async def test_a_clerks_pdf_loses_its_script_and_gains_a_page_to_sign(bench: Bench, tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('x')")
        out = io.BytesIO()
        pdf.save(out)
    assert b"JavaScript" in out.getvalue()
    document_id = await bench.relay.documents.upload_pdf(CLERK, bench.case_id, "授权委托书", out.getvalue())
    stored = (await bench.relay.documents.pdf(CLERK, document_id)).data
    with pikepdf.open(io.BytesIO(stored)) as clean:
        assert "/OpenAction" not in clean.Root
        assert len(clean.pages) == 2
    assert "授权委托书" in _text(stored, tmp_path)
    await bench.relay.signing.push(CLERK, document_id)
    await bench.relay.signing.show(WORKER, document_id)
    await bench.relay.signing.sign(WORKER, document_id, await bench.signed(document_id))
    sealed = (await bench.relay.documents.pdf(CLERK, document_id)).data
    assert (await verify_pdf(sealed, bench.relay.authority.public_certificate)).intact
    with pytest.raises(PdfDamaged):
        await bench.relay.documents.upload_pdf(CLERK, bench.case_id, "x", b"%PDF-1.7 nonsense")


@pytest.mark.parametrize("name", ["signed_approval", "signed_certified", "signed_visible"])
async def test_a_clerks_pdf_that_is_signed_already_is_refused_and_leaves_nothing(bench: Bench, name: str) -> None:
    signed = (CASES / f"{name}.pdf").read_bytes()
    with pytest.raises(PdfSigned) as refused:
        await bench.relay.documents.upload_pdf(CLERK, bench.case_id, "协议", signed)
    assert "签名" in refused.value.sentence("zh-CN")
    assert not (await bench.case()).documents
    await bench.deliver(signed, filename="signed.pdf")
    assert len((await bench.case()).pages) == 1


async def test_a_pdf_with_an_owners_password_alone_is_taken_from_point_and_clerk(bench: Bench) -> None:
    locked = hostile.encrypted_pdf(user="")
    await bench.deliver(locked, filename="locked.pdf")
    assert len((await bench.case()).pages) == 2
    document_id = await bench.relay.documents.upload_pdf(CLERK, bench.case_id, "合同", locked)
    assert len((await bench.case()).document(document_id).page_hashes) == 3


async def test_a_clerks_pdf_may_have_as_many_pages_as_is_told(bench: Bench) -> None:
    document_id = await bench.relay.documents.upload_pdf(CLERK, bench.case_id, "合同", hostile.plain_pdf(40))
    assert len((await bench.case()).document(document_id).page_hashes) == 41
    with pytest.raises(PdfTooManyPages) as refused:
        await bench.relay.documents.upload_pdf(CLERK, bench.case_id, "合同", hostile.plain_pdf(41))
    assert (refused.value.parameters["pages"], refused.value.parameters["limit"]) == (41, 40)


async def test_the_notice_says_the_decision_and_is_sealed(bench: Bench, tmp_path: Path) -> None:
    documents = bench.relay.documents
    english = "Please bring the first page of the household register."
    decision = Decision(outcome="supplement", notice="请补交户口簿首页。", notice_en=english)
    notice = (await documents.pdf(WORKER, await documents.decide(CLERK, bench.case_id, decision))).data
    text = _text(notice, tmp_path)
    for words in ("一次性告知补正", "请补交户口簿首页", "first page of the household", "张窗口", "王桂英"):
        assert words in text
    assert (await bench.case()).file.notice_en == english
    verdict = await verify_pdf(notice, bench.relay.authority.public_certificate)
    assert (verdict.intact, verdict.trusted, verdict.name) == (True, True, "张窗口")


async def test_the_receipt_lists_the_papers(bench: Bench, tmp_path: Path) -> None:
    await bench.deliver(picture())
    documents = bench.relay.documents
    receipt = (await documents.pdf(WORKER, await documents.make_receipt(CLERK, bench.case_id))).data
    assert "已提交，待审核，1 页" in _text(receipt, tmp_path)


def test_the_authority_stays_and_its_seal_is_renewed(keys: Path, tmp_path: Path, clock: ManualClock) -> None:
    shutil.copytree(keys, tmp_path / "k")
    vault = Vault.open(tmp_path / "k")
    first = SigningAuthority.open(tmp_path / "k" / "signing", vault, clock)
    second = SigningAuthority.open(tmp_path / "k" / "signing", vault, clock)
    assert _seal_of(first) == _seal_of(second)
    clock.advance(timedelta(days=365 * 5 - 10).total_seconds())
    renewed = SigningAuthority.open(tmp_path / "k" / "signing", vault, clock)
    assert renewed.public_certificate == first.public_certificate
    assert _seal_of(renewed) != _seal_of(first)
    assert (tmp_path / "k" / "signing" / PUBLIC).read_bytes() == first.public_certificate
    with pytest.raises(SealBroken):
        SigningAuthority.open(tmp_path / "k" / "signing", Vault(bytes(32)), clock)


def test_the_keys_lie_sealed(keys: Path) -> None:
    sealed = (keys / "signing" / "signing.sealed").read_bytes()
    assert b"PRIVATE" not in sealed
    assert (keys / "signing" / "signing.sealed").stat().st_mode & 0o077 == 0
    assert math.isclose(len(sealed), 5300, abs_tol=1500)


def _byte_range(pdf: bytes) -> list[int]:
    found = re.search(rb"/ByteRange\s*\[([\d\s]+)\]", pdf)
    assert found
    return [int(number) for number in found[1].split()]


def _seal_of(authority: SigningAuthority) -> bytes:
    certificate = authority.signer().signing_cert
    assert certificate is not None
    return bytes(certificate.dump())


def _text(pdf: bytes, folder: Path) -> str:
    (folder / "x.pdf").write_bytes(pdf)
    said = subprocess.run(["pdftotext", "-layout", folder / "x.pdf", "-"], capture_output=True, text=True, check=True)
    return re.sub(r"\n\s*", "", said.stdout)


async def left_unsealed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> str:
    """A form whose signature was taken by a process that died before it sealed."""
    document_id = await bench.relay.documents.make_form(CLERK, bench.case_id)
    await bench.relay.signing.push(CLERK, document_id)
    await bench.relay.signing.show(WORKER, document_id)

    def die(*_: object) -> None:
        raise SealBroken

    with monkeypatch.context() as patch, pytest.raises(SealBroken):
        patch.setattr("document_relay.documents.sign_prepared", die)
        await bench.relay.signing.sign(WORKER, document_id, await bench.signed(document_id))
    return document_id


async def test_one_signature_that_cannot_be_sealed_is_set_aside_and_the_others_are(
    bench: Bench, needs: Needs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The start of before ended at the first of them, and the service with it."""
    lost, gone, sound = [await left_unsealed(bench, monkeypatch) for _ in range(3)]
    async with needs.database.read() as session:
        taken = await session.execute(select(SignatureRow.document_id, SignatureRow.id))
        signatures = dict(taken.all())
    blobs = bench.data_dir / "blobs"
    (cut,) = blobs.rglob(f"*{signatures[lost]}*")
    cut.write_bytes(cut.read_bytes()[:-1])
    (missing,) = blobs.rglob(f"*{signatures[gone]}*")
    missing.unlink()
    told: list[tuple[str, str]] = []
    needs.database.on_damaged(lambda kind, identifier, _problem: told.append((kind, identifier)))
    again = relay_of(needs, bench.data_dir)
    await again.start()
    await again.take_up()
    assert sorted(told) == sorted(("signatures", signatures[one]) for one in (lost, gone))
    states = [(await bench.case()).document(one).state for one in (lost, gone, sound)]
    assert states == ["signed", "signed", "sealed"]
    await again.close()
