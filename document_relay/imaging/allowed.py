"""What a page of a PDF needs to look right: every key that may be taken over, by the kind of object that holds it.

ISO 32000-1 names far more: actions, scripts, attachments, links, videos, files and addresses outside, forms, notes of
the program that wrote it. What is not in this table is not taken over, so nobody has to know what a key would do.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PLAIN = "plain"
"""Numbers, names, strings and arrays of them: a dictionary or stream in such a place is left out."""
ANY = "*"
"""Stands for every key of a dictionary whose keys are names that the file's author chose."""

Keys = Mapping[str, str]


def _plain(*keys: str, **kinds: str) -> Keys:
    return {**{f"/{key}": PLAIN for key in keys}, **{f"/{key}": kind for key, kind in kinds.items()}}


def _named(kind: str) -> Keys:
    return {ANY: kind}


_FUNCTION = _plain(
    *("FunctionType", "Domain", "Range", "Size", "BitsPerSample", "Order", "Encode", "Decode", "C0", "C1", "N"),
    *("Bounds",),
    Functions="function",
)

KINDS: Mapping[str, Keys] = MappingProxyType(
    {
        "page": _plain(
            *("MediaBox", "CropBox", "Rotate", "UserUnit"),
            Resources="resources",
            Group="group",
            Contents="content",
        ),
        "resources": _plain(
            Font="fonts",
            XObject="xobjects",
            ExtGState="graphics_states",
            ColorSpace="colours",
            Pattern="patterns",
            Shading="shadings",
            Properties="layers",
        ),
        "content": {},
        # A soft mask's group is a form, too.
        "form": _plain(
            *("Type", "Subtype", "FormType", "BBox", "Matrix"), Resources="resources", Group="group", OC="layer"
        ),
        "group": _plain("Type", "S", "I", "K", CS="colour"),
        "xobjects": _named("xobject"),
        "image": _plain(
            *("Type", "Subtype", "Width", "Height", "BitsPerComponent", "ImageMask", "Decode", "Interpolate"),
            *("SMaskInData", "Matte", "Intent"),
            ColorSpace="colour",
            Mask="image",
            SMask="image",
            OC="layer",
        ),
        "fonts": _named("font"),
        "font": _plain(
            *("Type", "Subtype", "Name", "BaseFont", "FirstChar", "LastChar", "Widths"),
            *("DW", "W", "DW2", "W2", "FontBBox", "FontMatrix"),
            Encoding="encoding",
            ToUnicode="encoding",
            FontDescriptor="descriptor",
            DescendantFonts="font",
            CIDSystemInfo="system",
            CIDToGIDMap="data",
            CharProcs="glyphs",
            Resources="resources",
        ),
        "encoding": _plain(
            *("Type", "BaseEncoding", "Differences", "CMapName", "WMode"), CIDSystemInfo="system", UseCMap="encoding"
        ),
        "system": _plain("Registry", "Ordering", "Supplement"),
        "descriptor": _plain(
            *("Type", "FontName", "FontFamily", "FontStretch", "FontWeight", "Flags", "FontBBox", "ItalicAngle"),
            *("Ascent", "Descent", "Leading", "CapHeight", "XHeight", "StemV", "StemH", "AvgWidth", "MaxWidth"),
            *("MissingWidth", "CharSet", "Lang"),
            CIDSet="data",
            FontFile="font_file",
            FontFile2="font_file",
            FontFile3="font_file",
        ),
        "font_file": _plain("Subtype", "Length1", "Length2", "Length3"),
        "glyphs": _named("content"),
        "data": {},
        "graphics_states": _named("graphics_state"),
        "graphics_state": _plain(
            *("Type", "LW", "LC", "LJ", "ML", "D", "RI", "OP", "op", "OPM", "FL", "SM", "SA", "BM", "CA", "ca"),
            *("AIS", "TK"),
            Font="font",
            SMask="soft_mask",
            TR="function",
            TR2="function",
            BG="function",
            BG2="function",
            UCR="function",
            UCR2="function",
        ),
        "soft_mask": _plain("Type", "S", "BC", G="xobject", TR="function"),
        "colours": _named("colour"),
        "colour": _plain(
            *("N", "Range", "WhitePoint", "BlackPoint", "Gamma", "Matrix", "Subtype", "Components"),
            *(key[1:] for key in _FUNCTION if key != "/Functions"),
            Functions="function",
            Alternate="colour",
            ColorSpace="colour",
            Colorants="colours",
            Process="colour",
        ),
        "function": _FUNCTION,
        "patterns": _named("pattern"),
        "pattern": _plain(
            *("Type", "PatternType", "PaintType", "TilingType", "BBox", "XStep", "YStep", "Matrix"),
            Resources="resources",
            Shading="shading",
            ExtGState="graphics_state",
        ),
        "shadings": _named("shading"),
        "shading": _plain(
            *("ShadingType", "Background", "BBox", "AntiAlias", "Domain", "Matrix", "Coords", "Extend", "Decode"),
            *("VerticesPerRow", "BitsPerCoordinate", "BitsPerComponent", "BitsPerFlag"),
            ColorSpace="colour",
            Function="function",
        ),
        "layers": _named("layer"),
        "layer": _plain("Type", "Name", "P", OCGs="layer", VE="layer"),
        "layer_properties": _plain(OCGs="layer", D="layer_configuration"),
        "layer_configuration": _plain("Name", "BaseState", ON="layer", OFF="layer"),
        # Only on the way to be drawn into the page: see `rebuild`.
        "annotated_page": _plain(
            *("MediaBox", "CropBox", "Rotate", "UserUnit"),
            Resources="resources",
            Group="group",
            Contents="content",
            Annots="annotation",
        ),
        "annotation": _plain(
            *("Type", "Subtype", "Rect", "F", "AS", "FT", "Ff", "T", "V", "DV", "DA", "Q", "MaxLen", "Opt", "I", "TI"),
            *("C", "IC", "CA", "ca", "Border", "QuadPoints", "InkList", "L", "LE", "Vertices", "Contents"),
            AP="appearances",
            MK="appearance_words",
            BS="border",
            Kids="annotation",
            Parent="annotation",
            OC="layer",
        ),
        "appearances": _plain(N="appearance", R="appearance", D="appearance"),
        "appearance": _named("form"),
        "appearance_words": _plain("R", "BC", "BG", "CA", "RC", "AC", "TP"),
        "border": _plain("Type", "W", "S", "D"),
        "fields": _plain("NeedAppearances", "DA", "Q", Fields="annotation", DR="resources"),
    }
)

STREAMS = frozenset(
    {"content", "form", "image", "encoding", "data", "font_file", "colour", "function", "pattern", "shading"}
)
"""The kinds that may be streams; where another kind is expected, a stream is left out."""
