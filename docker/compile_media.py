"""Compiles the path of packets: `python docker/compile_media.py FOLDER` puts a package rtc_server there that is faster.

The sources stay what they are, and run without this; mypyc makes C of the same types that mypy checks. The folder then
comes before the sources on Python's path. Needs what requirements-compile.lock names, and a C compiler.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from mypyc.build import mypycify
from setuptools import Distribution

ROOT = Path(__file__).parents[1]
PACKAGE = "rtc_server"
COMPILED = {
    "media_core": ("*",),
    "transport": ("addresses", "batch", "intake", "link", "port", "srtp", "stun", "tcp"),
    "recording": ("block", "tap"),
    "sessions": (
        "assignment",
        "ticker",
        "feedback",
        "origins",
        "participant",
        "reception",
        "seating",
        "server",
        "session",
        "sessions",
        "source",
    ),
}
"""All that a packet or a chore passes through; the rest waits for the network or a disk anyway."""


def compile_into(folder: Path) -> None:
    """Copies the package into the folder and compiles it there."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / PACKAGE, folder / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    os.environ["MYPYPATH"] = str(ROOT)
    os.chdir(folder)
    modules = sorted(str(path) for path in _modules(Path(PACKAGE)) if path.stem != "__init__")
    extensions = mypycify([f"--config-file={ROOT / 'pyproject.toml'}", *modules], opt_level="3", debug_level="0")
    command = Distribution({"name": PACKAGE, "ext_modules": extensions}).get_command_obj("build_ext")
    command.inplace = True
    command.ensure_finalized()
    command.run()
    shutil.rmtree("build")


def _modules(package: Path) -> list[Path]:
    return [path for part, names in COMPILED.items() for name in names for path in (package / part).glob(f"{name}.py")]


if __name__ == "__main__":
    compile_into(Path(sys.argv[1]).resolve())
