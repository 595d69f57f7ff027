"""Two browsers with cameras and microphones that play files, against the whole service in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import statistics
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Playwright, async_playwright, expect

from directory.demonstration import DEMONSTRATION_PASSWORD
from tests.integration.media.coded import RATE, write_camera, write_microphone
from tests.integration.media.conftest import FLAGS
from tests.support.hours import ZONE, open_always
from tests.support.served import free_port

PICTURES = Path("build/journeys")
INSTALLED = Path(__file__).parents[2] / ".venv/bin/python"
"""The Python that `make run` installs for: the service runs on what users get, the tests beside it on their own."""
Figures = dict[str, list[float]]
_FIGURES = pytest.StashKey[Figures]()
TONES = {1: 440.0, 2: 1000.0, 3: 1700.0, 4: 2500.0}
FIREFOX = Path(__file__).parents[1] / "support/firefox.sh"
FIREFOX_SETTINGS: dict[str, str | float | bool] = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.autoplay.default": 0,
    # A loudspeaker that nobody hears: without one Firefox plays nothing, to the page neither.
    "media.cubeb.force_mock_context": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
}
_TOURED = """if (location.protocol.startsWith("http"))
  for (const face of ["point", "window", "supervisor", "visit", "guest"])
    localStorage[`cloud-window-tour-${face}`] = "yes"
"""
_FAKE_DEVICES = (Path(__file__).parent / "fake_devices.js").read_text()
_READ = (Path(__file__).parent / "read_back.js").read_text()


def _settings_file(folder: Path) -> Path:
    """The zone is taken from a file alone."""
    file = folder / "settings.toml"
    file.write_text(f'time_zone = "{ZONE.key}"\n')
    return file


class Service:
    """`cloud-window serve` in a process that can be killed and started again on the same data."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self.address = f"http://127.0.0.1:{(port := free_port())}"
        self._environment = os.environ | {
            "PORT": str(port),
            "TLS_PORT": "0",
            "MEDIA_PORT": str(free_port()),
            "DATA_DIR": str(data_dir),
            "DEMONSTRATION": "true",
            "WRAP_UP_SECONDS": "0",
            "ADVERTISED_ADDRESSES": "127.0.0.1",
            "CLOUD_WINDOW_SETTINGS": str(_settings_file(data_dir.parent)),
            **settings,
        }
        self._log = data_dir.parent / "serve.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Starts and waits until healthy; the seconds it took."""
        began = time.monotonic()
        command = [INSTALLED, "-m", "signalling.cli.main", "serve"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)
        while time.monotonic() - began < 60:
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=1):
                    return time.monotonic() - began
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                assert self._process.poll() is None, "the service has ended"
                time.sleep(0.02)
        raise TimeoutError("the service is not healthy")

    def kill(self) -> None:
        """Ends the process as a power cut would."""
        self._end(signal.SIGKILL)

    def command(self, *arguments: str, said: str = "") -> str:
        """What `cloud-window` prints about this service's data."""
        command = [INSTALLED, "-m", "signalling.cli.main", *arguments]
        ran = subprocess.run(command, env=self._environment, input=said, capture_output=True, text=True, check=True)
        return ran.stdout

    def stop(self) -> None:
        """Ends the process as an operator does."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(20)


def demonstrate(data_dir: Path) -> Path:
    """Makes the demonstration's data. Its windows are always open: what is shown must not depend on when it runs."""
    first = Service(data_dir)
    first.start()
    first.stop()
    open_always(data_dir)
    return data_dir


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A journey that notes figures runs alone; the others run beside each other, and have patience."""
    for item in items:
        if _measures(item):
            item.add_marker("calm")


def _measures(item: pytest.Item) -> bool:
    return "figures" in getattr(item, "fixturenames", ())


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_FIGURES] = {}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints what was measured on the way, and keeps it in build/journeys/figures.json."""
    # A journey that failed on the way may have none.
    taken = {name: values for name, values in config.stash[_FIGURES].items() if values}
    if not taken:
        return
    terminalreporter.section("seconds, measured in the browsers")
    for name, values in taken.items():
        each = ", ".join(f"{value:.2f}" for value in sorted(values))
        terminalreporter.line(f"{name}: median {statistics.median(values):.2f} of {each}")
    (PICTURES / "figures.json").write_text(json.dumps(taken, indent=2))


