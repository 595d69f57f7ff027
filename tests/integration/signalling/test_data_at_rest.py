"""A copy of the data folder gives nothing away without the keys: finding S5.

A real service, started with an open umask, in the middle of a recorded call and after it. What is looked for in every
file, in the database and its write-ahead log, is first found in what the service hands out, so that it can be found.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import json
import urllib.parse
import zipfile
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import pytest

from directory.demonstration import DEMONSTRATION_PASSWORD
from tests.support.elsewhere import Elsewhere, elsewhere
from tests.support.papers import Scene, photograph
from tests.support.recorded_call import RecordedCall, recorded_call
from tests.support.streams import Encoded, pictures, sound
from tests.support.tus import upload_metadata

NAME = "欧阳若璃"
SECONDS = 60.0
"""Longer than the call takes on the slowest machine, so that it is being recorded all the while."""
_BEGINNINGS = {
    "JPEG": b"\xff\xd8\xff",
    "Matroska": b"\x1a\x45\xdf\xa3",
    "PNG": b"\x89PNG\r\n\x1a\n",
    "zip": b"PK\x03\x04",
    "MP4": b"\0\0\0\x1cftyp",
    "Ogg": b"OggS",
}
"""Too short to be looked for but at a file's first byte, which they would be by chance once in many tests."""
_MARKS = {
    "JPEG": b"JFIF\0",
    "PDF": b"%PDF-",
    "Opus": b"OpusHead",
    "MP4": b"ftypisom",
    "Matroska": b"matroska",
    "WebM": b"\x42\x82\x84webm",
    "segment": b"CWSEG3\r\n",
    "older segment": b"CWSEG2\r\n",
}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Elsewhere]:
    async with elsewhere(tmp_path) as made:
        yield made


