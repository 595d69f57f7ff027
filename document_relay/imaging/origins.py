"""A photograph without what says where, when and with what it was taken; its pixels and its turn stay byte for byte.

Phones write the place of a photograph, mostly somebody's home, into Exif and XMP. What is kept of a JPEG, PNG or WebP
is an allow-list of what its pixels need. In HEIC and TIFF, whose parts name each other by their place in the file, such
values are blanked where they lie. Sources: JPEG ITU-T T.81 B; Exif 2.32, 4.5; PNG 3rd edition, 5 and 11; WebP RFC 9649;
TIFF 6.0, 2; HEIF ISO/IEC 23008-12, A.2, and ISO/IEC 14496-12, 8.11.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from .origins_in_place import blanked_heif, blanked_tiff

_PNG = b"\x89PNG\r\n\x1a\n"
_EXIF = b"Exif\0\0"
# Colours, and how bright they are; the rest of PNG's side chunks is text, time and Exif.
_PNG_KEPT = frozenset({b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"pHYs"})
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP"})
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""JPEG markers without a length."""
_APP0, _APP2, _APP14, _COMMENT = 0xE0, 0xE2, 0xEE, 0xFE


def without_origin(data: bytes, orientation: int) -> bytes:
    """The same picture without its origin; `orientation` is the Exif value that it is shown by, 1 for upright."""
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data, orientation)
    if data.startswith(_PNG):
        return _png(data, orientation)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data, orientation)
    return blanked_tiff(data) if data[:2] in (b"II", b"MM") else blanked_heif(data)


def _exif(orientation: int) -> bytes:
    """A TIFF of nothing but the orientation (Exif 2.32, 4.6.4 A)."""
    entry = b"\x01\x12\0\x03\0\0\0\x01" + orientation.to_bytes(2, "big") + b"\0\0"
    return b"MM\0*\0\0\0\x08\0\x01" + entry + b"\0\0\0\0"


def _jpeg(data: bytes, orientation: int) -> bytes:
    """The first picture of the file: those behind it are previews and other views, with an origin of their own."""
    kept = [b"\xff\xd8"]
    if orientation != 1:
        body = _EXIF + _exif(orientation)
        kept.append(b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body)
    kept += _jpeg_segments(data)
    return b"".join(kept)


def _jpeg_segments(data: bytes) -> Iterator[bytes]:
    at = 2
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        marker = data[at + 1]
        if marker in (0x00, 0xFF, _SOI, *_ALONE):
            # Filling, or what a decoder passes over between segments.
            at += 1 if marker == 0xFF else 2
            continue
        if marker == _EOI:
            yield b"\xff\xd9"
            return
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _SOS:
            end = _scan_end(data, end)
        if _is_of_pixels(marker, data[at + 4 : at + 18]):
            yield data[at:end]
        at = end


def _is_of_pixels(marker: int, begins: bytes) -> bool:
    if marker == _APP2:
        return begins.startswith(b"ICC_PROFILE\0")
    if marker == _APP0:
        return begins.startswith(b"JFIF\0")
    if marker == _APP14:
        return begins.startswith(b"Adobe")
    return not _APP0 <= marker <= 0xEF and marker != _COMMENT


def _scan_end(data: bytes, at: int) -> int:
    """Where the entropy-coded data that begin at `at` end: at the next marker that is no part of them."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] != 0 and data[at + 1] != 0xFF and data[at + 1] not in _ALONE:
            return at
        at += 1 if data[at + 1] == 0xFF else 2
    return len(data)


def _png(data: bytes, orientation: int) -> bytes:
    kept, at = [_PNG], len(_PNG)
    while at + 8 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        if kind[:1].isupper() or kind in _PNG_KEPT:
            kept.append(data[at:end])
        if kind == b"IHDR" and orientation != 1:
            kept.append(_png_chunk(b"eXIf", _exif(orientation)))
        if kind == b"IEND":
            break
        at = end
    return b"".join(kept)


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def _webp(data: bytes, orientation: int) -> bytes:
    kept, at, end_of_file = [], 12, 8 + int.from_bytes(data[4:8], "little")
    while at + 8 <= min(len(data), end_of_file):
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + size + size % 2
        chunk = data[at:end]
        if kind == b"VP8X":
            flags = chunk[8] & ~(_WEBP_EXIF | _WEBP_XMP) | (_WEBP_EXIF if orientation != 1 else 0)
            chunk = chunk[:8] + bytes([flags]) + chunk[9:]
        if kind in _WEBP_KEPT:
            kept.append(chunk)
        at = end
    # Exif stands in the extended form only, and so does an orientation that is not upright.
    if orientation != 1:
        body = _exif(orientation)
        kept.append(b"EXIF" + len(body).to_bytes(4, "little") + body)
    whole = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(whole).to_bytes(4, "little") + whole
