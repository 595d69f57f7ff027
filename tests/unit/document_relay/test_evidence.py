from __future__ import annotations

import asyncio
import hashlib
import io
import random
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from document_relay.documents import Decision
from document_relay.errors import NoSuchCase, RecordingChanged
from document_relay.evidence.layout import entry
from document_relay.evidence.package import RecordingFile
from document_relay.evidence.verifying import EvidenceVerdict, Given, verify
from document_relay.records import Case
from document_relay.signing.authority import SigningAuthority
from document_relay.signing.verifying import load_certificate
from foundation.clock import ManualClock
from foundation.database import Base, Database, Outbox
from foundation.events import LocalBus
from foundation.identifiers import SeededIdentifiers
from foundation.vault import Vault
from tests.unit.document_relay.imaging.test_origins import GPS, MAKE, taken

from .conftest import CLERK, WORKER, Bench, Ground, SharedImaging, bench_on, needs_on, picture

CASES = Path(__file__).parents[2] / "cases"
Members = dict[str, bytes]


@dataclass(frozen=True)
class Built:
    """A package and what is known of it."""

    path: Path
    certificate: bytes
    case: Case

    @property
    def given(self) -> Given:
        return Given(authority=self.certificate)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, keys: Path, imaging_child: SharedImaging) -> Built:
    """One whole case, walked through and packed once; tests tamper with copies."""
    folder = tmp_path_factory.mktemp("evidence")
    shutil.copytree(keys, folder / "data")
    return asyncio.run(build(folder, imaging_child, ManualClock()))


async def build(folder: Path, reader: SharedImaging, clock: ManualClock, timestamp_url: str = "") -> Built:
    """A package of a case that two people walked through, in the house whose keys are below `folder`."""
    database = Database.open(f"sqlite:///{folder / 'x.db'}")
    async with database.write() as session:
        await session.run_sync(lambda inner: Base.metadata.create_all(inner.connection()))
    ground = Ground(database, Outbox(database, LocalBus(), clock), clock, SeededIdentifiers(clock, 7))
    bench = await bench_on(needs_on(ground, reader, folder / "data"), folder / "data")
    bench.relay.authority.timestamp_url = timestamp_url
    await bench.deliver(picture("first"))
    await bench.deliver(picture("second"))
    await bench.relay.case_files.accept(CLERK, (await bench.material()).id)
    await bench.sealed_form()
    await bench.relay.documents.decide(CLERK, bench.case_id, Decision(outcome="approved", notice="同意。"))
    await bench.relay.case_files.rate(WORKER, bench.case_id, 5)
    case = await bench.case()
    (folder / "session.mkv").write_bytes(random.Random(1).randbytes(3_000_000))
    sha256 = hashlib.sha256((folder / "session.mkv").read_bytes()).hexdigest()
    recording = RecordingFile(
        name="session.mkv", size=9, open=partial((folder / "session.mkv").open, "rb"), sha256=sha256
    )
    path = folder / "evidence.zip"
    with await bench.relay.evidence.build_package(bench.case_id, [recording]) as package:
        path.write_bytes(package.read())
    assert_nothing_is_left(bench)
    await bench.relay.close()
    await database.close()
    return Built(path, bench.relay.authority.public_certificate, case)


async def test_the_original_in_the_package_says_nothing_of_where_it_was_taken(bench: Bench, tmp_path: Path) -> None:
    sent = taken("JPEG", 6)
    await bench.deliver(sent)
    (page,) = (await bench.case()).pages
    with await bench.relay.evidence.build_package(bench.case_id, []) as package:
        (tmp_path / "package.zip").write_bytes(package.read())
    original = read(tmp_path / "package.zip")[f"originals/{page.original_id}"]
    assert b"Exif\0" in sent
    assert not Image.open(io.BytesIO(original)).getexif().get_ifd(GPS)
    assert (MAKE.encode() in sent, MAKE.encode() in original) == (True, False)
    # What was sent is the receipt, and beside it stands what is kept.
    assert page.sha256 == hashlib.sha256(sent).hexdigest()
    (delivered,) = [one for one in (await bench.case()).history if one.act == "page_delivered"]
    assert delivered.details["sha256"] == page.sha256
    assert delivered.details["stored_sha256"] == hashlib.sha256(original).hexdigest()


