"""Finding an item by what residents call it: everyday words, pinyin with slips, initials, English, typing errors.

`text` folds and divides, `vocabulary` knows words that stand for each other, `sounds` knows pinyin, `names` grades a
query against names, `index` ranks the items.
"""

from __future__ import annotations

from directory.search.index import Found, ItemIndex

__all__ = ["Found", "ItemIndex"]
