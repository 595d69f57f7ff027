"""The font files, in the order in which they are asked for a character; all are under the SIL Open Font License.

`files/README.md` says where those come from that stand in the repository; the others are wheels of the lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pylopdf_fonts_ko
import pylopdf_fonts_zh_cn

_FILES = Path(__file__).parent / "files"


class FontMissing(OSError):
    """A font file of the installation is not there or is no font; without it text would vanish from papers."""


@dataclass(frozen=True)
class Face:
    """One font file under the name that it has in a PDF of ours."""

    name: str
    path: Path


def _own(name: str) -> Face:
    return Face(name, _FILES / f"{name}.ttf")


SANS = Face("NotoSansSC", pylopdf_fonts_zh_cn.sans_path())
"""What papers are set in."""
SERIF = Face("NotoSerifSC", pylopdf_fonts_zh_cn.serif_path())
HANGUL = Face("NotoSansKR", pylopdf_fonts_ko.sans_path())
HANGUL_SERIF = Face("NotoSerifKR", pylopdf_fonts_ko.serif_path())

SUBSTITUTES = (SANS, SERIF, HANGUL, HANGUL_SERIF)
"""What stands in for the Chinese, Japanese and Korean fonts that a stranger's PDF names and does not hold."""

CHAIN: tuple[Face, ...] = (
    SANS,
    SERIF,  # a few Han characters of the basic plane that the other lacks
    *(_own(f"ExtensionHan{part}") for part in range(1, 6)),
    _own("NotoSans"),
    HANGUL,
    _own("NotoSansArabic"),
    _own("NotoSerifTibetan"),
    _own("NotoSansMongolian"),
    _own("NotoSansYi"),
    _own("NotoSansLisu"),
    _own("NotoSansMiao"),
    _own("NotoSansNewTaiLue"),
    _own("NotoSansTaiLe"),
    _own("NotoSansTaiTham"),
    _own("NotoSansPhagsPa"),
    _own("NotoEmoji"),
)
"""The first that has a character sets it."""