@pytest.fixture
def figures(pytestconfig: pytest.Config) -> Figures:
    """Where a journey notes what it has measured, in seconds, by what it is."""
    return pytestconfig.stash[_FIGURES]


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data that a first start makes, which takes it seconds: each service goes on with a copy."""
    return demonstrate(tmp_path_factory.mktemp("demonstration") / "data")


@pytest.fixture
def data(demonstration: Path, tmp_path: Path) -> Path:
    """The data folder of this journey's service."""
    return Path(shutil.copytree(demonstration, tmp_path / "data"))


@pytest.fixture(autouse=True)
def patience(request: pytest.FixtureRequest) -> int:
    """How many times as long as alone an act may take: where nothing is measured, others run beside it."""
    patience = 1 if _measures(request.node) else _PATIENCE
    expect.set_options(timeout=patience * 5_000)
    return patience


@pytest.fixture
def service(data: Path) -> Iterator[Service]:
    running = Service(data)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def made_devices(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Folders with a camera and a microphone of each sender, by the pictures a second."""
    folders = {}
    for rate in (RATE, RATE // 2):
        folders[rate] = folder = tmp_path_factory.mktemp("devices")
        for sender, hertz in TONES.items():
            write_camera(folder / f"{sender}.y4m", sender, rate)
            write_microphone(folder / f"{sender}.wav", hertz)
    return folders


@pytest.fixture
def devices(request: pytest.FixtureRequest, made_devices: dict[int, Path]) -> Path:
    """Where nothing is measured, half the pictures show the same, and take half the processor."""
    return made_devices[RATE if _measures(request.node) else RATE // 2]


_PATIENCE = 6
_PATIENCE_MS = 60_000
"""How long a page is waited for."""


class Party:
    """One person at one browser."""

    def __init__(self, browser: Browser, page: Page, patience: int) -> None:
        self.browser = browser
        self.page = page
        self._patience = patience

    async def sign_in(self, address: str, account: str) -> None:
        await self.page.goto(address)
        await self.page.fill("input[name=account]", account)
        await self.page.fill("input[name=password]", DEMONSTRATION_PASSWORD)
        await self.page.click("button[type=submit]")

    async def picture(self, name: str) -> None:
        """Keeps what the person sees now in build/journeys, to be looked at afterwards."""
        await self.page.screenshot(path=PICTURES / f"{name}.png")

    async def wake(self) -> None:
        """Has the browser draw the page again.

        A page that nobody looks at falls to one frame a second once three of its frames were not drawn; each act of
        the mouse takes a second then. To have all frames drawn takes a third of a core.
        """
        await self.page.screenshot()

    async def on_each(self, screens: Mapping[str, tuple[int, int]]) -> AsyncIterator[str]:
        """The names of these screens, each while the page has its size; afterwards it has the counter's again."""
        for screen, (width, height) in screens.items():
            await self.page.set_viewport_size({"width": width, "height": height})
            yield screen
        await self.page.set_viewport_size({"width": 1366, "height": 768})

    async def sees(self, sender: int, within: float, name: str = "") -> float:
        """Waits until this sender's picture moves on the large tile, or on one of this name; the seconds it took."""
        began = time.monotonic()
        counters: set[int] = set()
        while time.monotonic() - began < within * self._patience:
            code = await self.page.evaluate("(name) => cw.code(name)", name)
            if code and code["sender"] == sender:
                counters.add(code["counter"])
                if len(counters) >= 3:
                    return time.monotonic() - began
            await asyncio.sleep(0.03)
        raise AssertionError(f"sender {sender} not seen moving in {within} s; saw {counters}")

    async def sees_all(self, senders: Iterable[int], within: float) -> None:
        """Waits until the pictures of all these senders move, on whatever tiles."""
        ends = time.monotonic() + within * self._patience
        counters: dict[int, set[int]] = {sender: set() for sender in senders}
        while min(map(len, counters.values())) < 3:
            assert time.monotonic() < ends, counters
            for code in await self.page.evaluate("cw.codes()"):
                counters.get(code["sender"], set()).add(code["counter"])
            await asyncio.sleep(0.03)

    async def hears(self, hertz: float, within: float = 10) -> None:
        """Waits until this is the loudest tone of a voice that is played."""
        began = time.monotonic()
        heard = None
        while time.monotonic() - began < within * self._patience:
            heard = await self.page.evaluate("cw.tones()")
            if any(abs(one["hertz"] - hertz) < 15 and one["level"] > -60 for one in heard):
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"{hertz} Hz not heard in {within} s, but {heard}")

    async def hears_nothing_of(self, hertz: float, settles: float = 0.0) -> None:
        """Listens for two seconds, after as many as it may take to be over: none of the voices has this tone."""
        ends = time.monotonic() + settles + 2
        while (now := time.monotonic()) < ends:
            heard = await self.page.evaluate("cw.tones()")
            if any(abs(one["hertz"] - hertz) < 15 and one["level"] > -60 for one in heard):
                assert now < ends - 2, f"{hertz} Hz is heard: {heard}"
            await asyncio.sleep(0.1)


