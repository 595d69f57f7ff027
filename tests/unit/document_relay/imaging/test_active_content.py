"""Whatever a PDF can do, start or point to is not taken over; what its pages show is."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from tests.support import hostile
from tests.support.shared_imaging import SharedImaging

MARK = "marker-of-harm"
UNC = f"\\\\{MARK}.example\\share\\x.pdf"
Arm = Callable[[Pdf], None]


def _opening(**action: object) -> Arm:
    def arm(pdf: Pdf) -> None:
        pdf.Root.OpenAction = pdf.make_indirect(Dictionary({f"/{key}": value for key, value in action.items()}))

    return arm


def _annotation(subtype: str, **entries: object) -> Arm:
    def arm(pdf: Pdf) -> None:
        plain = {"/Type": Name.Annot, "/Subtype": Name(f"/{subtype}"), "/Rect": Array([0, 0, 90, 90])}
        note = Dictionary(plain | {f"/{key}": value for key, value in entries.items()})
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])

    return arm


def _xfa(pdf: Pdf) -> None:
    words = f'<xdp><script>app.launchURL("http://{MARK}.example/", true)</script></xdp>'.encode()
    parts = Array([String("template"), pdf.make_stream(words)])
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=parts, NeedAppearances=True)


def _form_reference(pdf: Pdf) -> None:
    form = pdf.make_stream(b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    form.Ref = Dictionary(F=String(UNC), Page=0)
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(X=form))


def _external_stream(pdf: Pdf) -> None:
    picture = pdf.make_stream(b"\0\0\0", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1)
    picture.BitsPerComponent, picture.ColorSpace = 8, Name.DeviceRGB
    picture.F = Dictionary(Type=Name.Filespec, F=String(UNC))
    picture.FFilter = Name.FlateDecode
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(X=picture))


def _opi(pdf: Pdf) -> None:
    form = pdf.make_stream(b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    form.OPI = Dictionary({"/2.0": Dictionary(Type=Name.OPI, F=String(UNC))})
    form.PieceInfo = Dictionary(Mark=Dictionary(Private=String(MARK)))
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(X=form))


def _attachment(pdf: Pdf) -> None:
    pdf.attachments[f"{MARK}.exe"] = b"MZ" + MARK.encode()


def _collection(pdf: Pdf) -> None:
    _attachment(pdf)
    pdf.Root.Collection = Dictionary(Type=Name.Collection, D=String(MARK))


def _names(pdf: Pdf) -> None:
    script = Dictionary(S=Name.JavaScript, JS=String(MARK))
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), pdf.make_indirect(script)])))


def _events(pdf: Pdf) -> None:
    pdf.Root.AA = Dictionary(WC=Dictionary(S=Name.JavaScript, JS=String(MARK)))
    pdf.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String(MARK)))


def _field(pdf: Pdf) -> None:
    field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("name"), Rect=Array([9, 9, 99, 30]))
    field.AA = Dictionary(K=Dictionary(S=Name.JavaScript, JS=String(MARK)))
    made = pdf.make_indirect(field)
    pdf.pages[0].obj.Annots = Array([made])
    pdf.Root.AcroForm = Dictionary(Fields=Array([made]), CO=Array([made]))


def _outline(pdf: Pdf) -> None:
    entry = pdf.make_indirect(Dictionary(Title=String(MARK), A=Dictionary(S=Name.URI, URI=String(MARK))))
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(Type=Name.Outlines, First=entry, Last=entry, Count=1))


def _thread(pdf: Pdf) -> None:
    bead = pdf.make_indirect(Dictionary(Type=Name.Bead, R=Array([0, 0, 9, 9])))
    thread = pdf.make_indirect(Dictionary(Type=Name.Thread, F=bead, I=Dictionary(Title=String(MARK))))
    pdf.Root.Threads = Array([thread])
    pdf.pages[0].obj.B = Array([bead])
    pdf.Root.OpenAction = Dictionary(S=Name.Thread, F=String(UNC), D=0)


def _described(pdf: Pdf) -> None:
    pdf.Root.Metadata = pdf.make_stream(MARK.encode(), Type=Name.Metadata, Subtype=Name.XML)
    pdf.docinfo["/Author"] = MARK
    pdf.pages[0].obj.Metadata = pdf.make_stream(MARK.encode())


_WEB, _FILE = f"http://{MARK}.example/", Dictionary(Type=Name.Filespec, F=String(UNC))
ARMS: dict[str, Arm] = {
    "XFA that launches a URL": _xfa,
    "a thread in another file": _thread,
    "a form that refers to another file": _form_reference,
    "a stream in another file": _external_stream,
    "a picture of a print server": _opi,
    "a script on opening": _opening(S=Name.JavaScript, JS=String(MARK)),
    "a script behind a harmless action": _opening(S=Name.Named, N=Name.NextPage, Next=Dictionary(JS=String(MARK))),
    "scripts by name": _names,
    "scripts of events": _events,
    "a script of a field": _field,
    "a program": _opening(S=Name.Launch, F=String(UNC), Win=Dictionary(F=String(MARK))),
    "another file": _opening(S=Name.GoToR, F=String(UNC), D=Array([0, Name.Fit])),
    "an embedded file": _opening(S=Name.GoToE, F=String(UNC), T=Dictionary(R=Name.C, N=String(MARK))),
    "a form sent off": _opening(S=Name.SubmitForm, F=Dictionary(FS=Name.URL, F=String(_WEB))),
    "a form filled from a file": _opening(S=Name.ImportData, F=String(UNC)),
    "an action nobody knows": _opening(S=Name("/Unheard"), Where=String(MARK)),
    "a link to the web": _annotation("Link", A=Dictionary(S=Name.URI, URI=String(_WEB))),
    "a link told as a file's": _annotation("Link", PA=Dictionary(S=Name.URI, URI=String(_WEB))),
    "rich media": _annotation("RichMedia", RichMediaContent=Dictionary(Assets=Dictionary(Names=Array([_FILE])))),
    "a film": _annotation("Movie", Movie=Dictionary(F=String(UNC))),
    "a screen": _annotation("Screen", A=Dictionary(S=Name.Rendition, R=Dictionary(C=Dictionary(D=_FILE)))),
    "a file pinned to a page": _annotation("FileAttachment", FS=_FILE),
    "a three-dimensional scene": _annotation("3D", **{"3DD": Dictionary(OnInstantiate=String(MARK))}),
    "files": _attachment,
    "a portfolio": _collection,
    "an outline": _outline,
    "what the author's program said of it": _described,
}
_WAYS = (
    *("/OpenAction", "/AA", "/A", "/PA", "/JS", "/JavaScript", "/Launch", "/GoToR", "/GoToE", "/SubmitForm", "/XFA"),
    *("/ImportData", "/RichMedia", "/EF", "/EmbeddedFiles", "/URI", "/Ref", "/OPI", "/Threads", "/Names", "/Outlines"),
    *("/AcroForm", "/Annots", "/Collection", "/PieceInfo", "/FFilter"),
)


async def test_no_way_out_is_taken_over(imaging: SharedImaging) -> None:
    sheet = hostile.plain_pdf(1)
    for name, arm in ARMS.items():
        with pikepdf.open(io.BytesIO(hostile.plain_pdf())) as pdf:
            arm(pdf)
            out = io.BytesIO()
            pdf.save(out)
        assert _told(out.getvalue()), f"{name}: armed"
        taken = await imaging.take_in_pdf(out.getvalue(), sheet, 40)
        assert taken.pages == 2, name
        assert not _told(taken.data), name
        assert not _keys(taken.data) & set(_WAYS), name


def _told(data: bytes) -> bool:
    """Whether the marker stands in any object or stream."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        streams = [one for one in pdf.objects if isinstance(one, pikepdf.Stream)]
        texts = [one.unparse(resolved=True) for one in pdf.objects]
        texts += [one.stream_dict.unparse(resolved=True) for one in streams]
        packed = [one.read_raw_bytes() for one in streams]
        unpacked = [one.read_bytes() for one in streams if one.get("/Filter") == Name.FlateDecode]
    return any(MARK.encode() in one for one in (*texts, *packed, *unpacked))


def _keys(data: bytes) -> set[str]:
    """Every key and name of every dictionary, however deep, and the document's own."""
    found: set[str] = set()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        stack: list[object] = list(pdf.objects)
        while stack:
            thing = stack.pop()
            if isinstance(thing, Array):
                stack.extend(one for one in thing if isinstance(one, pikepdf.Object) and not one.is_indirect)
            elif isinstance(thing, Dictionary | pikepdf.Stream):
                for key in thing.keys():  # noqa: SIM118 - a Dictionary iterates otherwise
                    found.add(key)
                    value = thing[key]
                    if isinstance(value, pikepdf.Object) and not value.is_indirect:
                        stack.append(value)
            elif isinstance(thing, Name):
                found.add(str(thing))
    return found
