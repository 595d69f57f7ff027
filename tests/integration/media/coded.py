"""A camera and a microphone whose every moment can be recognised at the other end."""

from __future__ import annotations

import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

WIDTH, HEIGHT, RATE, FRAMES = 640, 360, 20, 200
SQUARE = 40


def write_camera(path: Path, sender: int, rate: int = RATE) -> None:
    """Two hundred frames that count: four bits of sender and twelve of frame number, white is 1."""
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{rate}:1 Ip A1:1 C420jpeg\n".encode())
        chroma = np.full(WIDTH * HEIGHT // 2, 128, np.uint8).tobytes()
        for number in range(FRAMES):
            file.write(b"FRAME\n" + picture(sender << 12 | number, number).tobytes() + chroma)


def picture(value: int, number: int) -> np.ndarray:
    luma = np.full((HEIGHT, WIDTH), 100, np.uint8)
    for bit in range(16):
        luma[: HEIGHT // 2, bit * SQUARE : (bit + 1) * SQUARE] = 255 if value >> (15 - bit) & 1 else 0
    luma[HEIGHT // 2 + 20 :, (number * 3) % (WIDTH - 60) : (number * 3) % (WIDTH - 60) + 60] = 200
    return luma


def write_film(path: Path, sender: int, frames: int = FRAMES, group: int = RATE * 2) -> None:
    """Such frames in H.264, twenty a second, with a key frame every second second or as told, and no B pictures."""
    with av.open(str(path), "w") as container:
        options = {"g": str(group), "keyint_min": str(group), "sc_threshold": "0", "bf": "0", "preset": "fast"}
        options["threads"] = "1"
        stream = container.add_stream("libx264", rate=RATE, options=options)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.time_base = Fraction(1, RATE)
        chroma = np.full((HEIGHT // 2, WIDTH), 128, np.uint8)
        for number in range(frames):
            luma = picture(sender << 12 | number, number)
            frame = av.VideoFrame.from_ndarray(np.concatenate([luma, chroma]), format="yuv420p")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def write_microphone(path: Path, hertz: float) -> None:
    """Ten seconds of one tone."""
    times = np.arange(48000 * 10) / 48000
    samples = (np.sin(2 * np.pi * hertz * times) * 12000).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(samples.tobytes())
