"""How a package lies in its file: one stored entry after the other, the directory, the end, and not a byte besides.

A zip file may carry bytes that no reader of its entries sees: before the first entry, between two, behind the end, in
comments and in extra fields. No signature covers them, so a package that has any is not the one that was built.
PKWARE APPNOTE 6.3.10, sections 4.3 to 4.5.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from typing import IO

_DATE = (1980, 1, 1, 0, 0, 0)
# As a local header spells the date: years from 1980, month and day; the time is 0.
_DOS_DATE = 1 << 5 | 1
_MODE = 0o600 << 16
_UNIX = 3
_UTF8 = 0x800
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s4B4H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_END64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR = struct.Struct("<4sIQI")
_SIZES64 = struct.Struct("<2H2Q")
_VERSIONS = frozenset({20, 45})
_FULL = 0xFFFFFFFF
_MOST_DIRECTORY = 16 * 1024 * 1024


def entry(name: str) -> zipfile.ZipInfo:
    """The head of a package's entry.

    Its date is fixed: when things happened stands in the manifest and the event chain, which are signed.
    """
    info = zipfile.ZipInfo(name, date_time=_DATE)
    info.external_attr = _MODE
    return info


def strange(file: IO[bytes], package: zipfile.ZipFile) -> Iterator[str]:
    """Names each place of `file`, open to read, where bytes stand that the builder of packages does not write.

    `package` is the same file as `zipfile` reads it. Ends at the first place behind which nothing can be told apart.
    """
    position = 0
    for info in package.infolist():
        if info.header_offset != position:
            yield f"{position}–{info.header_offset}"
            return
        length = _local_header(file, position, info)
        if length is None:
            yield info.filename
            return
        position += length + info.compress_size
    file.seek(position)
    found = file.read(_MOST_DIRECTORY + 1)
    wanted = _directory(package.infolist(), position)
    if found != wanted:
        same = next((at for at, (one, other) in enumerate(zip(found, wanted, strict=False)) if one != other), None)
        yield f"{position + (min(len(found), len(wanted)) if same is None else same)}–"


def _local_header(file: IO[bytes], position: int, info: zipfile.ZipInfo) -> int | None:
    """The header's length; None when it is not one that the builder writes."""
    file.seek(position)
    data = file.read(_LOCAL.size)
    if len(data) < _LOCAL.size:
        return None
    magic, version, flags, method, time, date, crc, packed, plain, named, extra = _LOCAL.unpack(data)
    name = info.filename.encode()
    plain_head = (magic, flags, method, time, date, crc) == (b"PK\3\4", _flags(name), 0, 0, _DOS_DATE, info.CRC)
    if not plain_head or version not in _VERSIONS or named != len(name) or extra not in (0, _SIZES64.size):
        return None
    if file.read(named) != name or packed != plain or plain not in ((info.file_size, _FULL)[: 1 + bool(extra)]):
        return None
    sizes = _SIZES64.pack(1, 16, info.file_size, info.compress_size) if extra else b""
    return _LOCAL.size + named + extra if file.read(extra) == sizes else None


def _directory(infos: list[zipfile.ZipInfo], start: int) -> bytes:
    directory = b"".join(_central(info) for info in infos)
    end, count = b"", len(infos)
    if start > zipfile.ZIP64_LIMIT:
        end = _END64.pack(b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(directory), start)
        end += _LOCATOR.pack(b"PK\6\7", 0, start + len(directory), 1)
    return directory + end + _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), min(start, _FULL), 0)


def _central(info: zipfile.ZipInfo) -> bytes:
    name, limit = info.filename.encode(), zipfile.ZIP64_LIMIT
    large, far = info.file_size > limit, info.header_offset > limit
    beyond = [info.file_size, info.compress_size] * large + [info.header_offset] * far
    extra = struct.pack(f"<2H{len(beyond)}Q", 1, 8 * len(beyond), *beyond) if beyond else b""
    size, offset = (_FULL if large else info.file_size), (_FULL if far else info.header_offset)
    # Which versions of the format a later Python names is its own affair.
    made, needed = (one if one in _VERSIONS else 0 for one in (info.create_version, info.extract_version))
    head = (b"PK\1\2", made, _UNIX, needed, 0, _flags(name), 0, 0, _DOS_DATE, info.CRC, size, size)
    return _CENTRAL.pack(*head, len(name), len(extra), 0, 0, 0, _MODE, offset) + name + extra


def _flags(name: bytes) -> int:
    return 0 if name.isascii() else _UTF8