def assert_nothing_is_left(bench: Bench) -> None:
    files = [path for path in bench.data_dir.rglob("*") if path.is_file()]
    assert files
    assert not any(zipfile.is_zipfile(path) for path in files)


def read(path: Path) -> Members:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def write(path: Path, members: Members) -> Path:
    with zipfile.ZipFile(path, "w") as package:
        for name, data in members.items():
            package.writestr(entry(name), data)
    return path


def kinds(verdict: EvidenceVerdict) -> set[tuple[str, str]]:
    return {(problem.kind, problem.name) for problem in verdict.problems}


async def test_a_package_of_the_first_form_still_verifies(tmp_path: Path) -> None:
    """It was built by the release before, of a case with a mark on a page, and a recording."""
    path = CASES / "evidence_form_1.zip"
    members = read(path)
    assert b'"format":"cloud-window-evidence/1"' in members["manifest.json"]
    assert b"1e-07" in members["case.json"], "a number as the scheme of today does not write it"
    given = Given(authority=members["authority.pem"])
    verdict = await verify(path, given)
    assert (verdict.intact, verdict.trusted, verdict.problems) == (True, True, [])
    changed = write(tmp_path / "changed.zip", members | {"case.json": members["case.json"].replace(b"1e-07", b"1e-7")})
    assert ("changed", "case.json") in kinds(await verify(changed, given))


async def test_a_whole_case_verifies(built: Built, tmp_path: Path) -> None:
    verdict = await verify(built.path, built.given)
    assert (verdict.intact, verdict.trusted, verdict.problems) == (True, True, [])
    names = set(read(built.path))
    case = built.case
    assert {"manifest.json", "manifest.p7s", "authority.pem", "case.json", "events.json"} <= names
    assert {f"originals/{page.original_id}" for page in case.pages} <= names
    assert {f"pages/{page.id}.jpg" for page in case.pages} <= names
    assert "recordings/session.mkv" in names
    assert len([name for name in names if name.startswith("signatures/")]) == 1
    assert len([name for name in names if name.endswith(".sealed.pdf")]) == 2
    assert verdict.members == len(names) - 3
    assert read(built.path)[f"originals/{case.pages[0].original_id}"] == picture("first")


async def test_without_a_certificate_nothing_is_trusted_and_the_one_inside_is_named(built: Built) -> None:
    verdict = await verify(built.path)
    assert (verdict.intact, verdict.trusted) == (True, False)
    assert verdict.fingerprint == load_certificate(built.certificate).sha256.hex()


async def test_every_member_tampered_with_is_named(built: Built, tmp_path: Path) -> None:
    members = read(built.path)
    dice = random.Random(5)
    for name, data in members.items():
        changed = bytearray(data)
        changed[dice.randrange(len(changed))] ^= 1
        verdict = await verify(write(tmp_path / "t.zip", members | {name: bytes(changed)}), built.given)
        assert not verdict.intact, name
        if name not in ("manifest.json", "manifest.p7s"):
            assert ("changed", name) in kinds(verdict)
        missing = {other: kept for other, kept in members.items() if other != name}
        verdict = await verify(write(tmp_path / "t.zip", missing), built.given)
        assert ("missing", name) in kinds(verdict)
        assert not verdict.intact


async def test_anything_added_is_named(built: Built, tmp_path: Path) -> None:
    members = read(built.path)
    for name in ("pages/more.jpg", "../../etc/cron.d/x", "/etc/passwd", "pages\\x.jpg"):
        with zipfile.ZipFile(tmp_path / "t.zip", "w") as package:
            for other, data in members.items():
                package.writestr(entry(other), data)
            package.writestr(entry(name), b"x")
        verdict = await verify(tmp_path / "t.zip", built.given)
        assert ("added", name) in kinds(verdict)
        if name != "pages/more.jpg":
            assert ("unsafe", name) in kinds(verdict)


