"""PDFs that strangers send to do harm: bombs by every way a PDF can unpack, and every way out that it can hold."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

MEGA = 1 << 20


def _saved(pdf: Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def _page(pdf: Pdf, contents: Stream | Array) -> None:
    pdf.add_blank_page(page_size=(595, 842))
    pdf.pages[0].obj.Contents = contents


def _stream(pdf: Pdf, data: bytes, *filters: str) -> Stream:
    stream = Stream(pdf, data)
    stream.Filter = Array([Name(f"/{name}") for name in filters])
    made = pdf.make_indirect(stream)
    assert isinstance(made, Stream)
    return made


def _repeated(piece: bytes, size: int) -> bytes:
    return piece * (size // len(piece))


def _deflated(size: int, piece: bytes = b" ") -> bytes:
    packer = zlib.compressobj(9)
    block = _repeated(piece, MEGA)
    return b"".join(packer.compress(block) for _ in range(max(1, size // MEGA))) + packer.flush()


def nested_flate(size: int) -> bytes:
    """`size` bytes of blanks as a page's content, deflated twice: of 50 MB comes a file of some 800 bytes."""
    pdf = pikepdf.new()
    _page(pdf, _stream(pdf, zlib.compress(_deflated(size), 9), "FlateDecode", "FlateDecode"))
    return _saved(pdf)


def thrice_flate(size: int) -> bytes:
    """The same deflated three times."""
    pdf = pikepdf.new()
    thrice = zlib.compress(zlib.compress(_deflated(size), 9), 9)
    _page(pdf, _stream(pdf, thrice, "FlateDecode", "FlateDecode", "FlateDecode"))
    return _saved(pdf)


def many_siblings(count: int = 20, size: int = 5 * MEGA) -> bytes:
    """A page of `count` content streams that come to 100 MB together, each one alone within every limit."""
    pdf = pikepdf.new()
    twice = zlib.compress(_deflated(size), 9)
    _page(pdf, Array([_stream(pdf, twice, "FlateDecode", "FlateDecode") for _ in range(count)]))
    return _saved(pdf)


def one_content_on_every_page(pages: int = 40, size: int = 10 * MEGA) -> bytes:
    """Each page has the same content: within the limit once, and drawn 40 times."""
    pdf = pikepdf.new()
    content = _stream(pdf, zlib.compress(_deflated(size, b"0 0 9 9 re f "), 9), "FlateDecode", "FlateDecode")
    for _ in range(pages):
        pdf.add_blank_page(page_size=(595, 842))
        pdf.pages[-1].obj.Contents = content
    return _saved(pdf)


def lzw(size: int = 60 * MEGA) -> bytes:
    """Content by LZW, whose longest codes stand for 3,800 bytes each, deflated around that."""
    pdf = pikepdf.new()
    _page(pdf, _stream(pdf, zlib.compress(_lzw_blanks(size), 9), "FlateDecode", "LZWDecode"))
    return _saved(pdf)


def _lzw_blanks(size: int) -> bytes:
    """Codes that unpack to `size` blanks (ISO 32000-1, 7.4.4): each one is a byte longer than the one before."""
    bits: list[str] = []
    reached = 0
    while reached < size:
        bits.append(f"{256:09b}" if not bits else f"{256:012b}")
        bits.append(f"{32:09b}")
        reached += 1
        for code in range(258, 4094):
            width = 9 if code < 511 else 10 if code < 1023 else 11 if code < 2047 else 12
            bits.append(f"{code:0{width}b}")
            reached += code - 256
    bits.append(f"{257:012b}")
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8)


