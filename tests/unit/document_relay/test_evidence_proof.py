"""What proves an evidence package: the authority's certificate, times that agree, no byte besides, a time stamp."""

from __future__ import annotations

import asyncio
import io
import random
import shutil
import struct
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from asn1crypto import cms

from document_relay.case_core.chain import ChainEntry, link
from document_relay.errors import TimeStampUnavailable
from document_relay.evidence.layout import entry, strange
from document_relay.evidence.times import Times, disagreements
from document_relay.evidence.verifying import Given, verify
from document_relay.signing.authority import SigningAuthority, sign_bytes
from document_relay.signing.time_stamps import TimeStamps
from foundation.clock import ManualClock, SystemClock
from foundation.settings import SettingsInvalid, load_settings
from foundation.vault import Vault
from signalling.cli.main import main
from tests.support.shared_imaging import SharedImaging
from tests.support.time_stamper import TimeStamper, served_stamps

from .test_evidence import Built, build, built, kinds, read, write

__all__ = ["built"]


@pytest.fixture(scope="module")
def stamper(tmp_path_factory: pytest.TempPathFactory) -> TimeStamper:
    return TimeStamper(tmp_path_factory.mktemp("tsa") / "ts")


@pytest.fixture(scope="module")
def stamped(tmp_path_factory: pytest.TempPathFactory, imaging_child: SharedImaging, stamper: TimeStamper) -> Built:
    """A package of another house, of now, with a time stamp: openssl stamps with the machine's time alone."""
    folder = tmp_path_factory.mktemp("stamped")
    with served_stamps(stamper) as url:
        return asyncio.run(build(folder, imaging_child, ManualClock(SystemClock().now()), url))


@pytest.fixture
def certificates(built: Built, stamped: Built, stamper: TimeStamper, tmp_path: Path) -> dict[str, str]:
    found = {"ours": built.certificate, "theirs": stamped.certificate, "time": stamper.certificate}
    for name, pem in found.items():
        (tmp_path / f"{name}.pem").write_bytes(pem)
    return {name: str(tmp_path / f"{name}.pem") for name in found}


