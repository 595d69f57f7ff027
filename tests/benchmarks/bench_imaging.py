"""How long a page takes, and how well the page is found in real photographs; writes build/bench/imaging.json.

Timed are rendered 8-megapixel photographs through the sandboxed pool; found is judged on `tests/photographs`.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from pathlib import Path

import numpy as np

from document_relay.imaging import Imaging, Limits
from document_relay.imaging.finder import find_page
from tests.support import photographs
from tests.support.hostile import plain_pdf
from tests.support.papers import Scene, photograph

WRONG_BELOW = 0.92
"""Intersection over union under which a crop loses or adds too much."""

ROUNDS = 20
TABLES = ("wood", "dark", "cloth", "grey", "white")


def milliseconds(start: float) -> float:
    return (time.perf_counter() - start) * 1000


async def measure() -> dict[str, object]:
    rendered = [
        photograph(Scene(seed=seed, table=table, size=(3264, 2448), clutter=2)).jpeg
        for seed, table in enumerate(TABLES)
    ]
    imaging = Imaging(Limits(children=1))
    start = time.perf_counter()
    await imaging.start()
    warm = milliseconds(start)
    pages = []
    for at in range(ROUNDS):
        start = time.perf_counter()
        await imaging.page(rendered[at % len(rendered)])
        pages.append(milliseconds(start))
    start = time.perf_counter()
    await imaging.pdf_pages(plain_pdf(10))
    pdf = milliseconds(start) / 10
    mechanisms = await imaging.mechanisms()
    await imaging.close()
    return {
        "photograph": "3264x2448 JPEG",
        "child_start_ms": round(warm, 1),
        "first_page_ms": round(pages[0], 1),
        "page_ms_median": round(statistics.median(pages), 1),
        "page_ms_worst": round(max(pages), 1),
        "pdf_page_150dpi_ms": round(pdf, 1),
        "mechanisms": list(mechanisms),
    }


def found_in(picture: photographs.Bytes, name: str) -> float | None:
    found = find_page(picture)
    height, width = picture.shape[:2]
    return None if found is None else photographs.overlap(name, found.corners, (width, height))


def real_photographs() -> dict[str, object]:
    """How the page finder does on each real photograph; "invented" counts pages found where there is none."""
    scores = {name: found_in(photographs.pixels(name), name) for name in photographs.WITH_SHEETS}
    found = [score for score in scores.values() if score is not None]
    without = [photographs.pixels(name) for name in photographs.WITHOUT_SHEETS]
    without += [photographs.of_scikit_image(name) for name in photographs.OF_SCIKIT_IMAGE]
    return {
        "with_sheets": len(scores),
        "cut_off": len(photographs.CUT_OFF),
        "found": len(found),
        "not_found": sum(score is None for score in scores.values()),
        "wrong": sum(score < WRONG_BELOW for score in found),
        "mean_iou_of_found": round(float(np.mean(found)), 4),
        "without_sheets": len(without),
        "invented": sum(find_page(picture) is not None for picture in without),
        "iou": {name: None if score is None else round(score, 3) for name, score in scores.items()},
    }


def main() -> None:
    figures = asyncio.run(measure()) | {"real_photographs": real_photographs()}
    target = Path("build/bench/imaging.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
