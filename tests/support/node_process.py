"""A media node as a process of its own, as an operator starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

TOKEN = "a-token-for-tests-of-forty-characters-xx"
_READY = re.compile(r"media port (\d+), control port (\d+)")


@dataclass
class NodeProcess:
    """A running node."""

    process: subprocess.Popen[str]
    media_port: int
    control_port: int
    log: list[str] = field(default_factory=list)

    @classmethod
    def start(cls, data_dir: Path, **settings: str) -> NodeProcess:
        """Starts one on ports of its own, and waits until it serves; raises RuntimeError when it does not."""
        own = {"MEDIA_HOST": "127.0.0.1", "MEDIA_PORT": "0", "NODE_PORT": "0", "NODE_TOKEN": TOKEN}
        process = subprocess.Popen(
            [sys.executable, "-m", "signalling.cli.main", "node"],
            env=os.environ | own | {"DATA_DIR": str(data_dir)} | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        found = _READY.search(process.stdout.readline())
        if found is None:
            raise RuntimeError(process.communicate()[1])
        node = cls(process, int(found[1]), int(found[2]))
        threading.Thread(target=node._read, daemon=True).start()
        return node

    @property
    def address(self) -> str:
        """What MEDIA_NODES names."""
        return f"http://127.0.0.1:{self.control_port}"

    def ask_to_end(self) -> None:
        """SIGTERM."""
        self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait(10)

    def close(self) -> None:
        """Ends it whatever it does."""
        if self.process.poll() is None:
            self.kill()
        for stream in (self.process.stdout,):
            if stream is not None:
                stream.close()

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as lines:
            self.log.extend(lines)