@pytest.fixture
def shared_child(imaging_child: SharedImaging, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command opens PDFs in the child of all tests; in `test_papers` and `make smoke` it starts its own."""
    monkeypatch.setattr("signalling.cli.verify.Imaging", lambda _limits: imaging_child)


# S6: what the certificate proves.


@pytest.mark.usefixtures("shared_child")
def test_another_house_of_the_same_name_proves_nothing(
    built: Built, stamped: Built, certificates: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole of a forger's work: the program itself, run with keys of the forger's own."""
    forged = str(stamped.path)
    assert main(["verify", forged]) == 3
    said = capsys.readouterr().out
    assert "UNPROVEN  未证实" in said
    assert "INTACT" not in said
    fingerprint = _shown(stamped.certificate)
    assert fingerprint in said
    assert main(["verify", forged, "--certificate", certificates["ours"]]) == 1
    said = capsys.readouterr().out
    assert "NOT INTACT" in said
    assert "authority" in said
    assert main(["verify", str(built.path), "--certificate", certificates["ours"]]) == 0
    said = capsys.readouterr().out
    assert "INTACT  完好" in said
    assert "time: the service's own word" in said
    assert main(["verify", str(built.path)]) == 3
    assert _shown(built.certificate) in capsys.readouterr().out


def test_what_is_no_certificate_is_said(built: Built, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "no.pem").write_text("no")
    assert main(["verify", str(built.path), "--certificate", str(tmp_path / "no.pem")]) == 2
    assert "is not a certificate" in capsys.readouterr().err
    assert main(["verify", str(tmp_path / "none.zip")]) == 2


async def test_another_certificate_inside_is_found(built: Built, stamped: Built, tmp_path: Path) -> None:
    changed = read(built.path) | {"authority.pem": stamped.certificate}
    assert ("changed", "authority.pem") in kinds(await verify(write(tmp_path / "t.zip", changed), built.given))
    changed["authority.pem"] = built.certificate + b"# nobody reads this\n"
    assert ("changed", "authority.pem") in kinds(await verify(write(tmp_path / "t.zip", changed), built.given))


async def test_nothing_hides_beside_the_signature(built: Built, tmp_path: Path) -> None:
    members = read(built.path)
    more = members | {"manifest.p7s": members["manifest.p7s"] + b"more"}
    assert ("signature", "ValueError") in kinds(await verify(write(tmp_path / "t.zip", more), built.given))
    signed = cms.ContentInfo.load(members["manifest.p7s"])
    note = cms.CMSAttribute({"type": "content_type", "values": ["data"]})
    signed["content"]["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([note])
    more = members | {"manifest.p7s": signed.dump(force=True)}
    assert ("signature", "manifest.json") in kinds(await verify(write(tmp_path / "t.zip", more), built.given))


# S6: times.


async def test_a_manifest_of_another_time_than_its_signature_is_found(built: Built, keys: Path, tmp_path: Path) -> None:
    """By the house itself: its keys sign today what is to look as if it were made a day before."""
    shutil.copytree(keys, tmp_path / "keys")
    house = SigningAuthority.open(tmp_path / "keys" / "signing", Vault.open(tmp_path / "keys"), ManualClock())
    assert house.public_certificate == built.certificate
    members = read(built.path)
    manifest = msgspec.json.decode(members["manifest.json"])
    made = datetime.fromisoformat(manifest["made_at"])
    old = members["manifest.json"].replace(
        manifest["made_at"].encode(), (made - timedelta(days=1)).isoformat(timespec="seconds").encode()
    )
    signature = await asyncio.to_thread(sign_bytes, house, old, made)
    changed = write(tmp_path / "t.zip", members | {"manifest.json": old, "manifest.p7s": signature})
    found = kinds(await verify(changed, built.given))
    assert ("time", "signing time") in found
    assert ("time", "events.json 1") in found


_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def _history(*acts: tuple[str, float, str]) -> list[ChainEntry]:
    entries: list[ChainEntry] = []
    for act, seconds, words in acts:
        at = (_NOON + timedelta(seconds=seconds)).isoformat()
        entries.append(link(entries[-1] if entries else None, at, "who", act, (words, "salt")))
    return entries


_USUAL = [("case_opened", -900, "{}"), ("document_signed", -300, "{}"), ("document_sealed", -290, '{"sha256":"abc"}')]


def _times(seal: float = -300, history: list[tuple[str, float, str]] = _USUAL, **changed: object) -> Times:
    usual: dict[str, object] = {
        "made_at": _NOON.isoformat(),
        "signed_at": _NOON + timedelta(seconds=3),
        "stamped_at": _NOON + timedelta(seconds=1),
        "history": _history(*history),
        "seals": [("form", "abc", _NOON + timedelta(seconds=seal))],
    }
    return Times(**(usual | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("times", "wanted"),
    [
        (_times(), []),
        (_times(stamped_at=None), []),
        (_times(made_at="yesterday"), ["made_at"]),
        (_times(made_at="2026-11-23T12:00:00"), ["made_at"]),
        (_times(signed_at=None), ["signing time"]),
        (_times(signed_at=_NOON - timedelta(hours=1)), ["signing time"]),
        (_times(signed_at=_NOON + timedelta(hours=1)), ["signing time"]),
        (_times(stamped_at=_NOON + timedelta(days=30)), ["time stamp"]),
        (_times(history=[*_USUAL, ("case_closed", 600, "{}")]), ["events.json 4"]),
        (_times(history=[*_USUAL, ("case_closed", -4000, "{}")]), ["events.json 4"]),
        (_times(seal=-3000), ["form"]),
        (_times(seal=-100), ["form"]),
        (_times(seals=[("form", "abc", None)]), ["form"]),
        (_times(seals=[("form", "other", _NOON - timedelta(seconds=300))]), ["form"]),
    ],
)
def test_times_that_do_not_agree_are_named(times: Times, wanted: list[str]) -> None:
    assert list(disagreements(times)) == wanted


# S19: bytes of no entry.


def _with_comment(data: bytes) -> bytes:
    return data[:-2] + struct.pack("<H", 4) + b"note"


def _with_gap(data: bytes) -> bytes:
    """Bytes between the last entry and the directory, the end's offset corrected."""
    start = data.rindex(b"PK\5\6")
    (offset,) = struct.unpack_from("<I", data, start + 16)
    end = data[start : start + 16] + struct.pack("<I", offset + 4) + data[start + 20 :]
    return data[:offset] + b"gap!" + data[offset:start] + end


def _with_extra(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            head = entry(info.filename)
            if info.filename == "case.json":
                head.extra = struct.pack("<HH4s", 0x7777, 4, b"note")
            target.writestr(head, source.read(info))
    return out.getvalue()


def _with_entry_comment(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            head = entry(info.filename)
            head.comment = b"note" if info.filename == "case.json" else b""
            target.writestr(head, source.read(info))
    return out.getvalue()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"MZ this runs" + data,
        lambda data: data + b"behind",
        lambda data: data + b"\0",
        _with_comment,
        _with_gap,
        _with_extra,
        _with_entry_comment,
    ],
)
async def test_bytes_that_belong_to_no_entry_are_found(
    built: Built, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    (tmp_path / "t.zip").write_bytes(spoil(built.path.read_bytes()))
    verdict = await verify(tmp_path / "t.zip", built.given)
    assert not verdict.intact
    assert {kind for kind, _ in kinds(verdict)} == {"hidden"}


def test_every_bit_of_a_package_that_is_no_content_is_held_to(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(entry("a.json"), b"123")
        package.writestr(entry("名.json"), b"456")
        with package.open(entry("recordings/r"), "w", force_zip64=True) as target:
            target.write(b"789")
    data = out.getvalue()
    assert _strange(data) == []
    for at in range(len(data)):
        for bit in range(8):
            changed = bytearray(data)
            changed[at] ^= 1 << bit
            assert _told(bytes(changed)), (at, bit)


def _strange(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return list(strange(io.BytesIO(data), package))


def _told(data: bytes) -> bool:
    """Whether something is strange, or else some entry cannot be read whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return bool(list(strange(io.BytesIO(data), package))) or package.testzip() is not None
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError):
        return True


def test_large_packages_lie_as_they_should(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(entry("a.json"), b"1" * 5000)
        with package.open(entry("recordings/r"), "w", force_zip64=True) as target:
            target.write(b"2" * 9000)
        package.writestr(entry("z.json"), b"3")
    assert _strange(out.getvalue()) == []


# S6: a time stamp authority's word.


async def test_a_stamped_package_proves_its_time(
    stamped: Built, stamper: TimeStamper, certificates: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    verdict = await verify(stamped.path, Given(authority=stamped.certificate, time_stamps=stamper.certificate))
    assert (verdict.intact, verdict.problems) == (True, [])
    assert verdict.stamp is not None
    assert verdict.stamp.trusted
    assert abs(verdict.stamp.at - SystemClock().now()) < timedelta(minutes=30)
    members = read(stamped.path)
    assert stamper.verified(_token(members["manifest.p7s"]), members["manifest.json"])
    assert not stamper.verified(_token(members["manifest.p7s"]), members["manifest.json"] + b" ")
    unproven = await verify(stamped.path, Given(authority=stamped.certificate))
    assert unproven.intact
    assert unproven.stamp is not None
    assert not unproven.stamp.trusted


@pytest.mark.usefixtures("shared_child")
def test_the_verdict_says_whose_word_the_time_is(
    stamped: Built, built: Built, certificates: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    ours = ["verify", str(stamped.path), "--certificate", certificates["theirs"]]
    assert main([*ours, "--time-certificate", certificates["time"]]) == 0
    assert "by Common Name: Stamper" in capsys.readouterr().out
    assert main(ours) == 0
    assert "the stamp is not proven" in capsys.readouterr().out
    assert main([*ours, "--time-certificate", certificates["ours"]]) == 1
    assert "The time stamp is not valid: authority" in capsys.readouterr().out
    unstamped = ["verify", str(built.path), "--certificate", certificates["ours"]]
    assert main([*unstamped, "--time-certificate", certificates["time"]]) == 1
    assert "The time stamp is not valid: none" in capsys.readouterr().out


async def test_no_bit_of_the_time_stamp_can_change(stamped: Built, stamper: TimeStamper, tmp_path: Path) -> None:
    """Some bits of a token no signature of its own covers; ours covers them all."""
    members = read(stamped.path)
    signature = members["manifest.p7s"]
    token = _token(signature)
    start, dice = signature.index(token), random.Random(3)
    given = Given(authority=stamped.certificate, time_stamps=stamper.certificate)
    for at in dice.sample(range(len(token)), 60):
        changed = bytearray(signature)
        changed[start + at] ^= 1 << dice.randrange(8)
        small = {name: members[name] for name in ("manifest.json", "authority.pem", "case.json", "events.json")}
        verdict = await verify(write(tmp_path / "t.zip", small | {"manifest.p7s": bytes(changed)}), given)
        assert "signature" in {kind for kind, _ in kinds(verdict)}, at


def _garbage(_query: bytes) -> bytes:
    return b"\x30\x03\x02\x01"


@pytest.fixture
def url(stamper: TimeStamper) -> Iterator[str]:
    with served_stamps(stamper) as address:
        yield address
    stamper.answer = stamper.stamp


async def test_a_replayed_or_spoiled_answer_is_refused(url: str, stamper: TimeStamper) -> None:
    first: list[bytes] = []

    def replay(query: bytes) -> bytes:
        first.append(stamper.stamp(query))
        return first[0]

    digest, stamps = bytes(32), TimeStamps(url)
    stamper.answer = replay
    assert await stamps.async_timestamp(digest, "sha256") is not None
    with pytest.raises(TimeStampUnavailable):
        await stamps.async_timestamp(digest, "sha256")
    for spoil in (_garbage, lambda query: b"", lambda query: stamper.stamp(query) + b"more", _flipped(stamper)):
        stamper.answer = spoil
        with pytest.raises(TimeStampUnavailable):
            await stamps.async_timestamp(digest, "sha256")
    with pytest.raises(TimeStampUnavailable):
        await TimeStamps("http://127.0.0.1:9/").async_timestamp(digest, "sha256")


def _flipped(stamper: TimeStamper) -> Callable[[bytes], bytes]:
    def answer(query: bytes) -> bytes:
        reply = bytearray(stamper.stamp(query))
        reply[-20] ^= 1  # in the token's own signature
        return bytes(reply)

    return answer


def test_only_http_is_taken_for_a_time_stamp_authority() -> None:
    assert load_settings({"TIMESTAMP_URL": "https://tsa.example/"}).timestamp_url == "https://tsa.example/"
    with pytest.raises(SettingsInvalid):
        load_settings({"TIMESTAMP_URL": "file:///etc/passwd"})


def _token(signature: bytes) -> bytes:
    for attribute in cms.ContentInfo.load(signature)["content"]["signer_infos"][0]["signed_attrs"]:
        if attribute["type"].native == "content_time_stamp":
            return bytes(attribute["values"][0].dump())
    raise AssertionError("no time stamp")


def _shown(certificate: bytes) -> str:
    from document_relay.signing.verifying import load_certificate

    digest = load_certificate(certificate).sha256.hex().upper()
    return ":".join(digest[at : at + 2] for at in range(0, 64, 2))
