"""A stranger's PDF written anew from the little that its pages need to look right. Runs in the child only.

What is taken over stands in `allowed`; how much of it there may be, in `Limits`. In the result every stream has at most
one filter and is known to unpack to what was counted here, so whoever reads it later meets no bomb in it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from .allowed import ANY, KINDS, PLAIN, STREAMS
from .errors import PdfDamaged, PdfEncrypted, PdfSigned, PdfTooHeavy, PdfTooManyPages
from .flatten import flattened
from .limits import Limits
from .streams import Weigher

_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_DEEPEST = 100
_DEEPEST_TREE = 50
_UNREADABLE = (pikepdf.PdfError, RecursionError, ValueError, TypeError, KeyError, AttributeError, OverflowError)


class Rebuilt:
    """The PDF anew, how many pages it has, and whether it bore a signature."""

    def __init__(self, data: bytes, pages: int, *, signed: bool) -> None:
        self.data = data
        self.pages = pages
        self.signed = signed


def rebuild(data: bytes, most_pages: int, limits: Limits) -> Rebuilt:
    """The PDF anew; form fields and notes are drawn into their pages.

    A PDF that opens without a password is read, whatever its owner forbids: what its reader sees is what counts here.
    Raises PdfDamaged, PdfEncrypted, PdfTooManyPages, PdfTooHeavy.
    """
    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=True) as source:
            signed = _is_signed(source)
            copy = _Copy(source, most_pages, limits)
            clean = copy.run(annotated=True)
        if copy.annotated:
            with pikepdf.open(io.BytesIO(flattened(clean))) as source:
                clean = _Copy(source, most_pages, limits).run(annotated=False)
    except pikepdf.PasswordError as error:
        raise PdfEncrypted from error
    except _UNREADABLE as error:
        raise PdfDamaged from error
    return Rebuilt(clean, copy.pages, signed=signed)


def rebuild_unsigned(data: bytes, most_pages: int, limits: Limits) -> Rebuilt:
    """As `rebuild`; raises PdfSigned too: a signature does not survive that anything is changed or added."""
    made = rebuild(data, most_pages, limits)
    if made.signed:
        raise PdfSigned
    return made


class _Copy:
    """One PDF on its way into a new one."""

    def __init__(self, source: Pdf, most_pages: int, limits: Limits) -> None:
        self._source = source
        self._target = pikepdf.new()
        self._most_pages = most_pages
        self._weigher = Weigher(self._target, limits)
        self._values_left = limits.pdf_values
        self._made: dict[tuple[tuple[int, int], str], Object] = {}
        self.pages = 0
        self.annotated = False

    def run(self, *, annotated: bool) -> bytes:
        """The new PDF."""
        kind = "annotated_page" if annotated else "page"
        found = list(self._pages())
        self.pages = len(found)
        self.annotated = any("/Annots" in page for page in found)
        self._target.Root.Pages = self._target.make_indirect(
            Dictionary(Type=Name.Pages, Count=len(found), Kids=Array([]))
        )
        kids = [self._page(page, kind) for page in found]
        self._target.Root.Pages.Kids = Array(kids)
        self._take_root("/OCProperties", "layer_properties")
        if annotated and self.annotated:
            self._take_root("/AcroForm", "fields")
        output = io.BytesIO()
        self._target.save(output, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return output.getvalue()

    def _pages(self) -> Iterator[Dictionary]:
        """The page tree's leaves, found without following it deeper or longer than any honest one goes."""
        top = self._source.Root.Pages
        stack: list[tuple[Object, dict[str, Object], int]] = [(top, {}, 0)]
        count, seen = 0, 0
        while stack:
            node, former, depth = stack.pop()
            seen += 1
            if depth > _DEEPEST_TREE or seen > 10 * self._most_pages + 1000:
                raise PdfTooHeavy
            if not isinstance(node, Dictionary):
                continue
            inherited = former | {key: node[key] for key in _INHERITED if key in node}
            kids = node.get("/Kids")
            if isinstance(kids, Array):
                # No further than to the first page too many.
                stack.extend((kid, inherited, depth + 1) for kid in reversed(list(_first(kids, self._room(count)))))
                continue
            count += 1
            if count > self._most_pages:
                raise PdfTooManyPages(pages=self._announced(count), limit=self._most_pages)
            yield Dictionary({**{key: node[key] for key in _keys(node)}, **inherited})
        if not count:
            raise PdfDamaged

    def _room(self, count: int) -> int:
        return 10 * self._most_pages + 1000 - count

    def _announced(self, counted: int) -> int:
        """The pages that the file says it has, when that can be."""
        said = self._source.Root.Pages.get("/Count")
        return max(counted, said) if isinstance(said, int) else counted

    def _page(self, page: Dictionary, kind: str) -> Object:
        made = self._dictionary(page, kind, 0)
        made.Type, made.Parent = Name.Page, self._target.Root.Pages
        if "/MediaBox" not in made:
            made.MediaBox = Array([0, 0, 612, 792])  # what readers assume
        return self._target.make_indirect(made)

    def _take_root(self, key: str, kind: str) -> None:
        value = self._source.Root.get(key)
        if isinstance(value, Dictionary):
            self._target.Root[key] = self._dictionary(value, kind, 0)

    def _value(self, value: Any, kind: str, depth: int) -> Any:
        """The value as it may be taken over; None for what may not."""
        self._values_left -= 1
        if self._values_left < 0 or depth > _DEEPEST:
            raise PdfTooHeavy
        if isinstance(value, Array):
            items = [self._value(item, kind, depth + 1) for item in value]
            return Array([item for item in items if item is not None])
        if isinstance(value, Dictionary | Stream):
            return None if kind == PLAIN else self._holder(value, _kind_of(value, kind), depth)
        if isinstance(value, Object):
            return Object.parse(value.unparse(resolved=True))
        return value

    def _holder(self, value: Object, kind: str | None, depth: int) -> Object | None:
        """A dictionary or stream; one that is referred to from many places is made once."""
        if kind is None or (isinstance(value, Stream) and kind not in STREAMS):
            return None
        key = (value.objgen, kind)
        if value.is_indirect and key in self._made:
            return self._made[key]
        if isinstance(value, Stream):
            made: Object = self._target.make_indirect(self._weigher.taken(value, picture=kind == "image"))
        elif value.is_indirect:
            made = self._target.make_indirect(Dictionary())
        else:
            return self._dictionary(value, kind, depth)
        self._made[key] = made
        self._fill(made, value, kind, depth)
        return made

    def _dictionary(self, value: Object, kind: str, depth: int) -> Object:
        made = Dictionary()
        self._fill(made, value, kind, depth)
        return made

    def _fill(self, made: Object, value: Object, kind: str, depth: int) -> None:
        allowed = KINDS[kind]
        for key in _keys(value):
            wanted = allowed.get(key, allowed.get(ANY))
            if wanted is not None:
                taken = self._value(value[key], wanted, depth + 1)
                if taken is not None:
                    made[key] = taken


def _kind_of(value: Object, kind: str) -> str | None:
    """The kind, where only the object itself tells it."""
    if kind == "xobject":
        return {"/Image": "image", "/Form": "form"}.get(str(value.get("/Subtype")))
    if kind == "appearance":
        return "form" if isinstance(value, Stream) else kind
    if kind == "layer":
        return kind if str(value.get("/Type")) in ("/OCG", "/OCMD") else None
    return kind


def _keys(value: Object) -> list[str]:
    return list(value.keys())


def _first(kids: Array, most: int) -> Iterator[Object]:
    for place in range(min(len(kids), most)):
        yield kids[place]


def _is_signed(pdf: Pdf) -> bool:
    """Whether any field or permission holds a signature (ISO 32000-1, 12.8): such a dictionary has a byte range."""
    return any(isinstance(one, Dictionary) and {"/ByteRange", "/Contents"} <= set(_keys(one)) for one in pdf.objects)
