#!/bin/sh
# A browser for Playwright is one program: see firefox.py.
cd "$(dirname "$0")/../.." && exec .venv-dev/bin/python -m tests.support.firefox "$@"
