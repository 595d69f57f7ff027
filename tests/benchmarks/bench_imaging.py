"""How long a page takes: 8-megapixel photographs through the sandboxed pool; writes build/bench/imaging.json."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from pathlib import Path

from document_relay.imaging import Imaging, Limits
from tests.support.hostile import plain_pdf
from tests.support.papers import Scene, photograph

ROUNDS = 20
TABLES = ("wood", "dark", "cloth", "grey", "white")


def milliseconds(start: float) -> float:
    return (time.perf_counter() - start) * 1000


async def measure() -> dict[str, object]:
    photographs = [
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
        await imaging.page(photographs[at % len(photographs)])
        pages.append(milliseconds(start))
    start = time.perf_counter()
    await imaging.pdf_pages(plain_pdf(10))
    pdf = milliseconds(start) / 10
    fences = await imaging.fences()
    await imaging.close()
    return {
        "photograph": "3264x2448 JPEG",
        "child_start_ms": round(warm, 1),
        "first_page_ms": round(pages[0], 1),
        "page_ms_median": round(statistics.median(pages), 1),
        "page_ms_worst": round(max(pages), 1),
        "pdf_page_150dpi_ms": round(pdf, 1),
        "fences": list(fences),
    }


def main() -> None:
    figures = asyncio.run(measure())
    target = Path("build/bench/imaging.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