class Parties:
    """Opens a browser of its own for each person: a browser has but one camera file."""

    def __init__(self, playwright: Playwright, devices: Path, scripts: Iterable[str] = (), patience: int = 1) -> None:
        self._playwright = playwright
        self._patience = patience
        self._scripts = (_READ, *scripts)
        self._devices = devices
        self.all: list[Party] = []
        self.errors: list[str] = []
        """What a page threw and did not catch."""

    async def open_firefox(self, sender: int) -> Party:
        """Debian's Firefox, with the sender's tone and a camera that is drawn in the page."""
        browser = await self._playwright.firefox.launch(
            channel="moz-firefox",
            executable_path=FIREFOX,
            firefox_user_prefs=FIREFOX_SETTINGS | {"media.navigator.audio.fake_frequency": int(TONES[sender])},
        )
        devices = f"const SENDER = {sender}\n{_FAKE_DEVICES}"
        return await self._join(browser, sender, _TOURED, devices)

    async def open(
        self, sender: int, camera: Path | None = None, *, toured: bool = True, allows: Sequence[str] | None = None
    ) -> Party:
        """A browser whose microphone plays the sender's tone, and whose camera its code or another file.

        The tours were seen there, unless it is said otherwise. With `allows` its person allows these devices alone.
        """
        flags = [one for one in FLAGS if allows is None or one != "--use-fake-ui-for-media-stream"]
        files = [
            f"--use-file-for-fake-video-capture={camera or self._devices / f'{sender}.y4m'}",
            f"--use-file-for-fake-audio-capture={self._devices / f'{sender}.wav'}",
        ]
        browser = await self._playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags + files)
        party = await self._join(browser, sender, *((_TOURED,) if toured else ()))
        if allows is not None:
            # All others are refused, as if the person had pressed "block".
            await party.page.context.grant_permissions([*allows])
        return party

    async def _join(self, browser: Browser, sender: int, *scripts: str) -> Party:
        page = await browser.new_page(viewport={"width": 1366, "height": 768}, timezone_id=ZONE.key)
        page.set_default_timeout(_PATIENCE_MS)
        page.on("pageerror", lambda error: self.errors.append(f"party {sender}: {error.stack}"))
        page.on("console", lambda message: print(f"party {sender}: {message.text}"))
        for script in (*self._scripts, *scripts):
            await page.add_init_script(script)
        party = Party(browser, page, self._patience)
        self.all.append(party)
        return party


@pytest.fixture
async def parties(devices: Path, request: pytest.FixtureRequest, patience: int) -> AsyncIterator[Parties]:
    PICTURES.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        opened = Parties(playwright, devices, patience=patience)
        yield opened
        for number, party in enumerate(opened.all, 1):
            # What a person would see now: the first thing to look at after a failure.
            await party.picture(f"{request.node.name}-{number}")
            await party.browser.close()
        assert opened.errors == []
