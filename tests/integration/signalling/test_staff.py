"""People added by command to a service without the demonstration, while it runs."""

from __future__ import annotations

import asyncio
import getpass
import json
from pathlib import Path

import aiohttp
import pytest

from directory.store import queries
from signalling.cli.main import main
from tests.support.served import Page, served

OWN = "pine lantern orbit"


async def _command(*arguments: str) -> None:
    assert await asyncio.to_thread(main, ["staff", *arguments]) == 0


async def test_a_person_is_added_invited_and_disabled_by_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    async with served(tmp_path / "data", demonstration=False) as site, aiohttp.ClientSession() as http:

        async def post(path: str, **body: str) -> tuple[int, dict[str, object]]:
            async with http.post(f"{site.address}/api/v1/{path}", json={"account": "zhang.wei"} | body) as response:
                return response.status, await response.json()

        given = ("--site", "town-01", "--role", "clerk", "--department", "civil=3")
        await _command("add", "zhang.wei", "张伟", *given)
        capsys.readouterr()
        await _command("invite", "zhang.wei")
        one_time = capsys.readouterr().out.strip()
        status, refused = await post("sign-in", password=one_time)
        assert (status, refused["code"]) == (403, "password_change_required")
        status, refused = await post("password", password=one_time, new_password="short")
        assert (status, refused["code"]) == (400, "password_too_short")
        status, signed_in = await post("password", password=one_time, new_password=OWN)
        assert (status, signed_in["face"]) == (200, "window")
        page = await Page.open(http, site, str(signed_in["access_token"]))
        await page.see("desk", window_id=None)

        await _command("disable", "zhang.wei")
        async with asyncio.timeout(5):
            assert await page.ended() == 4401
        status, refused = await post("sign-in", password=OWN)
        assert (status, refused["code"]) == (403, "account_disabled")
        await _command("list")
        (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("zhang.wei ")]
        assert line.split() == ["zhang.wei", "disabled", "town-01", "clerk", "张伟", "civil=3"]

        await _command("enable", "zhang.wei")
        assert (await post("sign-in", password=OWN))[0] == 200
        await _command("reset-password", "zhang.wei")
        status, refused = await post("sign-in", password=capsys.readouterr().out.strip())
        assert (status, refused["code"]) == (403, "password_change_required")


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        (
            ("add", "clerk001", "王", "--site", "town-01", "--role", "clerk"),
            "Somebody has this account already.",
            "account_taken",
        ),
        (("add", "new", "王", "--site", "nowhere", "--role", "clerk"), "There is no such site.", "no_such_site"),
        (("disable", "nobody"), "There is no such person.", "no_such_staff"),
    ],
)
async def test_what_cannot_be_done_is_said_and_told_by_the_exit_status(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
    code: str,
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    async with served(tmp_path / "data") as site:
        assert await asyncio.to_thread(main, ["staff", *arguments]) == 2
        async with site.features.ground.database.read() as session:
            last = (await queries.audit_after(session, 0, 100))[-1]
    assert capsys.readouterr().err.splitlines()[-1] == said
    assert (last.who, last.account, last.act) == (
        "command",
        getpass.getuser(),
        {"add": "staff_added", "disable": "staff_disabled"}[arguments[0]],
    )
    assert (last.outcome, json.loads(last.what)) == (code, {"account": arguments[1]})
