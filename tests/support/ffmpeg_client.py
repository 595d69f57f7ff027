"""A sender of another house: FFmpeg's WHIP muxer, as PyAV ships it. Arguments: URL, token, seconds, muxer's flags."""

from __future__ import annotations

import fractions
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av
import numpy as np

from tests.integration.media.coded import picture

RATE = 20
SENDER = 5


def send_by_ffmpeg(url: str, token: str, flags: str | None, seconds: float) -> None:
    """Sends the numbered pictures of sender 5 for so long, as H.264; blocks, and Python with it."""
    with tempfile.TemporaryDirectory() as folder:
        certificate = _certificate(Path(folder))
        options = {"authorization": token} | certificate | ({"whip_flags": flags} if flags else {})
        _send(url, options, seconds)


def _send(url: str, options: dict[str, str], seconds: float) -> None:
    with av.open(url, "w", format="whip", options=options) as out:
        stream = out.add_stream("libx264", rate=RATE)
        first = picture(0, 0)
        stream.height, stream.width = first.shape
        stream.pix_fmt = "yuv420p"
        stream.options = {"preset": "ultrafast", "tune": "zerolatency", "profile": "baseline", "g": str(RATE)}
        began = time.monotonic()
        for number in range(int(seconds * RATE)):
            luma = picture(SENDER << 12 | number & 0xFFF, number)
            chroma = np.full((luma.shape[0] // 2, luma.shape[1]), 128, np.uint8)
            frame = av.VideoFrame.from_ndarray(np.concatenate([luma, chroma]), format="yuv420p")
            frame.pts, frame.time_base = number, fractions.Fraction(1, RATE)
            out.mux(stream.encode(frame))
            time.sleep(max(0.0, began + number / RATE - time.monotonic()))
        out.mux(stream.encode(None))


def _certificate(folder: Path) -> dict[str, str]:
    """One on P-256: its own is on P-224, which OpenSSL 4 no longer takes in TLS."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    made = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=ffmpeg"]
    command = ["openssl", "req", *made, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return {"key_file": str(key), "cert_file": str(certificate)}


if __name__ == "__main__":
    address, bearer, lasts, *more = sys.argv[1:]
    send_by_ffmpeg(address, bearer, more[0] if more else None, float(lasts))
