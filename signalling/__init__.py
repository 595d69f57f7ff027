"""What pages and programs reach: the wire contract, the web server, one slice a noun, the commands of the shell."""

from __future__ import annotations

VERSION = "0.1.0"