async def test_a_copy_made_in_a_recorded_call_and_one_made_after_it_give_nothing_away(
    site: Elsewhere, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    whole, half = photograph(Scene(seed=1)).jpeg, photograph(Scene(seed=2)).jpeg
    secrets = _names() | _pieces("whole page", whole) | _pieces("half a page", half[: len(half) // 2])
    secrets |= _frames("sound", sound(SECONDS)) | _frames("frame", pictures("VP8", SECONDS))
    async with recorded_call(site, SECONDS) as call:
        await call.begin(consent=True, name=NAME)
        case_id = await _case_of(call)
        await _papers(call, case_id, whole, half)
        await _recorded(data, 1)
        copy = _copy(data)
        # In a thread: the pages answer their pings meanwhile.
        assert await asyncio.to_thread(_found, copy, secrets) == []
        assert _open_to_others(data) == []
        # What the search made late has been sent at once, and much of that is lost.
        await _recorded(data, 2)

        await _decide(call, case_id)
        given = await _handed_out(call, case_id)
        # What is looked for can be found where it may stand.
        kinds = Counter(what.split(" at ")[0] for what, words in secrets.items() if any(words in one for one in given))
        # A busy machine loses packets of most frames.
        assert all(kinds[kind] for kind in ("whole page", "sound", "frame", "name in UTF-8")), kinds
        copy = _copy(data)
        assert any("replay" in path and path.endswith(".jpg") for path in copy)
        assert await asyncio.to_thread(_found, copy, secrets) == []
        assert _open_to_others(data) == []


async def _recorded(data: Path, more: int) -> None:
    """Waits until so many more segments are finished and another one is open."""
    recordings = data / "recordings"
    wanted = len(list(recordings.glob("*/*/*.seg"))) + more
    while len(list(recordings.glob("*/*/*.seg"))) < wanted or not list(recordings.glob("*/*/*.part")):
        await asyncio.sleep(0.1)


def _copy(data: Path) -> dict[str, bytes]:
    """What whoever copies the folder has, without the keys."""
    files = [path for path in data.rglob("*") if path.is_file() and "keys" not in path.relative_to(data).parts]
    copy = {str(path.relative_to(data)): path.read_bytes() for path in files}
    for kind in (".db", ".db-wal", ".part", ".jpg"):
        assert any(name.endswith(kind) and stored for name, stored in copy.items()), f"{kind} is in the copy"
    return copy


def _found(copy: dict[str, bytes], secrets: dict[str, bytes]) -> list[str]:
    """Which of the secrets, and which forms of files, can be read where."""
    found = [f"{what} in {name}" for name, stored in copy.items() for what, words in secrets.items() if words in stored]
    for name, stored in copy.items():
        found += [f"{what} is {name}" for what, begin in _BEGINNINGS.items() if stored.startswith(begin)]
        found += [f"{what} in {name}" for what, mark in _MARKS.items() if mark in stored]
    return found


def _names() -> dict[str, bytes]:
    """The name in the forms that it may be stored in."""
    escaped = json.dumps(NAME)[1:-1]
    forms = {
        "UTF-8": NAME.encode(),
        "UTF-16 LE": NAME.encode("utf-16-le"),
        "UTF-16 BE": NAME.encode("utf-16-be"),
        "GB 18030": NAME.encode("gb18030"),
        "JSON": escaped.encode(),
        "JSON, upper case": escaped.upper().replace("\\U", "\\u").encode(),
        "a URL": urllib.parse.quote(NAME).encode(),
        "hexadecimal": NAME.encode().hex().encode(),
    }
    for shift in range(3):
        # What is told of it in base64 wherever it stands: whole groups of four letters.
        letters = base64.b64encode(bytes(shift) + NAME.encode())
        forms[f"base64, {shift}"] = letters[4 if shift else 0 : -4]
    return {f"name in {form}": words for form, words in forms.items()}


def _pieces(what: str, data: bytes) -> dict[str, bytes]:
    """Pieces of it from many places."""
    return {f"{what} at {at}": data[at : at + 24] for at in range(1000, len(data) - 24, len(data) // 40)}


def _frames(what: str, frames: Iterable[Encoded]) -> dict[str, bytes]:
    """A piece of each packet's payload that is long enough to be no other's."""
    long = [one for one in frames if len(one.data) > 60][::6]
    return {f"{what} at {one.seconds:.2f} s": one.data[24:48] for one in long}


def _open_to_others(folder: Path) -> list[Path]:
    return [path for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]


async def _case_of(call: RecordedCall) -> str:
    page = call.window.page
    while not page.views["desk"]["case_id"]:
        await page.receive()
    case_id = str(page.views["desk"]["case_id"])
    await page.do("watch", case_id=case_id)
    await page.see(f"case:{case_id}", state="open")
    return case_id


async def _papers(call: RecordedCall, case_id: str, whole: bytes, half: bytes) -> None:
    """A page, half a page, and texts with the name wherever people write some."""
    window = call.window.page
    materials = window.views[f"case:{case_id}"]["materials"]
    await window.do("request_material", case_id=case_id, material_id=None, name=f"{NAME}的委托书", note=f"请{NAME}带来")
    await _upload(call, (case_id, materials[0]["material_id"]), whole, len(whole))
    await _upload(call, (case_id, materials[1]["material_id"]), half, len(half) // 2)
    document_id = (await window.do("make_form", case_id=case_id))["document_id"]
    async with await call.get(f"/api/v1/documents/{document_id}/pdf", call.window) as response:
        form = await response.read()
        assert form.startswith(b"%PDF-")
    headers = {"Authorization": f"Bearer {call.window.token}", "Content-Type": "application/pdf"}
    url = f"{call.site.address}/api/v1/cases/{case_id}/documents"
    async with call.http.post(url, params={"title": f"{NAME}.pdf"}, data=form, headers=headers) as response:
        assert response.status == 200, await response.text()


async def _upload(call: RecordedCall, to: tuple[str, str], data: bytes, so_far: int) -> None:
    """Uploads the beginning of a file, or all of it."""
    said = {"case_id": to[0], "material_id": to[1], "sha256": hashlib.sha256(data).hexdigest(), "capture": "file"}
    said |= {"filename": f"{NAME}的身份证.jpg"}
    metadata = upload_metadata(**said)
    headers = {"Authorization": f"Bearer {call.point.token}", "Tus-Resumable": "1.0.0"}
    more = {"Upload-Length": str(len(data)), "Upload-Metadata": metadata}
    async with call.http.post(f"{call.site.address}/api/v1/uploads", headers=headers | more) as created:
        assert created.status == 201, await created.text()
        location = call.site.address + created.headers["Location"]
    more = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    async with call.http.patch(location, headers=headers | more, data=data[:so_far]) as response:
        assert response.status == 204, await response.text()
        assert response.headers["Upload-Offset"] == str(so_far)


async def _decide(call: RecordedCall, case_id: str) -> None:
    window = call.window.page
    await window.do("decide_case", case_id=case_id, outcome="approved", notice=f"同意{NAME}的申请")
    await call.point.page.do("rate_case", case_id=case_id, level=5, remark=f"{NAME}很满意")
    await call.finish()


async def _handed_out(call: RecordedCall, case_id: str) -> list[bytes]:
    """The recording, the evidence's members and the replay's files, as they are given to who may have them."""
    given: list[bytes] = []
    async with asyncio.timeout(60):
        while not given:
            async with await call.get(f"/api/v1/cases/{case_id}/recording", call.window) as response:
                if response.status == 200:
                    given.append(await response.read())
            await asyncio.sleep(0.2)
    assert given[0].startswith(_BEGINNINGS["Matroska"])
    async with await call.get(f"/api/v1/cases/{case_id}/evidence", call.window) as response:
        assert response.status == 200, await response.text()
        with zipfile.ZipFile(io.BytesIO(await response.read())) as package:
            given += [package.read(name) for name in package.namelist()]
    async with await call.get(f"/api/v1/cases/{case_id}/replay", call.window) as response:
        assert response.status == 200, await response.text()
        (recording,) = (await response.json())["recordings"]
    body: dict[str, Any] = {"account": "clerk001", "password": DEMONSTRATION_PASSWORD}
    async with call.http.post(f"{call.site.address}/api/v1/sign-in", json=body) as response:
        assert response.status == 200
    for track in recording["tracks"]:
        for url in (track["url"], *(one["url"] for one in track["thumbnails"])):
            async with call.http.get(call.site.address + url) as response:
                assert response.status == 200
                given.append(await response.read())
    return given
