"""Files that strangers send to do harm, made here so that none is kept in the repository."""

from __future__ import annotations

import io
import struct
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image


def enormous_png(side: int = 20_000) -> bytes:
    """A grey PNG of side × side pixels in a few tens of kilobytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    deflate = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    body = b"".join(deflate.compress(row) for _ in range(side)) + deflate.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def jpeg_with_archive_behind() -> bytes:
    """A valid JPEG that is a valid ZIP too."""
    import zipfile

    picture, archive = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (200, 150), "white").save(picture, "JPEG", comment=b"<script>alert(1)</script>")
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("run.sh", "#!/bin/sh\necho marker-of-the-archive\n")
    return picture.getvalue() + archive.getvalue()


def jpeg_with_place(orientation: int = 6) -> bytes:
    """A JPEG with GPS coordinates, a camera's name and a turned orientation."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "marker-of-the-camera"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (31.0, 13.0, 49.0)
    output = io.BytesIO()
    picture = Image.new("RGB", (400, 300), "white")
    picture.paste("red", (0, 0, 40, 40))
    picture.save(output, "JPEG", exif=exif, quality=95)
    return output.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><rect width="9" height="9"/></svg>'


def _saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    output = io.BytesIO()
    pdf.save(output, **options)  # type: ignore[arg-type]
    return output.getvalue()


def plain_pdf(pages: int = 2) -> bytes:
    """A PDF with a black bar on each page and nothing else."""
    pdf = pikepdf.new()
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Contents = pdf.make_stream(b"0 0 0 rg 60 700 400 40 re f")
    return _saved(pdf)


def armed_pdf() -> bytes:
    """A PDF that runs a script, launches a program, opens a page of the web and carries a file."""
    pdf = pikepdf.open(io.BytesIO(plain_pdf()))
    script = Dictionary(S=Name.JavaScript, JS="app.alert('marker-of-the-script')")
    launch = Dictionary(S=Name.Launch, F="marker-of-the-launch.exe")
    pdf.Root.OpenAction = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS="marker-of-the-opening()", Next=launch))
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([pikepdf.String("a"), pdf.make_indirect(script)])))
    pdf.attachments["marker-of-the-attachment.exe"] = b"MZ"
    link = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Link,
        Rect=Array([0, 0, 90, 90]),
        A=Dictionary(S=Name.URI, URI="http://marker-of-the-web.example/"),
        AA=Dictionary(E=Dictionary(S=Name.JavaScript, JS="marker-of-the-hover()")),
    )
    pdf.pages[0].Annots = Array([pdf.make_indirect(link)])
    pdf.pages[1].AA = Dictionary(O=Dictionary(S=Name.SubmitForm, F="http://marker-of-the-form.example/"))
    return _saved(pdf)


def poster_pdf() -> bytes:
    """A page of 14,400 points a side in units of 75 points: 15 kilometres of pixels at 150 dpi."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(14_400, 14_400))
    page.obj.UserUnit = 75
    return _saved(pdf)


def encrypted_pdf(user: str = "secret") -> bytes:
    """A PDF that asks for a password, or with `user` empty one that only forbids printing."""
    pdf = pikepdf.open(io.BytesIO(plain_pdf()))
    return _saved(pdf, encryption=pikepdf.Encryption(owner="owner", user=user))
