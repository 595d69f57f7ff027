"""Judges a photographed page before a clerk has to, and says what to do about it."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from .finder import FoundPage
from .geometry import Bytes
from .results import Finding, Quality

_NORMAL_SIDE = 1000
"""Judgements are made on the page at this size, so that they do not depend on the camera."""
_REGIONS = (
    ("top_left", "top", "top_right"),
    ("left", "middle", "right"),
    ("bottom_left", "bottom", "bottom_right"),
)
_CORNERS = ("top_left", "top_right", "bottom_right", "bottom_left")
_ZH = {
    "top_left": "左上角",
    "top": "上方",
    "top_right": "右上角",
    "left": "左侧",
    "middle": "中间",
    "right": "右侧",
    "bottom_left": "左下角",
    "bottom": "下方",
    "bottom_right": "右下角",
}
_EN = {
    "top_left": "at the top left",
    "top": "at the top",
    "top_right": "at the top right",
    "left": "at the left",
    "middle": "in the middle",
    "right": "at the right",
    "bottom_left": "at the bottom left",
    "bottom": "at the bottom",
    "bottom_right": "at the bottom right",
}


class _Advice(NamedTuple):
    zh: str
    en: str
    poor: bool


_ADVICE = {
    "blurred": _Advice(
        "画面模糊：请固定设备、对焦后重拍。", "Blurred: hold still, let it focus and take it again.", True
    ),
    "glare": _Advice("{zh}反光：请把纸张稍微倾斜。", "Glare {en}: tilt the page.", False),
    "dark": _Advice("画面太暗：请增加照明后重拍。", "Too dark: add light and take it again.", True),
    "cut_off": _Advice(
        "{zh}没有拍全：请把整张纸放进画面。", "Cut off {en}: move the whole page into the picture.", True
    ),
    "too_small": _Advice("纸张在画面中太小：请靠近一些。", "The page is too small: move closer.", True),
    "tilted": _Advice("拍摄角度太斜：请从正上方拍摄。", "Taken at too flat an angle: hold the camera above.", False),
    "page_not_found": _Advice(
        "没有找到纸张边缘：请放在颜色不同的桌面上。", "Page edge not found: lay it on a table of another colour.", False
    ),
}
_SHARP_ENOUGH = 0.55
_BLOT = 6.0
_BLOT_SHARE = 0.01
_BARELY_READABLE_SIDE = 700
_DARK = 70.0


def judge(source: Bytes, page: Bytes, found: FoundPage | None) -> Quality:
    """The verdict on `page`, cut out of `source` at `found` and not yet evened out."""
    normal = _normal(page)
    findings = [*_edges(source, found), *_light(normal, 80 if found else 98), *_focus(normal)]
    if any(_ADVICE[finding.code].poor for finding in findings):
        return Quality(verdict="poor", findings=tuple(findings))
    return Quality(verdict="usable" if findings else "good", findings=tuple(findings))


def _finding(code: str, region: str = "whole") -> Finding:
    advice = _ADVICE[code]
    places = {"zh": _ZH.get(region, ""), "en": _EN.get(region, "")}
    return Finding(code=code, region=region, zh=advice.zh.format(**places), en=advice.en.format(**places))


def _normal(page: Bytes) -> Bytes:
    scale = min(1.0, _NORMAL_SIDE / max(page.shape[:2]))
    size = (max(8, round(page.shape[1] * scale)), max(8, round(page.shape[0] * scale)))
    return cv2.resize(page, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _edges(source: Bytes, found: FoundPage | None) -> list[Finding]:
    height, width = source.shape[:2]
    if found is None:
        return [_finding("page_not_found")]
    findings = [_finding("cut_off", region) for region in _cut_regions(found, width, height)]
    if max(float(np.linalg.norm(found.corners[at] - found.corners[at - 1])) for at in range(4)) < _BARELY_READABLE_SIDE:
        findings.append(_finding("too_small"))
    if _flatness(found) > 0.35:
        findings.append(_finding("tilted"))
    return findings


def _cut_regions(found: FoundPage, width: int, height: int) -> list[str]:
    """The side or the corner that lies on or beyond the picture's border."""
    edge = 0.004 * max(width, height)
    x, y = found.corners[:, 0], found.corners[:, 1]
    out = (x < edge) | (y < edge) | (x > width - edge) | (y > height - edge)
    if not out.any():
        return []
    if out.sum() == 1:
        return [_CORNERS[int(out.argmax())]]
    sides = ("top", "right", "bottom", "left")
    cut_sides = [side for at, side in enumerate(sides) if out[at] and out[(at + 1) % 4]]
    return cut_sides or [corner for corner, beyond in zip(_CORNERS, out, strict=True) if beyond]


