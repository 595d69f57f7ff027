"""The outer rim: the wire, the web server, the meeting of the features, the commands."""

from __future__ import annotations

VERSION = "0.1.0"
