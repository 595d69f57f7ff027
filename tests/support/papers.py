"""Seeded photographs of papers whose true corners are known.

A sheet is drawn, laid on a table by a homography, lit, blurred, made noisy and compressed, in the order in which a
camera does it. The same seed gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

_CJK = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
_LATIN = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
_CHINESE = "兹证明该居民自二零一九年起居住于本社区情况属实特此申请办理高龄津贴请予审核批准姓名性别民族住址公民身份号码"
_ENGLISH = "this is to certify that the resident named above has lived in the community since the year and applies for "


@dataclass(frozen=True)
class Scene:
    """How one photograph is taken; the defaults are an easy one."""

    seed: int
    sheet: str = "text"  # text, form, card
    table: str = "wood"  # wood, dark, cloth, grey, white
    size: tuple[int, int] = (1600, 1200)
    fill: float = 0.62  # of the picture's shorter way
    tilt: float = 0.06  # of perspective
    turn: float = 6.0  # degrees
    shadow: float = 0.0
    clutter: int = 0
    blur: float = 0.6  # sigma in pixels
    noise: float = 2.0
    light: float = 1.0
    glare: tuple[float, float, float] | None = None  # in the page: x, y, radius
    offset: tuple[float, float] = (0.0, 0.0)
    quality: int = 90


@dataclass(frozen=True)
class Photograph:
    """The picture as JPEG and pixels, the true corners in pixels (clockwise from the sheet's top left), the sheet."""

    scene: Scene
    jpeg: bytes
    pixels: Bytes
    corners: Floats
    sheet: Bytes


@lru_cache(maxsize=32)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for path in (_CJK, _LATIN):
        if path.exists():
            return ImageFont.truetype(str(path), size)
    return ImageFont.load_default(size)


def _words(random: np.random.Generator, length: int) -> str:
    source = _CHINESE if _CJK.exists() and random.random() < 0.8 else _ENGLISH
    start = int(random.integers(len(source)))
    return (source[start:] + source * (length // len(source) + 1))[:length]


def _text_sheet(random: np.random.Generator) -> Image.Image:
    page = Image.new("RGB", (1240, 1754), tuple(int(v) for v in random.integers(238, 254, 1).repeat(3)))
    draw = ImageDraw.Draw(page)
    draw.text((400, 110), _words(random, 9), "black", _font(48))
    y = 230
    while y < 1600:
        if random.random() < 0.12:
            y += 40
        draw.text((130, y), _words(random, int(random.integers(12, 34))), (30, 30, 34), _font(28))
        y += 46
    if random.random() < 0.6:  # the office's red stamp
        draw.ellipse((800, 1330, 1060, 1590), outline=(205, 30, 40), width=9)
        draw.text((850, 1430), _words(random, 4), (205, 30, 40), _font(40))
    return page


def _form_sheet(random: np.random.Generator) -> Image.Image:
    page = Image.new("RGB", (1240, 1754), (248, 248, 246))
    draw = ImageDraw.Draw(page)
    draw.text((430, 90), _words(random, 8), "black", _font(46))
    for row in range(14):
        top = 200 + row * 100
        cut = int(random.integers(300, 700))
        draw.rectangle((90, top, 1150, top + 100), outline="black", width=3)
        draw.line((cut, top, cut, top + 100), "black", 3)
        draw.text((110, top + 30), _words(random, 6), "black", _font(30))
        draw.text((cut + 20, top + 30), _words(random, 7), (30, 40, 130), _font(32))
    return page


def _card_sheet(random: np.random.Generator) -> Image.Image:
    width, height = 1012, 638  # ID-1 at 300 dpi
    across = np.linspace(0, 1, width)[None, :, None]
    tint = np.array([[[222, 234, 240]]]) * (1 - across) + np.array([[[240, 226, 220]]]) * across
    page = Image.fromarray(np.broadcast_to(tint, (height, width, 3)).astype(np.uint8))
    draw = ImageDraw.Draw(page)
    for row in range(4):
        draw.text((70, 70 + row * 90), _words(random, 10), (40, 40, 60), _font(36))
    draw.text((70, 540), "".join(str(digit) for digit in random.integers(0, 10, 18)), (30, 30, 40), _font(46))
    draw.rectangle((690, 90, 940, 420), fill=(190, 205, 220))
    draw.ellipse((760, 130, 870, 270), fill=(200, 165, 140))
    draw.pieslice((710, 270, 920, 560), 180, 360, fill=(60, 70, 90))
    return page


def _smooth(random: np.random.Generator, size: tuple[int, int], grain: tuple[int, int]) -> Floats:
    """Noise between -1 and 1 whose grains are `grain` pixels wide and high."""
    small = random.uniform(-1, 1, (max(2, size[1] // grain[1] + 2), max(2, size[0] // grain[0] + 2)))
    return cv2.resize(small.astype(np.float32), size, interpolation=cv2.INTER_CUBIC)


def _table(scene: Scene, random: np.random.Generator) -> Floats:
    width, height = scene.size
    tone: Floats
    if scene.table == "wood":
        colour = np.array([150, 105, 65]) * random.uniform(0.6, 1.15)
        rings = np.sin(_smooth(random, scene.size, (900, 60)) * 14 + np.arange(height)[:, None] / 60)
        tone = _of_colour(1 + 0.09 * rings + 0.06 * _smooth(random, scene.size, (300, 3)), colour)
    elif scene.table == "cloth":
        colour = random.uniform(40, 170, 3)
        x, y = np.meshgrid(np.arange(width), np.arange(height))
        weave = 0.10 * np.sign(np.sin(x / 5.0)) * np.sign(np.sin(y / 5.0)) + 0.22 * np.sign(np.sin((x + y) / 90.0))
        tone = _of_colour(1 + weave, colour)
    else:
        level = {"dark": (25, 70), "grey": (95, 165), "white": (205, 228)}[scene.table]
        colour = random.uniform(*level) * (1 + random.uniform(-0.03, 0.03, 3))
        tone = _of_colour(1 + 0.02 * _smooth(random, scene.size, (40, 40)), colour)
    return np.clip(tone, 0, 255, out=tone)


def _of_colour(shade: npt.NDArray[np.floating], colour: npt.NDArray[np.float64]) -> Floats:
    """In single precision throughout: these are millions of numbers, and what is seen has eight bits."""
    made: Floats = shade.astype(np.float32)[:, :, None] * colour.astype(np.float32)
    return made


def _scatter(table: Floats, scene: Scene, random: np.random.Generator, corners: Floats) -> None:
    """Pens, cups, notes and other sheets around the page, some of them under it."""
    height, width = table.shape[:2]
    middle = corners.mean(0)
    for _ in range(scene.clutter):
        at = corners[random.integers(4)] + random.normal(0, 0.12, 2) * (width, height)
        at = middle + (at - middle) * random.uniform(1.05, 1.5)
        colour = tuple(float(v) for v in random.uniform(20, 245, 3))
        angle = float(random.uniform(0, 180))
        if random.random() < 0.5:
            box = cv2.boxPoints(((float(at[0]), float(at[1])), (0.3 * width, 0.018 * width), angle))
            cv2.fillConvexPoly(table, box.astype(np.int32), colour, cv2.LINE_AA)
        elif random.random() < 0.5:
            cv2.circle(table, (int(at[0]), int(at[1])), int(0.06 * width), colour, -1, cv2.LINE_AA)
        else:
            box = cv2.boxPoints(((float(at[0]), float(at[1])), (0.2 * width, 0.14 * width), angle))
            cv2.fillConvexPoly(table, box.astype(np.int32), colour, cv2.LINE_AA)


def _corners(scene: Scene, random: np.random.Generator, sheet: Bytes) -> Floats:
    width, height = scene.size
    tall = sheet.shape[0] / sheet.shape[1]
    reach = scene.fill * min(height / max(tall, 0.001), width) if tall > 1 else scene.fill * min(width, height / tall)
    half = np.array([reach, reach * tall], np.float32) / 2
    flat = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32) * half
    angle = np.radians(scene.turn * random.uniform(-1, 1))
    spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)
    # A pinhole camera whose axis is tilted against the sheet; a tilt of 0.24 is up to 30 degrees about each axis.
    lean, lurch = 2.2 * scene.tilt * random.uniform(-1, 1, 2)
    over_x = np.array([[1, 0, 0], [0, np.cos(lean), -np.sin(lean)], [0, np.sin(lean), np.cos(lean)]])
    over_y = np.array([[np.cos(lurch), 0, np.sin(lurch)], [0, 1, 0], [-np.sin(lurch), 0, np.cos(lurch)]])
    focal = 1.1 * max(width, height)
    in_space = np.column_stack([flat @ spin.T, np.zeros(4)]) @ over_x.T @ over_y.T + [0, 0, focal]
    quad = focal * in_space[:, :2] / in_space[:, 2:]
    centre = np.array([width * (0.5 + scene.offset[0]), height * (0.5 + scene.offset[1])])
    room = np.array([width, height]) * 0.02
    return (quad + centre + random.uniform(-1, 1, 2) * room).astype(np.float32)


def _coverage(homography: Floats, sheet: Bytes, size: tuple[int, int]) -> Floats:
    """How much of each pixel the page covers, smooth at its edge."""
    full = np.ones(sheet.shape[:2], np.float32)
    return cv2.warpPerspective(full, homography, size, flags=cv2.INTER_LINEAR)


def _lay(table: Floats, sheet: Bytes, corners: Floats, random: np.random.Generator) -> Floats:
    height, width = table.shape[:2]
    rows, columns = sheet.shape[:2]
    flat = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32) - 0.5
    homography = cv2.getPerspectiveTransform(flat, corners - 0.5)
    shrink = max(1.0, columns / max(1.0, float(np.linalg.norm(corners[1] - corners[0]))))
    soft = cv2.GaussianBlur(sheet, (0, 0), 0.45 * shrink) if shrink > 1.05 else sheet
    page = cv2.warpPerspective(soft.astype(np.float32), homography, (width, height), flags=cv2.INTER_LINEAR)
    inside = _coverage(homography.astype(np.float32), sheet, (width, height))
    # A sheet throws a narrow shadow on what it lies on: often the only edge on a white table.
    move = np.array([[1, 0, random.uniform(-3, 3)], [0, 1, random.uniform(1, 4)]], np.float32)
    under = cv2.GaussianBlur(cv2.warpAffine(inside, move, (width, height)), (0, 0), 3.0)
    laid: Floats = table * ((1 - 0.35 * under) * (1 - inside))[:, :, None]
    laid += page * (inside[:, :, None] > 0)
    return laid


def _lit(picture: Floats, scene: Scene, random: np.random.Generator) -> Floats:
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    light = 1 - 0.12 * (x**2 + y**2) / 2 + 0.06 * x * random.uniform(-1, 1)
    if scene.shadow:
        angle = random.uniform(0, 2 * np.pi)
        edge = x * np.cos(angle) + y * np.sin(angle) - random.uniform(-0.4, 0.4)
        light = light * (1 - scene.shadow / (1 + np.exp(-edge * 18)))
    warmth = np.array([1 + random.uniform(-0.05, 0.05), 1.0, 1 + random.uniform(-0.07, 0.05)])
    lit = picture * light.astype(np.float32)[:, :, None]
    lit *= (warmth * scene.light).astype(np.float32)
    return lit


def _glared(picture: Floats, scene: Scene, corners: Floats) -> Floats:
    if scene.glare is None:
        return picture
    u, v, radius = scene.glare
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    at = cv2.perspectiveTransform(np.array([[[u, v]]], np.float32), cv2.getPerspectiveTransform(unit, corners))[0, 0]
    reach = radius * float(np.linalg.norm(corners[1] - corners[0]))
    x, y = np.meshgrid(np.arange(picture.shape[1]), np.arange(picture.shape[0]))
    spot = np.exp(-((((x - at[0]) ** 2 + (y - at[1]) ** 2) / reach**2) ** 2))
    return picture + (420 * spot)[:, :, None].astype(np.float32)


_SHEETS: dict[str, Callable[[np.random.Generator], Image.Image]] = {
    "text": _text_sheet,
    "form": _form_sheet,
    "card": _card_sheet,
}


@lru_cache(maxsize=8)
def photograph(scene: Scene) -> Photograph:
    """The photograph of a scene: a second's work, and many tests look at the same one, which none may change."""
    random = np.random.default_rng(scene.seed)
    sheet = np.asarray(_SHEETS[scene.sheet](random))
    corners = _corners(scene, random, sheet)
    table = _table(scene, random)
    _scatter(table, scene, random, corners)
    picture = _glared(_lit(_lay(table, sheet, corners, random), scene, random), scene, corners)
    picture = cv2.GaussianBlur(picture, (0, 0), scene.blur)
    noisy = random.normal(0, scene.noise, picture.shape)
    noisy += picture
    pixels = np.clip(noisy, 0, 255, out=noisy).astype(np.uint8)
    output = io.BytesIO()
    Image.fromarray(pixels).save(output, "JPEG", quality=scene.quality)
    for shared in (pixels, corners, sheet):
        shared.setflags(write=False)
    return Photograph(scene, output.getvalue(), pixels, corners, sheet)


def album(count: int = 72) -> list[Scene]:
    """`count` scenes over every sheet and table, one third easy, one third ordinary, one third hard."""
    scenes = []
    for seed in range(count):
        random = np.random.default_rng(1000 + seed)
        easy = Scene(
            seed=seed,
            sheet=("text", "form", "card")[seed % 3],
            table=("wood", "dark", "cloth", "grey", "white")[seed % 5],
            size=(1280, 960),
            fill=float(random.uniform(0.5, 0.8)),
        )
        scenes.append(_harder(easy, difficulty(seed), random))
    return scenes


def difficulty(seed: int) -> str:
    """The third that a scene of the album belongs to: "easy", "ordinary" or "hard"."""
    return ("easy", "ordinary", "hard")[seed // 5 % 3]


def _harder(easy: Scene, level: str, random: np.random.Generator) -> Scene:
    if level == "easy":
        return replace(easy, table="grey" if easy.table == "white" else easy.table)
    if level == "ordinary":
        return replace(easy, tilt=0.14, turn=14, shadow=0.25, clutter=2, blur=0.9, noise=4.0)
    light = float(random.uniform(0.55, 0.95))
    return replace(easy, tilt=0.24, turn=28, shadow=0.45, clutter=6, blur=1.4, noise=7.0, light=light, quality=75)
