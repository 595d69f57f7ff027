"""What drawing writes into a case's history: who drew on what, and how often; the drawing itself is only shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from document_relay.case_core.history import Act

SHOWN = "page_shown_together"
FROZEN = "picture_frozen"
KEPT = "picture_kept"
KEPT_DRAWN = "picture_kept_drawn"
DREW: Mapping[str, str] = MappingProxyType(
    {
        "camera": "drew_on_camera",
        "document": "drew_on_document_camera",
        "screen": "drew_on_screen",
        "page": "drew_on_page",
        "frozen": "drew_on_frozen_picture",
    }
)
"""By what was drawn on; each says how often."""

ACTS: Sequence[Act] = (
    Act(SHOWN, "与对方同看材料页面", "Looked at a page together with the other side"),
    Act(FROZEN, "定格画面", "Froze the picture"),
    Act(KEPT, "将定格画面存为“{material}”的一页", "Kept the frozen picture as a page of “{material}”"),
    Act(
        KEPT_DRAWN,
        "将带标注的定格画面存为“{material}”的一页",
        "Kept the frozen picture with the drawing on it as a page of “{material}”",
    ),
    Act(DREW["camera"], "在摄像头画面上标注 {count} 处", "Drew on a camera's picture, {count} times"),
    Act(DREW["document"], "在高拍仪画面上标注 {count} 处", "Drew on the document camera's picture, {count} times"),
    Act(DREW["screen"], "在共享屏幕上标注 {count} 处", "Drew on a shared screen, {count} times"),
    Act(DREW["page"], "在材料页面上标注 {count} 处", "Drew on a page, {count} times"),
    Act(DREW["frozen"], "在定格画面上标注 {count} 处", "Drew on a frozen picture, {count} times"),
)


def drew_on(surface: str) -> str:
    """The act of drawing on this picture."""
    kind, _, name = surface.partition(".")
    return DREW[kind if kind in DREW else name]
