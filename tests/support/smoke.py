"""A whole case through the public interfaces of a running service: `make smoke URL=http://127.0.0.1:8080`.

It takes a ticket, delivers papers, has a form signed, decides the case, makes a receipt, reads the case as PDF and
verifies its evidence with the authority's certificate. It needs the demonstration and the packages of
`requirements.lock`, nothing else, and raises at the first step that does not go as it must.
"""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from directory.demonstration import DEMONSTRATION_PASSWORD
from tests.support.tus import upload_metadata

_PHOTOGRAPHS = Path(__file__).parents[1] / "photographs"
_PAGES = ("held_level.jpg", "held_upright.jpg")
_APPLICANT = {"name": "王秀英", "over_70": True, "disabled": False}
_TUS = {"Tus-Resumable": "1.0.0"}
_PATIENCE = 60.0
"""Seconds to wait for any one answer or view."""


@dataclass
class Side:
    """One person: an access token for HTTP, and a page whose socket is read all the time, as a browser does."""

    address: str
    http: aiohttp.ClientSession
    socket: aiohttp.ClientWebSocketResponse
    token: str
    views: dict[str, dict[str, Any]] = field(default_factory=dict)
    _answers: dict[int, dict[str, Any]] = field(default_factory=dict)
    _heard: asyncio.Condition = field(default_factory=asyncio.Condition)
    _sent: int = 0

    @classmethod
    @asynccontextmanager
    async def open(cls, address: str, account: str) -> AsyncIterator[Side]:
        """Signs in and opens the page."""
        body = {"account": account, "password": DEMONSTRATION_PASSWORD}
        async with aiohttp.ClientSession() as http:
            async with http.post(f"{address}/api/v1/sign-in", json=body) as answer:
                token = (await _checked(answer, await answer.json()))["access_token"]
            async with http.ws_connect(f"{address}/api/v1/socket") as socket:
                side = cls(address, http, socket, token)
                reader = asyncio.create_task(side._read())
                await side.do("authenticate", token=token, language="zh-CN")
                yield side
                reader.cancel()

    async def do(self, kind: str, **fields: Any) -> Any:
        """The result of a command that must be carried out."""
        self._sent += 1
        number = self._sent
        await self.socket.send_json({"type": kind, "id": number, **fields})
        await self._wait(lambda: number in self._answers)
        answer = self._answers.pop(number)
        if answer["type"] != "done":
            raise RuntimeError(f"{kind}: {answer}")
        return answer["result"]

    async def see(self, topic: str, wanted: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """The topic's view as soon as it is as wanted."""
        await self._wait(lambda: topic in self.views and wanted(self.views[topic]))
        return self.views[topic]

    async def _read(self) -> None:
        async for message in self.socket:
            said = message.json()
            async with self._heard:
                if said["type"] == "event":
                    self.views[said["topic"]] = said["data"]
                else:
                    self._answers[said["id"]] = said
                self._heard.notify_all()

    async def _wait(self, holds: Callable[[], Any]) -> None:
        async with asyncio.timeout(_PATIENCE), self._heard:
            await self._heard.wait_for(holds)

    async def get(self, path: str) -> bytes:
        """The bytes at a path."""
        async with self.http.get(self.address + path, headers=self._bearer()) as answer:
            return await _checked(answer, await answer.read())

    async def post(self, path: str, body: dict[str, Any]) -> None:
        """Posts JSON."""
        await self.send("POST", path, body)

    async def send(self, method: str, path: str, body: dict[str, Any]) -> None:
        """Sends JSON by this method."""
        async with self.http.request(method, self.address + path, headers=self._bearer(), json=body) as answer:
            await _checked(answer, await answer.text())

    async def upload(self, case_id: str, material_id: str, data: bytes) -> None:
        """Delivers a page (tus 1.0, one piece)."""
        said = {"case_id": case_id, "material_id": material_id, "sha256": _sha256(data), "capture": "file"}
        metadata = upload_metadata(**said)
        head = self._bearer() | _TUS | {"Upload-Length": str(len(data)), "Upload-Metadata": metadata}
        async with self.http.post(f"{self.address}/api/v1/uploads", headers=head) as answer:
            await _checked(answer, await answer.text())
            location = answer.headers["Location"]
        head = self._bearer() | _TUS | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        async with self.http.patch(self.address + location, headers=head, data=data) as answer:
            await _checked(answer, await answer.text())

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass
class Case:
    """A case with both sides' pages open."""

    point: Side
    window: Side
    case_id: str

    async def until(self, side: Side, wanted: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """The case's view as soon as it is as wanted."""
        return await side.see(f"case:{self.case_id}", wanted)


async def walk(address: str) -> int:
    """Walks the case and prints each step; what `cloud-window verify` answers."""
    async with Side.open(address, "point001") as point, Side.open(address, "clerk001") as window:
        case = await _begin(point, window)
        await _papers(case)
        await _signature(case)
        return await _decision(case)


async def _begin(point: Side, window: Side) -> Case:
    case = await begin(point, window)
    _say("ticket taken, call answered, case open")
    return case


async def begin(point: Side, window: Side) -> Case:
    """From the ticket to the case in hand, which both sides watch."""
    desk = await window.see("desk", bool)
    if desk["window_id"] is None:
        await window.do("open_window", window_id=desk["windows"][0]["window_id"])
    wish = {"item_id": "item-001", "options": [], "applicant": _APPLICANT, "consent_to_recording": False}
    taken = await point.do("take_ticket", **wish)
    desk = await window.see("desk", lambda view: view["offer"])
    await window.do("accept_offer", offer_id=desk["offer"]["offer_id"])
    await point.see("point", lambda view: view["ticket"]["state"] == "called")
    await point.do("enter_call", ticket_id=taken["ticket_id"])
    desk = await window.see("desk", lambda view: view["case_id"] and view["ticket"]["state"] == "serving")
    case = Case(point, window, desk["case_id"])
    for side in (point, window):
        await side.do("watch", case_id=case.case_id)
    await case.until(window, lambda view: view["state"] == "open")
    return case


async def _papers(case: Case) -> None:
    view = await case.until(case.window, lambda view: view["materials"])
    wanted = [one["material_id"] for one in view["materials"] if one["state"] == "requested"][: len(_PAGES)]
    for material_id, name in zip(wanted, _PAGES, strict=True):
        await case.point.upload(case.case_id, material_id, (_PHOTOGRAPHS / name).read_bytes())
        view = await case.until(case.window, lambda view, one=material_id: _of(view, one)["state"] == "delivered")
        page = _of(view, material_id)["pages"][0]
        assert (await case.window.get(page["image_url"])).startswith(b"\xff\xd8")
        await case.window.do("accept_material", material_id=material_id)
    _say(f"{len(wanted)} papers delivered and accepted")


async def _signature(case: Case) -> None:
    document_id = (await case.window.do("make_form", case_id=case.case_id))["document_id"]
    await case.window.do("request_signature", document_id=document_id)
    await sign(case, document_id)
    view = await case.until(case.window, lambda view: _document(view, document_id).get("state") == "sealed")
    assert b"/ETSI.CAdES.detached" in await case.window.get(_document(view, document_id)["pdf_url"])
    _say("form made, signed and sealed")


async def sign(case: Case, document_id: str) -> None:
    """Shows a document at the point and signs it there."""
    await case.point.do("show_document", document_id=document_id)
    view = await case.until(case.point, lambda view: _document(view, document_id).get("state") == "shown")
    shown = [_sha256(await case.point.get(url)) for url in _document(view, document_id)["page_urls"]]
    stroke = [{"x": 0.1 + i / 50, "y": 0.5 + 0.3 * (-1) ** i, "p": 0.5, "t": i * 16.0} for i in range(30)]
    body = {"strokes": [stroke], "width": 600.0, "height": 300.0, "device": "pen", "shown_pages": shown}
    await case.point.post(f"/api/v1/documents/{document_id}/signature", body)


async def _decision(case: Case) -> int:
    receipt = (await case.window.do("make_receipt", case_id=case.case_id))["document_id"]
    view = await case.until(case.window, lambda view: _document(view, receipt))
    assert (await case.window.get(_document(view, receipt)["pdf_url"])).startswith(b"%PDF-")
    await case.window.do("decide_case", case_id=case.case_id, outcome="approved", notice="予以办理，次月发放。")
    await case.point.do("rate_case", case_id=case.case_id, level=5, remark="")
    view = await case.until(case.window, lambda view: view["state"] == "decided" and view["rating"] == 5)
    assert (await case.window.get(f"/api/v1/cases/{case.case_id}/pdf")).startswith(b"%PDF-")
    _say("receipt made, case decided and rated, case PDF read")
    evidence = await case.window.get(view["evidence_url"])
    certificate = await case.window.get("/api/v1/authority.pem")
    await case.window.do("finish_ticket", ticket_id=case.window.views["desk"]["ticket"]["ticket_id"])
    return await asyncio.to_thread(_verify, evidence, certificate)


def _verify(evidence: bytes, certificate: bytes) -> int:
    with tempfile.TemporaryDirectory() as folder:
        package, public = Path(folder, "evidence.zip"), Path(folder, "authority.pem")
        package.write_bytes(evidence)
        public.write_bytes(certificate)
        command = [sys.executable, "-m", "signalling.cli.main", "verify", str(package), "--certificate", str(public)]
        return subprocess.run(command, check=False).returncode


def _document(view: dict[str, Any], document_id: str) -> dict[str, Any]:
    return next((one for one in view["documents"] if one["document_id"] == document_id), {})


def _of(view: dict[str, Any], material_id: str) -> dict[str, Any]:
    return next(one for one in view["materials"] if one["material_id"] == material_id)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def _checked(answer: aiohttp.ClientResponse, body: Any) -> Any:
    if not answer.ok:
        raise RuntimeError(f"{answer.method} {answer.url.path}: {answer.status} {body!r:.300}")
    return body


def _say(what: str) -> None:
    print(f"  {what}", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(asyncio.run(walk(sys.argv[1].rstrip("/"))))
    except aiohttp.ClientConnectorError:
        sys.exit(f"Nothing answers at {sys.argv[1]}: start it with `make run`, or name another with URL=http://…")
