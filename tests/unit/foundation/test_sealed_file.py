"""Sealed files: written and read at any place like others, and nothing of them is read without the key."""

from __future__ import annotations

import hashlib
import io
import os
import random
import zipfile
from pathlib import Path
from typing import IO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.sealed_file import BLOCK, MAGIC, SealedFile, write_sealed
from foundation.vault import SealBroken

KEY = bytes(range(32))
SIZES = [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 3 * BLOCK + 77]


def read(path: Path, key: bytes = KEY, context: str = "film") -> bytes:
    with SealedFile.open(path, key, context) as file:
        return file.read()


@pytest.mark.parametrize("size", SIZES)
def test_what_is_written_is_read_and_nothing_of_it_stands_on_the_disk(tmp_path: Path, size: int) -> None:
    data = random.Random(size).randbytes(size)
    write_sealed(tmp_path / "f", KEY, "film", data)
    assert read(tmp_path / "f") == data
    stored = (tmp_path / "f").read_bytes()
    assert stored.startswith(MAGIC)
    assert not any(data[at : at + 16] in stored for at in range(0, size - 16, 997))
    with SealedFile.open(tmp_path / "f", KEY, "film") as file:
        assert file.size == file.seek(0, os.SEEK_END) == size
        for start in (0, size // 2, max(0, size - 5)):
            file.seek(start)
            assert file.read(10) == data[start : start + 10][: BLOCK - start % BLOCK]
        with pytest.raises(ValueError, match="before"):
            file.seek(-1)
        with pytest.raises(io.UnsupportedOperation):
            file.write(b"x")


Act = tuple[str, float, int]
ACTS = st.lists(st.tuples(st.sampled_from(["write", "read"]), st.floats(0, 1), st.integers(0, 2 * BLOCK)), max_size=8)


@settings(deadline=None, max_examples=60)
@given(ACTS)
def test_it_is_written_and_read_anywhere_like_any_file(acts: list[Act]) -> None:
    """As muxers and zip files do, which go back to what they wrote before."""
    like, dice = io.BytesIO(), random.Random(1)
    with SealedFile.temporary(Path("/tmp")) as file:
        for act, share, length in acts:
            at = int(share * len(like.getvalue()))
            file.seek(at)
            like.seek(at)
            if act == "write":
                data = dice.randbytes(length)
                assert file.write(data) == like.write(data)
            else:
                piece = file.read(length)
                assert like.read(length).startswith(piece)
                assert piece or not length or at == len(like.getvalue())
        file.seek(0)
        assert file.read() == like.getvalue()
        with pytest.raises(ValueError, match="holes"):
            file.seek(file.size + 1)
            file.write(b"x")


@pytest.mark.parametrize("size", SIZES[1:])
def test_a_file_that_is_cut_changed_or_another_is_not_read(tmp_path: Path, size: int) -> None:
    path, data = tmp_path / "f", random.Random(size).randbytes(size)
    write_sealed(path, KEY, "film", data)
    stored = path.read_bytes()
    one = BLOCK + 28
    harmed = [stored[:-1], stored[:-one], stored + b"x", stored[:-1] + bytes((stored[-1] ^ 1,)), b"", b"no film"]
    if size > BLOCK:
        # The last block left out, and two blocks in each other's place.
        harmed += [stored[: len(MAGIC) + one]]
        harmed += [MAGIC + stored[len(MAGIC) + one : len(MAGIC) + 2 * one] + stored[len(MAGIC) : len(MAGIC) + one]]
    for bad in harmed:
        path.write_bytes(bad)
        with pytest.raises(SealBroken):
            read(path)
    path.write_bytes(stored)
    for key, context in ((bytes(32), "film"), (KEY, "other")):
        with pytest.raises(SealBroken):
            read(path, key, context)


def test_a_file_that_was_not_finished_is_not_read(tmp_path: Path) -> None:
    file = SealedFile.create(tmp_path / "f", KEY, "film")
    file.write(bytes(3 * BLOCK))
    file.discard()
    with pytest.raises(SealBroken):
        read(tmp_path / "f")


def test_a_temporary_file_has_no_name_and_is_not_in_the_clear(tmp_path: Path) -> None:
    """Finding S5: what is built for one answer, such as an evidence package, cannot be read on the disk meanwhile."""
    words = b"what nobody else may read " * 10_000
    with SealedFile.temporary(tmp_path) as file:
        with zipfile.ZipFile(cast(IO[bytes], file), "w") as package:
            package.writestr("one", words)
        assert list(tmp_path.iterdir()) == []
        on_disk = b"".join(path.read_bytes() for path in map(Path, _open_files()) if str(tmp_path) in os.readlink(path))
        assert len(on_disk) >= len(words) - BLOCK
        assert b"nobody else" not in on_disk
        assert b"PK" not in on_disk[: 2 * len(MAGIC)]
        file.seek(0)
        assert hashlib.file_digest(file, "sha256").hexdigest()
        with zipfile.ZipFile(cast(IO[bytes], file)) as package:
            assert package.read("one") == words


def _open_files() -> list[str]:
    """Where the files that this process has open can be read."""
    return [f"/proc/self/fd/{name}" for name in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{name}")]
