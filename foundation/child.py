"""Child processes of our own modules, spoken to over pipes."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping


async def start_child(
    module: str, environment: Mapping[str, str], stdin: int = PIPE, stdout: int = PIPE
) -> asyncio.subprocess.Process:
    """Runs `python -I -m MODULE` with pipes or what is given as its stdin and stdout.

    Raises OSError when this machine cannot.
    """
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",  # neither the working directory nor the environment may add to the path
        "-m",
        module,
        stdin=stdin,
        stdout=stdout,
        stderr=asyncio.subprocess.DEVNULL,  # libraries write what hostile bytes make them write, and what is secret
        env=environment,
        close_fds=True,
    )


async def end_child(child: asyncio.subprocess.Process) -> None:
    """Ends the process at once and reaps it, also when the caller is cancelled meanwhile."""
    if child.returncode is None:
        child.kill()
    try:
        # What it wrote and nobody read is read away: before Python 3.12.4 a process with an unread pipe never ends.
        await child.communicate()
    except asyncio.CancelledError:
        await child.communicate()
        raise