def _flatness(found: FoundPage) -> float:
    """How much the farther of two opposite sides is shorter than the nearer one, 0..1."""
    top, right, bottom, left = (
        float(np.linalg.norm(found.corners[(at + 1) % 4] - found.corners[at])) for at in range(4)
    )
    return 1 - min(min(top, bottom) / max(top, bottom), min(left, right) / max(left, right))


def _light(normal: Bytes, paper_share: int) -> list[Finding]:
    """Dark when the paper, lighter than `paper_share` per cent of the picture, is; else where it is blown out."""
    grey = cv2.cvtColor(normal, cv2.COLOR_RGB2GRAY)
    if float(np.percentile(grey, paper_share)) < _DARK:
        return [_finding("dark")]
    return [_finding("glare", region) for region in _glare_regions(normal)]


def _glare_regions(normal: Bytes) -> list[str]:
    """Where a blob is blown out although the paper around it is not."""
    lowest = cv2.GaussianBlur(normal, (0, 0), 2.0).min(2)
    paper = float(np.percentile(lowest, 60))
    blown = (lowest >= 252).astype(np.uint8)
    if paper > 246:  # the whole sheet is as white as the camera can say: nothing stands out
        return []
    count, _, stats, centres = cv2.connectedComponentsWithStats(blown)
    least = 0.004 * blown.size
    height, width = blown.shape
    regions: list[str] = []
    for at in range(1, count):
        if stats[at, cv2.CC_STAT_AREA] > least:
            region = _REGIONS[min(2, int(centres[at][1] * 3 / height))][min(2, int(centres[at][0] * 3 / width))]
            regions.extend([region] if region not in regions else [])
    return regions


def _focus(normal: Bytes) -> list[Finding]:
    grey = cv2.cvtColor(normal, cv2.COLOR_RGB2GRAY).astype(np.float32)
    sharpness = edge_sharpness(grey)
    blurred = _is_washed_out(grey) if sharpness is None else sharpness < _SHARP_ENOUGH
    return [_finding("blurred")] if blurred else []


def _is_washed_out(grey: npt.NDArray[np.float32]) -> bool:
    """True for a page without one abrupt stroke on which print is left as dark blots; an empty page has none.

    A closing bridges what is narrower than its box: blots, but not the edge of a shadow.
    """
    smooth = cv2.GaussianBlur(grey, (0, 0), 3.0)  # the camera's noise makes no blots
    blots = cv2.morphologyEx(smooth, cv2.MORPH_CLOSE, np.ones((41, 41), np.uint8)) - smooth
    return bool(np.mean(blots > _BLOT) > _BLOT_SHARE)


def edge_sharpness(grey: npt.NDArray[np.float32]) -> float | None:
    """How abruptly the strongest strokes step: 1 within a pixel, towards 0 for a blur; None on an empty page.

    Compared is the steepest slope with the whole step across the same stroke, so that pale print is not taken for
    blurred print.
    """
    calm = cv2.GaussianBlur(grey, (0, 0), 0.6)
    slope = np.hypot(cv2.Sobel(calm, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(calm, cv2.CV_32F, 0, 1, scale=0.125))
    box = np.ones((7, 7), np.uint8)
    step = cv2.dilate(calm, box) - cv2.erode(calm, box)
    inner = np.s_[12:-12, 12:-12]
    slope, step = slope[inner], step[inner]
    strong = step > max(28.0, 0.5 * float(np.percentile(step, 99))) if step.size else step > 0
    if np.count_nonzero(strong) < 200:
        return None
    return float(np.percentile(slope[strong] / step[strong], 90)) * 2