def run_length(size: int = 60 * MEGA) -> bytes:
    """Runs of 128 blanks in 2 bytes each, deflated around that."""
    pdf = pikepdf.new()
    runs = _deflated(size // 64, bytes([129, 32]))
    _page(pdf, _stream(pdf, zlib.compress(runs, 9), "FlateDecode", "FlateDecode", "RunLengthDecode"))
    return _saved(pdf)


def ascii85(size: int = 60 * MEGA) -> bytes:
    """ "z" stands for four zeros, deflated twice around that."""
    pdf = pikepdf.new()
    twice = zlib.compress(_deflated(size // 4, b"z"), 9)
    _page(pdf, _stream(pdf, twice, "FlateDecode", "FlateDecode", "ASCII85Decode"))
    return _saved(pdf)


def many_filters() -> bytes:
    """Forty filters one behind the other."""
    pdf = pikepdf.new()
    data = b"0 0 9 9 re f"
    for _ in range(40):
        data = zlib.compress(data)
    _page(pdf, _stream(pdf, data, *["FlateDecode"] * 40))
    return _saved(pdf)


def _with_picture(make: Callable[[Pdf], Stream]) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    page = pdf.pages[0].obj
    page.Resources = Dictionary(XObject=Dictionary(P=make(pdf)))
    page.Contents = pdf.make_stream(b"500 0 0 500 20 20 cm /P Do")
    return _saved(pdf)


def _picture(stream: Stream, width: int, height: int, **more: Object | str | int) -> Stream:
    stream.Type, stream.Subtype = Name.XObject, Name.Image
    stream.Width, stream.Height, stream.BitsPerComponent, stream.ColorSpace = width, height, 8, Name.DeviceRGB
    for key, value in more.items():
        stream[f"/{key}"] = value
    return stream


def flate_picture(side: int = 5_100) -> bytes:
    """A picture of side × side pixels of three bytes, deflated twice."""
    twice = zlib.compress(_deflated(3 * side * side, b"\0"), 9)
    return _with_picture(lambda pdf: _picture(_stream(pdf, twice, "FlateDecode", "FlateDecode"), side, side))


def jpeg_picture(side: int = 65_500) -> bytes:
    """A JPEG whose header announces side × side pixels, in a picture that says 8 × 8."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG")
    data = bytearray(out.getvalue())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", side, side)
    return _with_picture(lambda pdf: _picture(_stream(pdf, bytes(data), "DCTDecode"), 8, 8))


def jbig2_picture(side: int = 60_000) -> bytes:
    """A JBIG2 page of side × side pixels in a few bytes."""
    page = struct.pack(">IBBBI", 0, 0x30, 0, 1, 19) + struct.pack(">IIIIBH", side, side, 0, 0, 0, 0)

    def make(pdf: Pdf) -> Stream:
        stream = _picture(_stream(pdf, page, "JBIG2Decode"), side, side)
        stream.BitsPerComponent, stream.ColorSpace = 1, Name.DeviceGray
        return stream

    return _with_picture(make)


def jpeg2000_picture(side: int = 60_000) -> bytes:
    """A JPEG 2000 header that announces side × side pixels."""
    siz = struct.pack(">HIIIIIIIIH", 0, side, side, 0, 0, side, side, 0, 0, 3) + b"\x07\x01\x01" * 3
    code = b"\xff\x4f\xff\x51" + struct.pack(">H", len(siz) + 2) + siz + b"\xff\xd9"
    return _with_picture(lambda pdf: _picture(_stream(pdf, code, "JPXDecode"), 8, 8))


def font_bomb(size: int = 40 * MEGA) -> bytes:
    """An embedded font that unpacks to `size` bytes."""
    pdf = pikepdf.new()
    _page(pdf, pdf.make_stream(b"BT /F 12 Tf 99 99 Td (x) Tj ET"))
    file = _stream(pdf, zlib.compress(_deflated(size, b"\0"), 9), "FlateDecode", "FlateDecode")
    descriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name.X, Flags=4, FontFile2=file)
    font = Dictionary(Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name.X, FontDescriptor=descriptor)
    pdf.pages[0].obj.Resources = Dictionary(Font=Dictionary(F=font))
    return _saved(pdf)


def _written(objects: dict[int, bytes], trailer: bytes) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    return bytes(out) + b"trailer\n<<" + trailer + b">>\nstartxref\n%d\n%%%%EOF\n" % start


def object_stream(size: int = 90 * MEGA) -> bytes:
    """An object stream that unpacks to `size` bytes; qpdf opens it to find the page."""
    packed = _deflated(size, b"\0")
    head = b"<</Type/ObjStm/N 1/First 6/Filter/FlateDecode/Length %d>>\nstream\n" % len(packed)
    body = head + packed + b"\nendstream"
    table = b"".join(struct.pack(">BIH", *row) for row in [(0, 0, 65535), (1, 9, 0), (2, 1, 0), (2, 1, 1)])
    out = b"%PDF-1.7\n1 0 obj\n" + body + b"\nendobj\n"
    xref = (
        b"4 0 obj\n<</Type/XRef/W[1 4 2]/Size 4/Root 2 0 R/Length %d>>\nstream\n" % len(table)
        + table
        + b"\nendstream\n"
    )
    return out + xref + b"endobj\nstartxref\n%d\n%%%%EOF\n" % len(out)


def xref_stream(size: int = 90 * MEGA) -> bytes:
    """A table of objects that unpacks to `size` bytes."""
    packed = _deflated(size, b"\0")
    out = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    head = b"<</Type/XRef/W[1 4 2]/Size %d/Root 1 0 R/Filter/FlateDecode/Length %d>>" % (size // 7, len(packed))
    return (
        out + b"3 0 obj\n" + head + b"\nstream\n" + packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(out)
    )


def deep_tree(depth: int = 20_000) -> bytes:
    """A page at the end of `depth` nodes, one in the other."""
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>"}
    for number in range(2, depth + 2):
        objects[number] = b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (number + 1)
    objects[depth + 2] = b"<</Type/Page/MediaBox[0 0 99 99]>>"
    return _written(objects, b"/Size %d/Root 1 0 R" % (depth + 3))


def round_tree() -> bytes:
    """A page tree that is its own child."""
    return _written(
        {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Count 1/Kids[2 0 R 2 0 R]>>"}, b"/Size 3/Root 1 0 R"
    )


def wide_tree(pages: int = 400_000) -> bytes:
    """One page, named `pages` times."""
    kids = b"3 0 R " * pages
    return _written(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids),
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
        },
        b"/Size 4/Root 1 0 R",
    )


def doubled_tree(levels: int = 40) -> bytes:
    """Every node has the next one as a child twice: 2 to the power of `levels` pages in a few kilobytes."""
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>"}
    for number in range(2, levels + 2):
        objects[number] = b"<</Type/Pages/Count 2/Kids[%d 0 R %d 0 R]>>" % (number + 1, number + 1)
    objects[levels + 2] = b"<</Type/Page/MediaBox[0 0 99 99]>>"
    return _written(objects, b"/Size %d/Root 1 0 R" % (levels + 3))


def doubled_forms(levels: int = 40) -> bytes:
    """Every form draws the next one twice: 2 to the power of `levels` drawings."""
    pdf = pikepdf.new()
    inner = pdf.make_stream(b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    for _ in range(levels):
        resources = Dictionary(XObject=Dictionary(N=inner))
        outer = pdf.make_stream(b"/N Do /N Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
        outer.Resources = resources
        inner = outer
    _page(pdf, pdf.make_stream(b"/N Do"))
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(N=inner))
    return _saved(pdf)


def deep_array(depth: int = 300_000) -> bytes:
    """An array in an array, and so on."""
    return _written(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox %s 0 %s>>" % (b"[" * depth, b"]" * depth),
        },
        b"/Size 4/Root 1 0 R",
    )


def many_values(count: int = 300_000) -> bytes:
    """A page whose font has `count` widths."""
    return _written(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Resources<</Font<</F 4 0 R>>>>>>",
            4: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Widths[%s]>>" % (b"1 " * count),
        },
        b"/Size 5/Root 1 0 R",
    )


TENTH = {
    "pdf_values": 100_000,
    "pdf_one_picture_bytes": 30_000_000,
    "pdf_data_bytes": 10_000_000,
    "pdf_picture_bytes": 400_000_000,
}
"""A tenth of what imaging allows a PDF; the bombs are of that size."""
BOMBS: dict[str, Callable[[], bytes]] = {
    "nested_flate": lambda: nested_flate(60 * MEGA),
    "thrice_flate": lambda: thrice_flate(100 * MEGA),
    "many_siblings": many_siblings,
    "one_content_on_every_page": one_content_on_every_page,
    "lzw": lzw,
    "run_length": run_length,
    "ascii85": ascii85,
    "many_filters": many_filters,
    "flate_picture": flate_picture,
    "jpeg_picture": jpeg_picture,
    "jbig2_picture": jbig2_picture,
    "jpeg2000_picture": jpeg2000_picture,
    "font": font_bomb,
    "object_stream": object_stream,
    "xref_stream": xref_stream,
    "deep_tree": deep_tree,
    "round_tree": round_tree,
    "wide_tree": wide_tree,
    "doubled_tree": doubled_tree,
    "doubled_forms": doubled_forms,
    "deep_array": deep_array,
    "many_values": many_values,
}
"""Each is a valid PDF, or begins as one, of at most a few hundred kilobytes, `many_values` apart."""
