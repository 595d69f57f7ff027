"""What imaging hands back: values, the same in the child process and in the parent."""

from __future__ import annotations

from typing import Literal

import msgspec

Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]
"""Top left, top right, bottom right, bottom left of the page, as fractions of the upright source's width and height."""

Verdict = Literal["good", "usable", "poor"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong with a picture, and what to do about it.

    `code` is one of blurred, glare, dark, bright, cut_off, too_small, tilted, page_not_found, text_not_shown.
    `region` is "whole" or a ninth of the page: "top_left", "top", "top_right", "left", "middle", "right",
    "bottom_left", "bottom", "bottom_right". `zh` and `en` are whole sentences.
    """

    code: str
    region: str
    zh: str
    en: str


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """The judgement of a picture: "good" has no findings, "usable" can be read, "poor" should be taken again."""

    verdict: Verdict
    findings: tuple[Finding, ...]


class PageImages(msgspec.Struct, frozen=True, kw_only=True):
    """A photographed page made straight, and what is to be said about it.

    Both pictures are JPEG without any metadata; `width` and `height` are those of the straightened one in pixels.
    `corners` is None when no page edge was found: then the whole picture was kept. `turned_degrees` is the clockwise
    turn that the source's EXIF asked for and that was applied: 0, 90, 180 or 270.
    """

    straightened_jpeg: bytes
    thumbnail_jpeg: bytes
    width: int
    height: int
    corners: Corners | None
    turned_degrees: int
    quality: Quality


class PdfPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a stranger's PDF as a picture and as a thumbnail, both JPEG; `width` and `height` are the picture's.

    `quality` is "good", or "poor" when text of the page is not seen in the picture.
    """

    picture_jpeg: bytes
    thumbnail_jpeg: bytes
    width: int
    height: int
    quality: Quality


class TakenPdf(msgspec.Struct, frozen=True, kw_only=True):
    """A stranger's PDF written anew, with a sheet of ours behind its `pages` pages."""

    data: bytes
    pages: int
