"""One page and one PDF through every step, so that the first real one finds everything loaded."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime

import cv2
import numpy as np
import pikepdf
from PIL import Image

from document_relay.fonts import Fonts
from document_relay.signing.seal import Seal
from document_relay.signing.sealing import prepare

from .binding import take_in
from .decode import decode
from .limits import Limits
from .page import page_images
from .pdf import draw_foreign, draw_pages


def warm_up(fonts: Fonts, limits: Limits) -> None:
    """Runs a drawn sheet and an empty PDF through; a failure here is one of our own and ends the child."""
    picture = np.full((480, 640, 3), 60, np.uint8)
    cv2.fillConvexPoly(picture, np.array([[160, 60], [480, 70], [470, 420], [150, 410]]), (240, 240, 240))
    output = io.BytesIO()
    Image.fromarray(picture).save(output, "JPEG")
    page_images(decode(output.getvalue(), limits), limits)
    pdf, written = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page(page_size=(72, 72))
    pdf.save(written)
    draw_pages(written.getvalue(), 72, 1, limits)
    draw_foreign(written.getvalue(), 1, limits)
    bound = take_in(written.getvalue(), written.getvalue(), 1, limits).data
    asyncio.run(prepare(fonts, bound, Seal(name="", reason="", location="", at=datetime(2000, 1, 1, tzinfo=UTC)), None))
