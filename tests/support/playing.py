"""Plays files in a real Chromium: jumps to places of it, then plays to the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Page, async_playwright

_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
_PLAY = """async ([name, places]) => {
  const video = document.createElement('video');
  video.muted = true;
  const failed = new Promise((_, reject) => {
    video.onerror = () => reject(new Error(video.error.message));
  });
  const happens = (kind) => Promise.race([failed, new Promise((resolve) => {
    video.addEventListener(kind, resolve, { once: true });
  })]);
  const loaded = happens('loadeddata');
  video.src = name;
  document.body.replaceChildren(video);
  await loaded;
  const reached = [];
  for (const place of places) {
    const seeked = happens('seeked');
    video.currentTime = place * video.duration;
    await seeked;
    reached.push(Math.abs(video.currentTime - place * video.duration));
  }
  const start = happens('seeked');
  video.currentTime = 0;
  await start;
  const before = video.getVideoPlaybackQuality().totalVideoFrames;
  const ended = happens('ended');
  video.playbackRate = 4;
  await video.play();
  await ended;
  return {
    duration: video.duration, at: video.currentTime, width: video.videoWidth,
    frames: video.getVideoPlaybackQuality().totalVideoFrames - before, off: Math.max(...reached),
  };
}"""


@dataclass
class Played:
    """One file; `wrong` is empty when it was played whole."""

    path: Path
    wrong: str = ""
    duration: float = 0.0
    frames: int = 0
    width: int = 0


async def play_in_chromium(paths: Sequence[Path]) -> list[Played]:
    """Jumps to 0.8, 0.3 and 0.6 of each file, then plays it from its beginning to its end at fourfold speed."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_ARGUMENTS)
        page = await browser.new_page()
        found = [await _play(page, path) for path in paths]
        await browser.close()
    return found


async def _play(page: Page, path: Path) -> Played:
    host = path.parent / "player.html"
    host.write_text("<!doctype html><title>player</title>")
    await page.goto(host.as_uri())
    try:
        told = await page.evaluate(_PLAY, [path.name, [0.8, 0.3, 0.6]])
    except Exception as error:  # what a browser says of a file it cannot play is the finding
        return Played(path, f"{error}")
    wrong = [
        f"ended at {told['at']} of {told['duration']}" if abs(told["at"] - told["duration"]) > 0.3 else "",
        f"{told['frames']} frames" if told["frames"] < 5 * told["duration"] else "",
        f"a jump was {told['off']} s off" if told["off"] > 0.1 else "",
    ]
    return Played(path, "; ".join(filter(None, wrong)), told["duration"], told["frames"], told["width"])