async def test_a_member_that_stands_twice_is_named(built: Built, tmp_path: Path) -> None:
    path = Path(shutil.copy(built.path, tmp_path))
    with zipfile.ZipFile(path, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr("case.json", b"{}")
    verdict = await verify(path, built.given)
    assert ("added", "case.json") in kinds(verdict)
    assert ("changed", "case.json") in kinds(verdict)


async def test_a_package_signed_by_another_house_is_not_trusted(
    built: Built, tmp_path: Path, clock: ManualClock
) -> None:
    other = SigningAuthority.open(tmp_path / "other", Vault(bytes(32)), clock)
    verdict = await verify(built.path, Given(authority=other.public_certificate))
    assert not verdict.trusted
    assert not verdict.intact
    assert ("signature", "authority") in kinds(verdict)


async def test_a_forged_manifest_does_not_pass(built: Built, tmp_path: Path) -> None:
    """Somebody changes a page, and the manifest to fit, and has the manifest signed by a key of their own."""
    forger = SigningAuthority.open(tmp_path / "forger", Vault(bytes(32)), ManualClock())
    members = read(built.path)
    name = next(name for name in members if name.startswith("pages/"))
    forged = picture("forged")
    sha256 = hashlib.sha256(members[name]).hexdigest()
    manifest = members["manifest.json"].replace(sha256.encode(), hashlib.sha256(forged).hexdigest().encode())
    manifest = manifest.replace(f'"bytes":{len(members[name])},'.encode(), f'"bytes":{len(forged)},'.encode())
    signature = (await forger.signer().async_sign_general_data(manifest, "sha256")).dump()
    members |= {name: forged, "manifest.json": manifest, "manifest.p7s": signature}
    members["authority.pem"] = forger.public_certificate
    verdict = await verify(write(tmp_path / "t.zip", members), built.given)
    assert not verdict.trusted
    assert not verdict.intact
    without = await verify(tmp_path / "t.zip")
    assert not without.trusted


async def test_a_bomb_is_not_inflated(built: Built, tmp_path: Path) -> None:
    members = read(built.path)
    with zipfile.ZipFile(tmp_path / "t.zip", "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, bytes(200_000_000) if name == "case.json" else data)
    verdict = await verify(tmp_path / "t.zip", built.given)
    assert ("changed", "case.json") in kinds(verdict)
    with zipfile.ZipFile(tmp_path / "t.zip", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("manifest.json", bytes(200_000_000))
    assert ("unreadable", "manifest.json") in kinds(await verify(tmp_path / "t.zip"))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: b"not a zip",
        lambda data: data[: len(data) // 2],
        lambda data: data[:-30],
        lambda data: bytes(200) + data[200:],
    ],
)
async def test_a_spoiled_file_is_said(built: Built, tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "t.zip"
    path.write_bytes(spoil(built.path.read_bytes()))
    verdict = await verify(path, built.given)
    assert not verdict.intact
    assert verdict.problems


async def test_flipped_bits_anywhere_in_the_members_show(built: Built, tmp_path: Path) -> None:
    data = built.path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        end = package.getinfo("authority.pem").header_offset
        spans = [(info.header_offset + 30 + len(info.filename), info.file_size) for info in package.infolist()]
    dice = random.Random(9)
    for _ in range(20):
        start, size = dice.choice([span for span in spans if span[0] < end])
        changed = bytearray(data)
        changed[start + dice.randrange(size)] ^= 1 << dice.randrange(8)
        (tmp_path / "t.zip").write_bytes(changed)
        assert not (await verify(tmp_path / "t.zip", built.given)).intact


async def test_a_second_tool_finds_the_manifests_signature_valid(built: Built, tmp_path: Path) -> None:
    for name, data in read(built.path).items():
        if "/" not in name:
            (tmp_path / name).write_bytes(data)
    command = "openssl cms -verify -binary -inform DER -in manifest.p7s -content manifest.json -CAfile authority.pem"
    arguments = [*command.split(), "-purpose", "any", "-attime", "1795400000", "-out", "verified.json"]
    done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (tmp_path / "manifest.json").write_bytes((tmp_path / "manifest.json").read_bytes() + b" ")
    assert subprocess.run(arguments, cwd=tmp_path, capture_output=True, check=False).returncode != 0


async def test_a_recording_that_is_not_the_recorders_is_refused(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "r.mkv").write_bytes(b"other")
    recording = RecordingFile(name="r.mkv", size=9, open=partial((tmp_path / "r.mkv").open, "rb"), sha256="0" * 64)
    with pytest.raises(RecordingChanged):
        await bench.relay.evidence.build_package(bench.case_id, [recording])
    assert_nothing_is_left(bench)


async def test_an_unknown_case_has_no_package(bench: Bench) -> None:
    with pytest.raises(NoSuchCase):
        await bench.relay.evidence.build_package("none")
