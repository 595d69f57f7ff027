"""The items that a resident may ask for, and the papers they need; its part is the catalogue."""

from __future__ import annotations

from directory.catalogue import Catalogue
from signalling.slices.items.http import ENDPOINTS
from signalling.transport.slice import Slice

SLICE: Slice[Catalogue] = Slice("items", endpoints=ENDPOINTS)
