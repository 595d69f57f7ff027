"""The built web client as browsers get it: compressed, kept for ever where its name has a hash, asked for where not."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import aiohttp
import pytest
from multidict import CIMultiDictProxy

from signalling.cli.paths import client_folder
from signalling.transport.http.client_files import preferred
from tests.support.served import served

PAGES = ("/", "/point", "/window", "/supervisor")


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("", "identity"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("*;q=0", "identity"),
        ("identity", "identity"),
        ("br;q=nonsense", "identity"),
        ("BR ; q=1.0", "br"),
    ],
)
def test_the_best_coding_that_is_accepted(header: str, coding: str) -> None:
    assert preferred(header, ("br", "gzip", "identity")) == coding


async def test_every_file_of_the_client_is_served_compressed_and_kept(tmp_path: Path) -> None:
    client = client_folder()
    assert client is not None
    async with served(tmp_path / "data") as site, aiohttp.ClientSession(auto_decompress=False) as session:

        async def get(path: str, **headers: str) -> tuple[int, CIMultiDictProxy[str], bytes]:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            async with session.get(site.address + path, headers=sent) as answer:
                return answer.status, answer.headers, await answer.read()

        assets: set[str] = set()
        for page in PAGES:
            status, headers, body = await get(page, Accept_Encoding="gzip")
            assert status == 200
            assert headers["Cache-Control"] == "no-cache"
            assert "'self'" in headers["Content-Security-Policy"]
            assert headers["Content-Encoding"] == "gzip"
            assert (await get(page, Accept_Encoding="gzip", If_None_Match=headers["ETag"]))[0] == 304
            assets |= set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', gzip.decompress(body).decode()))
        assert len(assets) > 4
        for asset in assets:
            stored = (client / asset.removeprefix("/")).read_bytes()
            _, plain, body = await get(asset, Accept_Encoding="identity")
            assert body == stored
            _, small, body = await get(asset, Accept_Encoding="br, gzip")
            assert plain["Cache-Control"] == small["Cache-Control"] == "public, max-age=31536000, immutable"
            assert plain["Vary"] == small["Vary"] == "Accept-Encoding"
            assert plain["X-Content-Type-Options"] == "nosniff"
            # What a page may do is said of what a browser may show as one, as it shows a picture.
            assert ("Content-Security-Policy" in plain) == asset.endswith(".svg")
            if len(stored) > 1000:
                assert small["Content-Encoding"] == "br"
                assert plain["ETag"] != small["ETag"]
                # A small file is mostly names that carry hashes.
                assert len(body) < len(stored) / (2 if len(stored) > 4000 else 1.5)


async def test_parts_of_a_file_are_parts_of_what_was_asked_for(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as site, aiohttp.ClientSession() as session:

        async def get(**headers: str) -> tuple[int, bytes, str]:
            sent = {name.replace("_", "-"): value for name, value in headers.items()} | {"Accept-Encoding": "identity"}
            async with session.get(f"{site.address}/window", headers=sent) as answer:
                return answer.status, await answer.read(), answer.headers.get("Content-Range", "")

        _, whole, _ = await get()
        total = len(whole)
        assert await get(Range="bytes=10-19") == (206, whole[10:20], f"bytes 10-19/{total}")
        assert await get(Range="bytes=-5") == (206, whole[-5:], f"bytes {total - 5}-{total - 1}/{total}")
        assert await get(Range=f"bytes={total}-") == (416, b"", f"bytes */{total}")
        assert await get(Range="bytes=0-1,4-5") == (200, whole, "")
        assert await get(Range="bytes=0-1", If_Range='"another"') == (200, whole, "")


async def test_nothing_else_of_the_disk_is_served(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as site, aiohttp.ClientSession() as session:
        for path in ("/assets/../index.html", "/assets/%2e%2e%2findex.html", "/assets/nothing.js", "/index.html"):
            async with session.get(site.address + path) as answer:
                assert answer.status == 404, path
