"""What the streams of a stranger's PDF unpack to, counted before anybody else unpacks them. Runs in the child only."""

from __future__ import annotations

import io
import zlib
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, StreamDecodeLevel
from pikepdf.settings import set_qpdf_limits
from PIL import Image

from .errors import PdfDamaged, PdfTooHeavy
from .limits import Limits
from .origins import without_origin

_LONG = {
    "/Fl": "/FlateDecode",
    "/LZW": "/LZWDecode",
    "/RL": "/RunLengthDecode",
    "/A85": "/ASCII85Decode",
    "/AHx": "/ASCIIHexDecode",
    "/DCT": "/DCTDecode",
    "/CCF": "/CCITTFaxDecode",
}
_KEPT = frozenset({"/FlateDecode", "/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode"})
"""Filters that stay on a picture when they come last: to take them off and on again would cost the most of all."""
_PARAMETERS = (
    *("/Predictor", "/Colors", "/BitsPerComponent", "/Columns", "/K", "/EndOfLine", "/EncodedByteAlign", "/Rows"),
    *("/EndOfBlock", "/BlackIs1", "/DamagedRowsBeforeError", "/ColorTransform"),
)
_JPEG = b"\xff\xd8"
_PIECE = 1 << 20


def limit_qpdf(limits: Limits) -> None:
    """Holds qpdf itself to the limits, in what it unpacks to find the objects too; once in a process."""
    set_qpdf_limits(
        doc_max_warnings=1000,
        parser_max_container_size=limits.pdf_values,
        max_stream_filters=limits.pdf_filters,
        dct_max_memory=limits.pdf_data_bytes,
        flate_max_memory=limits.pdf_data_bytes,
        png_max_memory=limits.pdf_data_bytes,
        tiff_max_memory=limits.pdf_data_bytes,
        run_length_max_memory=limits.pdf_data_bytes,
    )


class Weigher:
    """Unpacks the streams of one PDF within its limits, on their way into `target`."""

    def __init__(self, target: Pdf, limits: Limits) -> None:
        self._target = target
        self._limits = limits
        self._data_left = limits.pdf_data_bytes
        self._pictures_left = limits.pdf_picture_bytes

    def taken(self, stream: Stream, *, picture: bool) -> Stream:
        """A stream of the target with the same data, without a filter or a picture's last one alone, and no other key.

        Raises PdfTooHeavy, PdfDamaged.
        """
        names = [_LONG.get(str(name), str(name)) for name in _listed(stream.get("/Filter"))]
        if len(names) > self._limits.pdf_filters:
            raise PdfTooHeavy
        if not (picture and names and names[-1] in _KEPT):
            data = _unpacked(stream)
            self._charge(len(data), picture=picture)
            return Stream(self._target, data)
        data = stream.read_raw_bytes()
        if names[:-1]:
            inner = Stream(self._target, data)
            inner.Filter = Array([Name(name) for name in names[:-1]])
            data = _unpacked(inner)
        self._charge(max(len(data), _size(stream, data, names[-1])), picture=True)
        if names[-1] == "/DCTDecode" and data.startswith(_JPEG):
            # A telephone's photograph put into a PDF still says where it was taken.
            data = without_origin(data, orientation=1)
        made = Stream(self._target, data)
        made.Filter = Name(names[-1])
        parameters = _listed(stream.get("/DecodeParms"))
        if len(parameters) == len(names) and isinstance(parameters[-1], Dictionary):
            made.DecodeParms = self._parameters(parameters[-1])
        return made

    def _parameters(self, parameters: Dictionary) -> Dictionary:
        kept = Dictionary({key: parameters[key] for key in _PARAMETERS if isinstance(parameters.get(key), int | bool)})
        if isinstance(shared := parameters.get("/JBIG2Globals"), Stream):
            kept.JBIG2Globals = self._target.make_indirect(self.taken(shared, picture=False))
        return kept

    def _charge(self, size: int, *, picture: bool) -> None:
        if picture:
            self._pictures_left -= size
        else:
            self._data_left -= size
        too_large = picture and size > self._limits.pdf_one_picture_bytes
        if too_large or self._pictures_left < 0 or self._data_left < 0:
            raise PdfTooHeavy


def _unpacked(stream: Stream) -> bytes:
    try:
        return stream.read_bytes(StreamDecodeLevel.specialized)
    except pikepdf.PdfError as error:
        if "limit exceeded" in str(error):
            raise PdfTooHeavy from error
        return _begun(stream, error)


def _begun(stream: Stream, error: Exception) -> bytes:
    """What a cut or damaged deflated stream holds up to there, as readers show it; raises PdfDamaged for others."""
    if [str(name) for name in _listed(stream.get("/Filter"))] != ["/FlateDecode"]:
        raise PdfDamaged from error
    data = bytearray()
    inflate = zlib.decompressobj()
    try:
        for piece in _pieces(stream.read_raw_bytes(), 512):
            data += inflate.decompress(piece)
    except zlib.error:
        pass  # damaged from here on
    return bytes(data)


def _size(stream: Stream, data: bytes, name: str) -> int:
    """Bytes that a picture comes to when it is decoded: what its entries say, or its data when that is more."""
    width, height = (_number(stream, key) for key in ("/Width", "/Height"))
    bits = 1 if stream.get("/ImageMask") else _number(stream, "/BitsPerComponent") or 8
    said = width * height * (1 if bits == 1 else 3 * bits) // 8
    if name == "/FlateDecode":
        return max(said, _inflated_size(data))
    if name in ("/DCTDecode", "/JPXDecode"):
        wide, high = _pixels(data)
        return max(said, 3 * wide * high)
    return said


def _inflated_size(data: bytes) -> int:
    """Counted without keeping more than a piece of it."""
    inflate, size = zlib.decompressobj(), 0
    try:
        while not inflate.eof and (data := inflate.unconsumed_tail or data):
            piece = inflate.decompress(data, _PIECE)
            size += len(piece)
            if not piece:
                break
            data = b""
    except zlib.error:
        pass  # readers show what comes before the damage
    return size


def _pixels(data: bytes) -> tuple[int, int]:
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "JPEG2000")) as picture:
            return picture.size
    except MemoryError:
        raise
    except Exception:  # decoders raise anything on hostile headers; a picture that none can read is not drawn
        return 0, 0


def _number(stream: Stream, key: str) -> int:
    value = stream.get(key)
    return max(0, value) if isinstance(value, int) else 0


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, Array) else [value]


def _pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]
