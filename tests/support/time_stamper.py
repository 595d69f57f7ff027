"""A time stamp authority (RFC 3161) on this machine: `openssl ts -reply` behind HTTP, with a root of its own."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_CONFIG = """
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[stamper]
extendedKeyUsage = critical, timeStamping
keyUsage = critical, digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = here
[here]
serial = serial
signer_cert = stamper.pem
signer_key = stamper.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256
accuracy = secs:1
"""


class TimeStamper:
    """The authority; `answer` may be replaced to spoil what it says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.answer: Callable[[bytes], bytes] = self.stamp
        folder.mkdir()
        (folder / "ts.cnf").write_text(_CONFIG)
        (folder / "serial").write_text("01")
        self._root("root", "/CN=Time Root")
        self._openssl("req -new -newkey rsa:2048 -nodes -keyout stamper.key -out s.csr -config ts.cnf", "/CN=Stamper")
        self._openssl(
            "x509 -req -in s.csr -CA root.pem -CAkey root.key -days 30 -extfile ts.cnf -extensions stamper "
            "-out stamper.pem -CAcreateserial"
        )

    @property
    def certificate(self) -> bytes:
        """The root's certificate as PEM."""
        return (self.folder / "root.pem").read_bytes()

    def stamp(self, query: bytes) -> bytes:
        """The honest reply."""
        (self.folder / "q.tsq").write_bytes(query)
        self._openssl("ts -reply -queryfile q.tsq -config ts.cnf -section here -out r.tsr")
        return (self.folder / "r.tsr").read_bytes()

    def verified(self, token: bytes, data: bytes) -> bool:
        """Whether a second tool finds the token to be this authority's over the data."""
        (self.folder / "t.tst").write_bytes(token)
        (self.folder / "data").write_bytes(data)
        command = "openssl ts -verify -data data -in t.tst -token_in -CAfile root.pem -untrusted stamper.pem"
        return subprocess.run(command.split(), cwd=self.folder, capture_output=True, check=False).returncode == 0

    def _root(self, name: str, subject: str) -> None:
        self._openssl(
            f"req -x509 -newkey rsa:2048 -nodes -days 30 -keyout {name}.key -out {name}.pem -config ts.cnf "
            "-extensions root",
            subject,
        )

    def _openssl(self, command: str, subject: str | None = None) -> None:
        arguments = ["openssl", *command.split(), *(["-subj", subject] if subject else [])]
        done = subprocess.run(arguments, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@contextmanager
def served_stamps(stamper: TimeStamper) -> Iterator[str]:
    """Serves the authority until the block ends; its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            reply = stamper.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
